"""The fixtures of labelled data, and short ways to read them and to say what was read."""

import zipfile
from pathlib import Path

import pytest

from reviewtheme.codebook import Codebook, default_codebook
from reviewtheme.training.formats import BadRowsError, LabelledData, read_labelled

LABELLED = Path(__file__).parent / "labelled"
DOCUMENTS = LABELLED / "documents"


def read_fixture(name: str, codebook: Codebook | None = None) -> LabelledData:
    """Read a fixture, by the default codebook where none is given."""
    return read_labelled(LABELLED / name, codebook or default_codebook(), DOCUMENTS)


def summary(data: LabelledData) -> list[tuple[str, str, tuple[str, ...], str]]:
    """Give document, text, themes and stance of each sentence."""
    return [(s.document, s.text, s.themes, s.stance) for s in data.sentences]


def themes_by_text(data: LabelledData) -> dict[str, tuple[str, ...]]:
    """Give the themes of each text that has some."""
    return {s.text: s.themes for s in data.sentences if s.themes}


def skipped(data: LabelledData) -> dict[str, int]:
    """Give what was left out, and how often."""
    return {item.reason: item.count for file in data.report.files for item in file.skipped}


def notes(data: LabelledData) -> str:
    """Give all notes on the files."""
    return "\n".join(note for file in data.report.files for note in file.notes)


def faults_of(path: Path, codebook: Codebook | None = None) -> list[tuple[str, str, str]]:
    """Read what cannot be read, and give place, field and message of each fault."""
    with pytest.raises(BadRowsError) as caught:
        read_labelled(path, codebook or default_codebook(), DOCUMENTS)
    assert all(fault.file == str(path) for fault in caught.value.faults)
    return [(fault.place, fault.field, fault.message) for fault in caught.value.faults]


def zip_folder(folder: Path, archive: Path) -> Path:
    """Pack a folder as an archive, and return its path."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                packed.write(path, path.relative_to(folder).as_posix())
    return archive
