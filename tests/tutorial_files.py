"""The files of docs/tutorial.md: invented reviews, coded by a make-believe coder in NVivo and in Taguette.

python tests/tutorial_files.py FOLDER
"""

import csv
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import quoteattr

LABELLED = Path(__file__).parent.parent / "corpus_sample" / "labelled" / "report.jsonl"
CODES = {
    "information-sharing": "Telling each other",
    "risk-assessment": "Seeing the danger",
    "record-keeping": "Writing it down",
    "supervision": "A manager who asks",
    "family-engagement": "Working with the family",
}
"""Themes of the corpus, and what the coder calls them."""
DOCUMENTS, LATER = 14, 3
"""Documents that are coded, and those that come later."""


def write_tutorial_files(folder: Path) -> None:
    """Write the folders `documents` and `new-documents`, `coded.qdpx` and `highlights.csv`."""
    reviews = dict(list(_reviews().items())[: DOCUMENTS + LATER])
    coded: list[tuple[str, str, list[tuple[int, int, list[str]]]]] = []
    for place, (name, sentences) in enumerate(reviews.items()):
        text, selections = "", []
        for sentence, codes in sentences:
            start = len(text)
            text += f"{sentence}\n\n"
            if codes:
                selections.append((start, start + len(sentence), codes))
        target = folder / ("documents" if place < DOCUMENTS else "new-documents")
        target.mkdir(parents=True, exist_ok=True)
        (target / f"{name}.txt").write_text(text, encoding="utf-8", newline="")
        if place < DOCUMENTS:
            coded.append((name, text, selections))
    _write_taguette(folder / "highlights.csv", coded)
    _write_project(folder / "coded.qdpx", coded)


def _reviews() -> dict[str, list[tuple[str, list[str]]]]:
    reviews: dict[str, list[tuple[str, list[str]]]] = {}
    for line in LABELLED.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        codes = [CODES[theme] for theme in row["themes"] if theme in CODES]
        reviews.setdefault(row.get("document") or row["doc"], []).append((row["text"], codes))
    return reviews


def _write_taguette(path: Path, coded: list[tuple[str, str, list[tuple[int, int, list[str]]]]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "document", "tag", "content"])
        number = 0
        for name, text, selections in coded:
            for start, end, codes in selections:
                number += 1
                writer.writerows([number, name, code, text[start:end]] for code in codes)


def _write_project(path: Path, coded: list[tuple[str, str, list[tuple[int, int, list[str]]]]]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text, _ in coded:
            archive.writestr(f"Sources/{_guid(name)}.txt", text)
        archive.writestr("Project.qde", "\n".join(_project(coded)))


def _project(coded: list[tuple[str, str, list[tuple[int, int, list[str]]]]]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield '<Project name="Learning" xmlns="urn:QDA-XML:project:1.0"><CodeBook><Codes>'
    for code in CODES.values():
        yield f'<Code guid="{_guid(code)}" name={quoteattr(code)} isCodable="true"/>'
    yield "</Codes></CodeBook><Sources>"
    for name, _, selections in coded:
        guid = _guid(name)
        yield f'<TextSource guid="{guid}" name={quoteattr(name)} plainTextPath="internal://{guid}.txt">'
        for start, end, codes in selections:
            place = f"{name} {start}"
            yield f'<PlainTextSelection guid="{_guid(place)}" startPosition="{start}" endPosition="{end}">'
            for code in codes:
                yield f'<Coding guid="{_guid(place + code)}"><CodeRef targetGUID="{_guid(code)}"/></Coding>'
            yield "</PlainTextSelection>"
        yield "</TextSource>"
    yield "</Sources></Project>"


def _guid(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


if __name__ == "__main__":
    write_tutorial_files(Path(sys.argv[1]))
