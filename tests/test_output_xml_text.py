"""Any text becomes text that XML can hold."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from reviewtheme.output.xml_text import legal


@given(
    st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\x00\x08\x0b\x1f\ud800\udfff\ufffe\uffff")))
)
def test_any_text(text: str) -> None:
    """Is as long as it was, and read back; a carriage return is what XML makes a line end of."""
    made = legal(text)
    assert len(made) == len(text)
    element = etree.Element("a")
    element.text = made
    assert (etree.fromstring(etree.tostring(element, encoding="utf-8")).text or "") == made
    assert all(new in (old, "\ufffd") for old, new in zip(text, made, strict=True))


def test_what_is_legal_stays() -> None:
    """Tabs, line ends, letters of any script, and what only looks odd."""
    text = "\t\n\r a é Ж 中 😀 \x7f \ufffd"
    assert legal(text) == text
