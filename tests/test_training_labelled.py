"""Labelled sentences are read as they stand, or refused with every fault named."""

import json
from pathlib import Path

import numpy as np
import pytest

from reviewtheme.codebook import codebook_from_dict, default_codebook
from reviewtheme.errors import LabelledDataError
from reviewtheme.training.labelled import (
    LabelledSentence,
    documents_of,
    read_labelled_jsonl,
    stance_matrix,
    theme_matrix,
)

CODEBOOK = codebook_from_dict(
    {
        "name": "small",
        "version": "1",
        "theme": [{"id": "a"}, {"id": "b"}],
        "stance": [{"id": "bad"}, {"id": "other"}],
    }
)


def read(folder: Path, *rows: object) -> tuple[LabelledSentence, ...]:
    """Write rows as JSONL (a string as it stands) and read them."""
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / "labelled.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_labelled_jsonl(folder / "labelled.jsonl", CODEBOOK)


def test_rows_and_what_stands_before(tmp_path: Path) -> None:
    """The sentence before is that of the same document, unless the row says which it is."""
    labelled = read(
        tmp_path,
        {"text": "One.", "document": "x", "themes": ["b", "a"], "stance": "bad", "register": "news"},
        "",
        {"text": "Two.", "document": "x", "themes": []},
        {"text": "Three.", "doc": "y", "themes": ["a"], "stance": None, "register": None},
        {"text": "Four.", "doc": "y", "prev": "Else.", "themes": ["a"]},
        {"text": "Five.", "doc": "y", "previous": "", "themes": ["a"]},
    )
    assert [s.previous for s in labelled] == ["", "One.", "", "Else.", ""]
    assert [s.themes for s in labelled][:2] == [("a", "b"), ()]
    assert [(s.stance, s.register) for s in labelled][:3] == [("bad", "news"), ("", ""), ("", "")]
    assert labelled[1].in_place.previous == "One."


def test_line_marks_within_a_sentence_end_no_row(tmp_path: Path) -> None:
    """JSON may hold them as they are; only a line feed ends a line."""
    text = "One\u2028two\x85three\x0bfour."
    assert read(tmp_path, {"text": text, "document": "x", "themes": []})[0].text == text


def test_all_faults_are_named(tmp_path: Path) -> None:
    """Each with its line and what is wrong with it."""
    good = {"text": "One.", "document": "x", "themes": ["a"]}
    faults = {
        "{": "no JSON",
        "[1]": "no JSON object",
        "[" * 100_000: "no JSON",
        json.dumps(good | {"text": " "}): "'text' is missing or empty",
        json.dumps({"text": "One.", "themes": []}): "'doc' is missing or empty",
        json.dumps({"text": "One.", "document": "x"}): "'themes' is no list",
        json.dumps(good | {"themes": "a"}): "'themes' is no list",
        json.dumps(good | {"themes": ["z"]}): "'themes' has 'z', which is no theme of codebook 'small'",
        json.dumps(good | {"stance": "fine"}): "'stance' is 'fine', which is none of bad, other",
        json.dumps(good | {"stance": 3}): "'stance' is no text",
        json.dumps(good | {"previous": 3}): "'previous' is no text",
        json.dumps(good | {"register": ["news"]}): "'register' is no text",
    }
    with pytest.raises(LabelledDataError) as caught:
        read(tmp_path, good, *faults)
    message = str(caught.value)
    assert f"has {len(faults)} lines that cannot be used" in message
    for number, fault in enumerate(faults.values(), 2):
        assert f"line {number}: {fault}" in message


def test_many_faults_are_cut_short(tmp_path: Path) -> None:
    """And counted."""
    with pytest.raises(LabelledDataError, match=r"has 30 lines .*; and 10 more\."):
        read(tmp_path, *["{"] * 30)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing file, and one that is no UTF-8."""
    with pytest.raises(LabelledDataError, match="cannot be read"):
        read_labelled_jsonl(tmp_path / "none.jsonl", CODEBOOK)
    (tmp_path / "latin.jsonl").write_bytes(b'{"text": "caf\xe9"}')
    with pytest.raises(LabelledDataError, match="UTF-8"):
        read_labelled_jsonl(tmp_path / "latin.jsonl", CODEBOOK)


def test_matrices_have_the_columns_of_the_codebook(tmp_path: Path) -> None:
    """Also for labels that never occur; no stance is a row of zeros."""
    labelled = read(
        tmp_path,
        {"text": "One.", "document": "x", "themes": ["b"], "stance": "other"},
        {"text": "Two.", "document": "y", "themes": []},
    )
    assert theme_matrix(labelled, CODEBOOK).tolist() == [[0, 1], [0, 0]]
    assert stance_matrix(labelled, CODEBOOK).tolist() == [[0, 1], [0, 0]]
    assert documents_of(labelled).tolist() == ["x", "y"]
    assert theme_matrix((), default_codebook()).shape == (0, 30)
    assert np.array_equal(theme_matrix(labelled[1:], CODEBOOK), np.zeros((1, 2)))
