"""JSON lines of this program."""

import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_files import LABELLED, faults_of, read_fixture, summary

from reviewtheme.codebook import default_codebook
from reviewtheme.training.formats import read_labelled

THEMES = default_codebook().theme_ids
CORPUS = Path(__file__).parents[1] / "corpus_sample" / "labelled"


def test_lines_are_read_with_what_stands_before() -> None:
    """Names are known as well as ids, and the line before of the same document is what precedes."""
    data = read_fixture("sentences.jsonl")
    assert summary(data) == [
        ("review-heron", "No one told the school.", ("information-sharing",), "concern"),
        (
            "review-heron",
            "Supervision of the social worker had lapsed over the summer.",
            ("supervision",),
            "concern",
        ),
        ("review-otter", "The family met each of them once.", (), ""),
    ]
    assert [s.previous for s in data.sentences] == ["", "No one told the school.", "Background"]
    assert (data.sentences[0].start, data.sentences[0].end) == (140, 163)
    assert data.sentences[0].register == "report"
    assert data.report.files[0].format == "JSONL"
    assert data.report.files[0].documents_named


def test_what_coders_dispute_is_read(tmp_path: Path) -> None:
    """Themes that only some coders gave, and a stance that they do not share; labels are what all gave."""
    path = tmp_path / "two_coders.jsonl"
    row = {"text": "No one came.", "themes": ["supervision"], "stance": "concern"}
    doubtful = {**row, "disputed": ["Neglect", "training"], "stance_disputed": True}
    path.write_text("\n".join(map(json.dumps, (doubtful, row))), encoding="utf-8")
    first, second = read_labelled(path, default_codebook()).sentences
    assert first.themes == second.themes == ("supervision",)
    assert first.disputed == default_codebook().in_order(["neglect", "training"])
    assert (first.stance_disputed, second.stance_disputed, second.disputed) == (True, False, ())
    assert "neglect" in read_labelled(path).codebook.theme_ids
    for key, value in (("disputed", "neglect"), ("disputed", ["nothing"]), ("stance_disputed", "yes")):
        path.write_text(json.dumps({**row, key: value}), encoding="utf-8")
        assert [(place, field) for place, field, _ in faults_of(path)] == [("line 1", key)]


def test_all_bad_lines_are_named_together() -> None:
    """Each fault has its line and its key, in file order."""
    faults = faults_of(LABELLED / "sentences_damaged.jsonl")
    assert [(place, key) for place, key, _ in faults] == [
        ("line 1", "themes"),
        ("line 2", ""),
        ("line 3", "text"),
        ("line 3", "start"),
        ("line 4", ""),
        ("line 5", "themes"),
    ]
    assert "is 'supervision' meant?" in faults[-1][2]


def test_corpus_is_read_whole() -> None:
    """Every line of the project's own corpus is a sentence, with the line before it in its document."""
    path = CORPUS / "inspection.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    sentences = read_labelled(path, default_codebook()).sentences
    assert [(s.text, s.document, set(s.themes), s.stance, s.register) for s in sentences] == [
        (row["text"], row["document"], set(row["themes"]), row["stance"], "inspection") for row in rows
    ]
    before = ["", *(s.text for s in sentences[:-1])]
    same = [False, *(a.document == b.document for a, b in itertools.pairwise(sentences))]
    assert [s.previous for s in sentences] == [text * kept for text, kept in zip(before, same, strict=True)]


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1)
texts = words.filter(lambda text: any(map(str.isalnum, text)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(texts, st.sets(st.sampled_from(THEMES))), min_size=1, max_size=5))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, set[str]]]) -> None:
    """What is written as JSON lines is read again, whatever the text."""
    path = tmp_path_factory.mktemp("jsonl") / "labelled.jsonl"
    lines = [{"text": text, "themes": sorted(themes), "document": "d"} for text, themes in rows]
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    data = read_labelled(path, default_codebook())
    assert [(s.text, set(s.themes)) for s in data.sentences] == [
        (" ".join(text.split()), themes) for text, themes in rows
    ]
