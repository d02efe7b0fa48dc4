"""Disputed sentences as CSV: settled in a spreadsheet, the file is labelled data."""

import csv
import io
from dataclasses import replace
from pathlib import Path

from evaluated import CODEBOOK, small_agreement

from reviewtheme.output.disputes_table import disputes_to_csv
from reviewtheme.training.formats import read_labelled


def test_who_said_what() -> None:
    """A row a disputed sentence, two columns a coder."""
    rows = list(csv.DictReader(io.StringIO(disputes_to_csv(small_agreement()))))
    assert [row["text"] for row in rows] == [dispute.text for dispute in small_agreement().disputes]
    drain = rows[1]
    assert (drain["document"], drain["themes"], drain["stance"]) == ("elm", "", "")
    assert [drain[f"{coder}: disputed"] for coder in ("ann", "ben", "cat")] == [
        "drains",
        "lighting",
        "drains",
    ]
    assert drain["ben: stance"] == "context"
    assert rows[0]["themes"] == "lighting"
    assert rows[3]["cat: disputed"] == "not coded"


def test_the_file_is_labelled_data(tmp_path: Path) -> None:
    """What all agree on is read as the labels; the coders' columns are named as not used."""
    path = tmp_path / "disputes.csv"
    path.write_text(disputes_to_csv(small_agreement()), encoding="utf-8")
    data = read_labelled(path, CODEBOOK)
    assert len(data.sentences) == len(small_agreement().disputes)
    assert data.sentences[0].themes == ("lighting",)
    assert any("ann: disputed" in note for note in data.report.files[0].notes)


def test_no_cell_starts_a_formula() -> None:
    """Whatever a document says."""
    compared = small_agreement()
    evil = replace(compared, disputes=tuple(replace(d, text="=1+1") for d in compared.disputes))
    assert "\nelm,'=1+1," in disputes_to_csv(evil)
