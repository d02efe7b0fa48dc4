"""JSON lines of this program."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_files import LABELLED, faults_of, read_fixture, summary

from reviewtheme.codebook import default_codebook
from reviewtheme.training.formats import read_labelled
from reviewtheme.training.labelled import read_labelled_jsonl

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


def test_corpus_is_read_as_it_always_was() -> None:
    """The project's own corpus gives the same sentences as the plain reader of one format."""
    path = CORPUS / "inspection.jsonl"
    codebook = default_codebook()
    assert read_labelled(path, codebook).sentences == read_labelled_jsonl(path, codebook)


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
