"""Coders beside each other: matching, figures that can be worked out by hand, disputes, what is left out."""

import json
from pathlib import Path

import pytest
from evaluated import CODEBOOK, sentence, small_agreement
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewtheme.errors import LabelledDataError, UsageError
from reviewtheme.evaluation.agreement import agreement
from reviewtheme.evaluation.agreement_result import Agreement
from reviewtheme.evaluation.matching import CodedWork, match_sentences
from reviewtheme.training.labelled import LabelledSentence

SAMPLE = Path(__file__).parents[1] / "corpus_sample"
Sentences = list[LabelledSentence]


def test_sentences_are_matched_by_document_text_and_order() -> None:
    """Equal texts in a document are told apart by which comes first; white space counts for nothing."""
    one = [sentence("It rained."), sentence("A day passed."), sentence("It rained.", ("drains",))]
    other = [sentence("It  rained."), sentence("It rained."), sentence("It rained.", document="oak")]
    works = [CodedWork(name="a", sentences=one), CodedWork(name="b", sentences=other)]
    matched = match_sentences(works, CODEBOOK, by_text_alone=False)
    assert [s.text for s in matched.sentences] == ["It rained.", "A day passed.", "It rained.", "It rained."]
    assert matched.has.tolist() == [[True, True, True, False], [True, False, True, True]]
    alone = match_sentences(works, CODEBOOK, by_text_alone=True)
    assert alone.has.tolist() == [[True, True, True, False], [True, False, True, True]]
    assert [s.document for s in alone.sentences] == ["elm", "elm", "elm", "oak"]


def test_figures_of_three_coders() -> None:
    """Lighting: of five sentences one is marked by all, one by Ben alone."""
    compared = small_agreement()
    assert (compared.sentences, compared.documents) == (5, 2)
    lighting = compared.theme("lighting")
    assert lighting.marked == {"ann": 1, "ben": 2, "cat": 1}
    assert lighting.disputed == 1
    assert lighting.prevalence == pytest.approx(4 / 13)
    assert lighting.coefficients.agreement.value == pytest.approx((4 + 1 / 3) / 5)
    assert lighting.f1.value == pytest.approx((2 / 3 + 1 + 2 / 3) / 3)
    unused = compared.theme("supervision").coefficients
    assert [unused.agreement.value, unused.kappa.value, unused.ac1.value, unused.alpha.value] == [None] * 4
    assert [pair.sentences for pair in compared.pairs] == [5, 3, 3]
    assert compared.pairs[1].micro_f1.value == 1.0
    assert compared.stance is not None
    assert compared.stance.coefficients.agreement.value == pytest.approx((3 * 1 / 3 + 0) / 5)


def test_disputes_tell_who_said_what() -> None:
    """Themes that only some marked, and stances that differ."""
    dispute = small_agreement().disputes[1]
    assert dispute.text == "The drain was full."
    assert dispute.disputed == {"lighting": ("ben",), "drains": ("ann", "cat")}
    assert dispute.stances == {"ann": "concern", "ben": "context", "cat": "concern"}
    assert dispute.stance_disputed
    assert small_agreement().disputes[0].agreed == ("lighting",)


def test_what_cannot_be_compared_is_named() -> None:
    """Whole documents, and sentences of documents that others coded."""
    compared = small_agreement()
    assert [(d.document, d.coder, d.sentences) for d in compared.uncompared_documents] == [("fir", "ann", 1)]
    assert [(s.document, s.coder, s.text) for s in compared.uncompared_sentences] == [
        ("oak", "cat", "Cat cut this otherwise.")
    ]
    assert [(c.sentences, c.compared) for c in compared.coders] == [(6, 5), (5, 5), (4, 3)]


@st.composite
def works(draw: st.DrawFn) -> list[Sentences]:
    """Draw what two coders marked in the same sentences."""
    marks = st.lists(st.sampled_from(CODEBOOK.theme_ids), unique=True).map(CODEBOOK.in_order)
    rows = draw(st.lists(st.tuples(st.sampled_from("abc"), marks, marks), min_size=1, max_size=12))
    return [
        [sentence(f"Sentence {n}.", row[0], document=name) for n, (name, *row) in enumerate(rows)],
        [sentence(f"Sentence {n}.", row[1], document=name) for n, (name, *row) in enumerate(rows)],
    ]


