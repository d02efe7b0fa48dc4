"""What was coded once, from wherever it is kept: JSON, JSON lines, a corpus database, labels, or memory.

Documents are listed first, and the sentences of each are read when they are asked for: two runs over a large
corpus need not fit into memory.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from reviewtheme.classification.coded_review import CodedReview, CodedSentence
from reviewtheme.codebook import default_codebook
from reviewtheme.comparison.comparison_result import Reading
from reviewtheme.corpus import CorpusResult, DuplicateReview, FailedReview
from reviewtheme.corpus.database import open_corpus
from reviewtheme.errors import CorpusError, LabelledDataError, UsageError
from reviewtheme.training.formats import read_labelled

RunSource = CodedReview | Iterable[CorpusResult] | str | os.PathLike[str]
"""A file, a coded review, or results of many."""

T = TypeVar("T")
_RECORD_SCHEMA = "reviewtheme/1"
_SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSentence:
    """A sentence as it was coded."""

    text: str
    """The sentence."""
    start: int | None
    """First character in its document's text; None where it is not known."""
    end: int | None
    """One past the last such character."""
    page: int | None
    """Page on which it begins, from 1; None where it is not known."""
    section: tuple[str, ...]
    """Headings above it, outermost first."""
    reading: Reading
    """Its themes and stance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDocument:
    """A document that was coded."""

    path: str
    """Its path, or its name where only that is known."""
    sha256: str
    """Digest of its content; empty where it is not known."""
    read: Callable[[], tuple[RunSentence, ...]]
    """Gives its sentences, in order."""


@dataclass(slots=True, kw_only=True)
class CodedRun:
    """What was coded once."""

    name: str
    """What to call it."""
    documents: list[RunDocument] = field(default_factory=list)
    """What was coded, in order."""
    failures: dict[str, str] = field(default_factory=dict)
    """Path of each file that could not be coded, to the kind of failure."""
    models: list[str] = field(default_factory=list)
    """Names and versions of the models, in order of appearance; empty for what people labelled."""
    codebooks: list[str] = field(default_factory=list)
    """Names and versions of their codebooks."""
    theme_names: dict[str, str] = field(default_factory=dict)
    """Names of themes by id, as far as the run has them."""

    def note_model(self, model: str, codebook: str) -> None:
        """Keep account of who coded a document."""
        for known, new in ((self.models, model), (self.codebooks, codebook)):
            if new not in known:
                known.append(new)


def open_run(source: RunSource, name: str) -> CodedRun:
    """List what a run has coded.

    Args:
        source: JSON or JSON lines that `classify` wrote, a corpus database, labelled data of any format that
            training reads, a coded review, or an iterable of results.
        name: what to call it.

    Raises:
        CorpusError: a file of results is damaged, or a corpus database cannot be used.
        LabelledDataError: the file is neither results nor labelled data.
        UsageError: there is no such file.
    """
    if not isinstance(source, str | os.PathLike):
        return _from_memory([source] if isinstance(source, CodedReview) else source, name)
    path = Path(source)
    try:
        with path.open("rb") as file:
            start = file.read(1 << 12)
    except OSError as error:
        raise UsageError(
            f"'{path}' cannot be opened ({error.strerror}): name the output of a run."
        ) from error
    if start.startswith(_SQLITE):
        return _from_corpus(path, name)
    if b'"schema"' in start and _RECORD_SCHEMA.encode() in start:
        return _from_json(path, name)
    return _from_labels(path, name)


def _from_memory(results: Iterable[CorpusResult], name: str) -> CodedRun:
    run = CodedRun(name=name)
    for result in results:
        if isinstance(result, FailedReview):
            run.failures[result.path] = str(result.kind)
        elif not isinstance(result, DuplicateReview):
            run.note_model(f"{result.model.name} {result.model.version}", result.model.codebook)
            run.theme_names |= {theme.id: theme.name for theme in result.codebook.themes}
            source = result.review.source
            run.documents.append(
                RunDocument(path=source.path, sha256=source.sha256, read=_reader_of(result.sentences))
            )
    return run


def _reader_of(sentences: Iterable[CodedSentence]) -> Callable[[], tuple[RunSentence, ...]]:
    def read() -> tuple[RunSentence, ...]:
        return tuple(
            RunSentence(
                text=sentence.text,
                start=sentence.start,
                end=sentence.end,
                page=sentence.page,
                section=sentence.section,
                reading=Reading(
                    themes={theme: sentence.scores[theme] for theme in sentence.themes},
                    stance=sentence.stance,
                    stance_score=sentence.stance_score if sentence.stance else None,
                ),
            )
            for sentence in sentences
        )

    return read


def _from_json(path: Path, name: str) -> CodedRun:
    """List the records of a file: a line each, or one JSON value that is a record or a list of them."""
    run = CodedRun(name=name)
    for place, record, again in _records(path):
        try:
            _add_record(run, record, again)
        except (KeyError, TypeError, AttributeError) as error:
            raise _damaged(path, place, error) from error
    return run


def _records(path: Path) -> Iterator[tuple[str, Any, Callable[[], Any]]]:
    """Give each record with its place, and with what gives it again."""
    with path.open("rb") as file:
        first = file.readline()
        if _json_or_none(first) is None or first.lstrip().startswith(b"["):
            file.seek(0)
            try:
                whole = json.loads(file.read())
            except (ValueError, RecursionError) as error:
                raise _damaged(path, "it", error) from error
            for number, record in enumerate(whole if isinstance(whole, list) else [whole], 1):
                yield f"record {number}", record, partial(_same, record)
            return
        file.seek(0)
        number, offset = 0, 0
        while line := file.readline():
            number += 1
            if line.strip():
                record = _json_or_none(line)
                if record is None:
                    raise _damaged(path, f"line {number}", "it is no JSON")
                yield f"line {number}", record, _line_reader(path, offset)
            offset += len(line)


def _line_reader(path: Path, offset: int) -> Callable[[], Any]:
    def read() -> Any:  # noqa: ANN401 - a JSON value
        with path.open("rb") as file:
            file.seek(offset)
            return json.loads(file.readline())

    return read


def _same(value: T) -> T:
    return value


def _json_or_none(line: bytes) -> Any:  # noqa: ANN401 - a JSON value
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _add_record(run: CodedRun, record: Mapping[str, Any], again: Callable[[], Any]) -> None:
    source = record["source"]
    if "failure" in record:
        run.failures[str(source["path"])] = str(record["failure"]["kind"])
    elif "duplicate" not in record:
        model = record["model"]
        run.note_model(f"{model['name']} {model['version']}", str(model["codebook"]))
        run.theme_names |= {theme["id"]: theme["name"] for theme in record["themes"]}
        for sentence in record["sentences"]:
            _sentence(sentence)  # a record that is damaged is told of before any work is done
        run.documents.append(
            RunDocument(
                path=str(source["path"]),
                sha256=str(source["sha256"]),
                read=lambda: tuple(_sentence(sentence) for sentence in again()["sentences"]),
            )
        )


def _sentence(record: Mapping[str, Any]) -> RunSentence:
    stance = record["stance"]
    return RunSentence(
        text=record["text"],
        start=record["start"],
        end=record["end"],
        page=record["page"],
        section=tuple(record["section"]),
        reading=Reading(
            themes={theme["id"]: theme["score"] for theme in record["themes"]},
            stance=stance["id"],
            stance_score=stance["score"] if stance["id"] else None,
        ),
    )


def _damaged(path: Path, place: str, error: object) -> CorpusError:
    return CorpusError(
        f"'{path}' is damaged at {place} ({error}): write it again with "
        "'reviewtheme classify FILES --format jsonl --output FILE'."
    )


def _from_corpus(path: Path, name: str) -> CodedRun:
    run = CodedRun(name=name)
    with open_corpus(path) as database:
        run.theme_names = dict(database.execute("SELECT id, name FROM themes ORDER BY position"))
        run.failures = dict(database.execute("SELECT path, kind FROM failures"))
        for model in database.execute(
            "SELECT name || ' ' || version, codebook FROM models"
            " WHERE sha256 IN (SELECT model FROM documents) ORDER BY 1"
        ):
            run.note_model(*model)
        for document, document_path, sha256 in database.execute(
            "SELECT id, path, sha256 FROM documents ORDER BY path"
        ):
            run.documents.append(
                RunDocument(path=document_path, sha256=sha256, read=_corpus_reader(path, document))
            )
    return run


def _corpus_reader(path: Path, document: int) -> Callable[[], tuple[RunSentence, ...]]:
    def read() -> tuple[RunSentence, ...]:
        with open_corpus(path) as database:
            marks: dict[int, dict[str, float | None]] = {}
            for sentence, theme, score in database.execute(
                "SELECT m.sentence, m.theme, m.score FROM sentence_themes AS m JOIN themes AS t"
                " ON t.id = m.theme JOIN sentences AS s ON s.id = m.sentence WHERE s.document = ?"
                " ORDER BY t.position",
                (document,),
            ):
                marks.setdefault(sentence, {})[theme] = score
            return tuple(
                RunSentence(
                    text=text,
                    start=start,
                    end=end,
                    page=page,
                    section=tuple(section.split(" > ")) if section else (),
                    reading=Reading(themes=marks.get(number, {}), stance=stance or "", stance_score=score),
                )
                for number, text, start, end, page, section, stance, score in database.execute(
                    'SELECT id, text, start, "end", page, section, stance, stance_score FROM sentences'
                    " WHERE document = ? ORDER BY position",
                    (document,),
                )
            )

    return read


def _from_labels(path: Path, name: str) -> CodedRun:
    """Read what people labelled: by the program's codebook where that has all labels."""
    try:
        data = read_labelled(path, default_codebook())
    except LabelledDataError:
        data = read_labelled(path)
    run = CodedRun(name=name, theme_names={theme.id: theme.name for theme in data.codebook.themes})
    place = {document: number for number, document in enumerate(data.documents)}
    together = sorted(data.sentences, key=lambda sentence: place[sentence.document])
    for document, labelled in groupby(together, key=lambda sentence: sentence.document):
        sentences = tuple(
            RunSentence(
                text=sentence.text,
                start=sentence.start,
                end=sentence.end,
                page=None,
                section=(),
                reading=Reading(
                    themes=dict.fromkeys(sentence.themes), stance=sentence.stance, stance_score=None
                ),
            )
            for sentence in labelled
        )
        run.documents.append(RunDocument(path=document, sha256="", read=partial(_same, sentences)))
    return run
