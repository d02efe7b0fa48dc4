"""A coded review goes to bytes and back without loss, and bytes from elsewhere run nothing."""

import pickle
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewtheme.classification.classify import classify
from reviewtheme.classification.coded_review import CodedReview, ModelIdentity
from reviewtheme.classification.model import Model
from reviewtheme.codebook import default_codebook
from reviewtheme.corpus.coded_record import decode, encode
from reviewtheme.reading import read_text

_IDENTITY = ModelIdentity(name="none", version="1", sha256="0" * 64, codebook="x 1")
SAMPLES = Path(__file__).parent.parent / "corpus_sample" / "documents"


@pytest.mark.parametrize(
    "name", ["child-practice-review-teasel.pdf", "learning-summary.docx", "news-article.html"]
)
def test_nothing_is_lost(name: str, small_model: Model) -> None:
    """Nothing is lost."""
    coded = classify(SAMPLES / name, model=small_model)
    back = decode(encode(coded), small_model.codebook)
    assert back == coded
    assert back.themes == coded.themes
    assert back.review.lines == coded.review.lines
    assert [dict(s.scores) for s in back.sentences] == [dict(s.scores) for s in coded.sentences]


@given(st.text(min_size=1).filter(lambda text: any(c.isalnum() for c in text)))
def test_any_text_survives(text: str) -> None:
    """Any text survives."""
    review = read_text(f"a {text}")
    coded = CodedReview(review=review, sentences=(), codebook=default_codebook(), model=_IDENTITY)
    assert decode(encode(coded), default_codebook()).review == review


@given(st.binary(max_size=200), st.booleans())
def test_other_bytes_are_refused(content: bytes, packed: bool) -> None:
    """Other bytes are refused."""
    with pytest.raises(ValueError, match=r".*"):
        decode(zlib.compress(content) if packed else content, default_codebook())


class _Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return pytest.fail, ("a pickle was run",)


def test_pickles_are_not_run() -> None:
    """Pickles are not run."""
    evil = pickle.dumps(_Evil())
    for content in (evil, zlib.compress(evil)):
        with pytest.raises(ValueError, match=r".*"):
            decode(content, default_codebook())