@settings(max_examples=40)
@given(works())
def test_the_order_of_coders_and_sentences_changes_nothing(drawn: list[Sentences]) -> None:
    """All coefficients are symmetric, and sentences find each other wherever they stand."""
    first = agreement(*drawn, codebook=CODEBOOK, samples=0)
    other = agreement(drawn[1], list(reversed(drawn[0])), codebook=CODEBOOK, samples=0)
    for one, two in zip(first.themes, other.themes, strict=True):
        assert one.coefficients.kappa.value == pytest.approx(two.coefficients.kappa.value)
        assert one.coefficients.alpha.value == pytest.approx(two.coefficients.alpha.value)
        assert one.disputed == two.disputed
    assert first.micro_f1.value == pytest.approx(other.micro_f1.value)
    assert len(first.disputes) == len(other.disputes)


@settings(max_examples=20)
@given(works())
def test_a_coder_agrees_with_a_copy(drawn: list[Sentences]) -> None:
    """No dispute, and 1 wherever something can be said."""
    same = agreement(drawn[0], list(drawn[0]), codebook=CODEBOOK, samples=0)
    assert same.disputes == ()
    for theme in same.themes:
        values = (theme.f1.value, theme.coefficients.alpha.value, theme.coefficients.kappa.value)
        assert all(value is None or value == pytest.approx(1) for value in values)


def test_files_of_coders(tmp_path: Path) -> None:
    """Two tables that name no documents are matched by text; their labels make the codebook."""
    (tmp_path / "first.csv").write_text("text,themes\nIt rained.,Weather\nNo one came.,Visits; Weather\n")
    (tmp_path / "second.csv").write_text("text,themes\nNo one came.,Visits\nIt rained.,Weather\n")
    compared = agreement(tmp_path / "first.csv", tmp_path / "second.csv")
    assert [coder.name for coder in compared.coders] == ["first", "second"]
    assert [theme.name for theme in compared.themes] == ["Visits", "Weather"]
    assert (compared.sentences, compared.theme("weather").disputed) == (2, 1)
    assert compared.theme("visits").coefficients.kappa.value == 1.0
    assert compared.theme("weather").coefficients.kappa.low is None
    assert any("do not name documents" in note for note in compared.notes)


def test_documents_of_other_names(tmp_path: Path) -> None:
    """Nothing is the same; the way out is said, and works."""
    (tmp_path / "a.csv").write_text("document,text,themes\nelm.pdf,It rained.,Weather\n")
    (tmp_path / "b.csv").write_text("document,text,themes\nelm,It rained.,Weather\n")
    with pytest.raises(LabelledDataError, match="--by-text-alone"):
        agreement(tmp_path / "a.csv", tmp_path / "b.csv")
    assert agreement(tmp_path / "a.csv", tmp_path / "b.csv", by_text_alone=True).sentences == 1


def test_names_of_coders(tmp_path: Path) -> None:
    """Files of one name in two folders are told apart; the same file twice is refused."""
    for folder in ("ann", "ben"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "codes.csv").write_text("document,text,themes\nelm,It rained.,Weather\n")
    paths = [tmp_path / folder / "codes.csv" for folder in ("ann", "ben")]
    assert [c.name for c in agreement(*paths).coders] == [str(path) for path in paths]
    with pytest.raises(UsageError, match="twice"):
        agreement(paths[0], paths[0])
    with pytest.raises(UsageError, match="two coders or more"):
        agreement(paths[0])
    with pytest.raises(UsageError, match="a name of its own"):
        agreement(*paths, names=["ann"])


def test_json_is_complete() -> None:
    """Every field, numbers rounded, what is not known null."""
    record = json.loads(small_agreement().to_json())
    assert record["schema"] == "reviewtheme-agreement/1"
    assert set(record) == {"schema", *Agreement.__slots__}
    assert record["themes"][0]["coefficients"]["alpha"]["value"] is None
    assert record["disputes"][1]["disputed"] == {"lighting": ["ben"], "drains": ["ann", "cat"]}


def test_the_coders_of_the_corpus() -> None:
    """The datasheet's figures: 28,699 sentences, themes micro-F1 0.898, stance equal 0.968."""
    registers = ("inspection", "report", "news", "summary", "coroner")
    assert sorted(path.stem for path in (SAMPLE / "labelled").glob("*.jsonl")) == sorted(registers)
    first, second = (SAMPLE / f"{name}_coder.jsonl" for name in ("first", "second"))
    compared = agreement(first, second, codebook="default", samples=20)
    assert (compared.sentences, compared.documents) == (28_699, 1278)
    assert compared.micro_f1.value == pytest.approx(0.898, abs=5e-4)
    assert compared.stance is not None
    assert compared.stance.coefficients.agreement.value == pytest.approx(0.968, abs=5e-4)
