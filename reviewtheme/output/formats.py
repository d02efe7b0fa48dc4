"""The formats in which results are written: one entry each, and one module, imported when it is asked for."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import IO, TYPE_CHECKING, Any

from reviewtheme.errors import ReviewThemeError

if TYPE_CHECKING:  # the command line names the formats without starting what writes them
    from reviewtheme.classification.model import Model
    from reviewtheme.codebook import Codebook
    from reviewtheme.corpus import CorpusResult, FailedReview
    from reviewtheme.output.files import OutputFolder

    Results = Iterable[CorpusResult]


class Several(Enum):
    """What becomes of several documents."""

    JOINED = auto()
    """One after the other in a file; into a folder, a file each."""
    APART = auto()
    """A file each, which needs a folder; one after the other on the screen."""
    PAGES = auto()
    """A file each, which needs a folder; never on the screen."""
    TOGETHER = auto()
    """One file for the whole run, or the files that the format puts into a folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What a format may have to know of a run."""

    codebook: "Codebook"
    """That of the model that codes."""
    evidence: int
    """Most sentences shown for a theme in text."""
    explaining: "Model | None"
    """The model that coded, where the words that spoke for each theme are to be told."""
    on_screen: bool
    """Whether it goes to standard output."""
    several: bool
    """Whether several documents were asked for."""
    tell: Callable[[str], None]
    """Takes a sentence for the user on what could not be written as it is."""
    fail: "Callable[[FailedReview], None]"
    """Takes a review that cannot be written in this format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How one format is written."""

    name: str
    """As the user asks for it."""
    ending: str
    """Of its files."""
    several: Several
    """What becomes of several documents."""
    write: "Callable[[Results, Writing, IO[Any]], None]"
    """Writes results to a file."""
    write_folder: "Callable[[Results, Writing, OutputFolder], None] | None" = None
    """Writes results into a folder, where that is more than a file for each or one for all."""
    is_binary: bool = False
    """Whether it is bytes, which a terminal cannot show."""
    needs: tuple[str, ...] = ()
    """The packages that it needs beyond those always installed."""
    extra: str = ""
    """The extra that brings them."""
    explains: bool = False
    """Whether the words that spoke for each mark can be told."""
    always_explains: bool = False
    """Whether the words that spoke for each mark are told without being asked for."""


def _text(results: "Results", writing: Writing, file: IO[str]) -> None:
    from reviewtheme.output.plain_text import review_text

    for coded in _coded(results):
        text = review_text(
            coded,
            evidence=writing.evidence,
            explaining=writing.explaining,
            on_screen=writing.on_screen,
        )
        file.write(text)


def _json(results: "Results", writing: Writing, file: IO[str]) -> None:
    from reviewtheme.output.json_record import to_json

    file.write(to_json(list(results), explaining=writing.explaining))


def _json_lines(results: "Results", writing: Writing, file: IO[str]) -> None:
    from reviewtheme.output.json_record import to_json_line

    for result in results:
        file.write(to_json_line(result, explaining=writing.explaining))


def _csv(results: "Results", writing: Writing, file: IO[str]) -> None:
    from reviewtheme.output.csv_table import write_marks

    write_marks(results, writing.codebook, file)


def _csv_folder(results: "Results", writing: Writing, folder: "OutputFolder") -> None:
    from reviewtheme.output.csv_table import write_tables

    write_tables(results, writing.codebook, folder)


def _workbook(results: "Results", writing: Writing, file: IO[bytes]) -> None:
    from reviewtheme.output.workbook import write_workbook

    write_workbook(results, writing.codebook, file, tell=writing.tell)


def _page(results: "Results", writing: Writing, file: IO[str]) -> None:
    from reviewtheme.output.review_page import review_page

    for coded in _coded(results):
        file.write(review_page(coded, explaining=writing.explaining))


def _page_folder(results: "Results", writing: Writing, folder: "OutputFolder") -> None:
    """Write a page for each review, and one for all of them where they are several."""
    from urllib.parse import quote

    from reviewtheme.output.corpus_page import corpus_page

    addresses: dict[str, str] = {}

    def written() -> "Iterator[CorpusResult]":
        for result in results:
            for coded in _coded([result]):
                path = coded.review.source.path
                name = folder.name_for(path, ".html")
                addresses[path] = quote(name, errors="surrogateescape")
                with folder.file(name) as file:
                    _page([coded], writing, file)
            yield result

    if writing.several:
        with folder.file("corpus.html") as file:
            file.write(corpus_page(written(), pages=addresses))
    else:
        for _ in written():
            pass


def _marked_pdf(results: "Results", writing: Writing, file: IO[bytes]) -> None:
    from reviewtheme.corpus import FailedReview
    from reviewtheme.output.marked_pdf import marked_pdf

    for coded in _coded(results):
        try:
            file.write(marked_pdf(coded))
        except ReviewThemeError as error:
            path = coded.review.source.path
            writing.fail(FailedReview(path=path, kind=error.kind, message=str(error)))


def _project(results: "Results", writing: Writing, file: IO[bytes]) -> None:
    from reviewtheme.output.refi_qda import write_project

    write_project(results, writing.codebook, file, tell=writing.tell)


def _codebook(results: "Results", writing: Writing, file: IO[str]) -> None:
    """Write the codebook, when all was read: failures are told all the same."""
    from reviewtheme.output.refi_qda import codebook_xml

    for _ in results:
        pass
    file.write(codebook_xml(writing.codebook))


def _tasks(tool: str) -> "Callable[[Results, Writing, IO[str]], None]":
    """Give what writes the tasks of an annotation tool."""

    def write(results: "Results", writing: Writing, file: IO[str]) -> None:
        from reviewtheme.output.annotation_tasks import write_tasks

        write_tasks(tool, _coded(results), writing.codebook, file)

    return write


def _tasks_folder(tool: str) -> "Callable[[Results, Writing, OutputFolder], None]":
    """Give what writes the tasks of an annotation tool, and its configuration, into a folder."""

    def write(results: "Results", writing: Writing, folder: "OutputFolder") -> None:
        from reviewtheme.output.annotation_tasks import TOOLS, write_tasks

        with folder.file(f"tasks{TOOLS[tool].ending}") as file:
            write_tasks(tool, _coded(results), writing.codebook, file)
        with folder.file(TOOLS[tool].configuration_name) as file:
            file.write(TOOLS[tool].configuration(writing.codebook))

    return write


def _coded(results: "Results") -> "Iterator[Any]":
    """Give the reviews that were coded; the others are told on standard error."""
    from reviewtheme.classification.coded_review import CodedReview

    return (result for result in results if isinstance(result, CodedReview))


_ALL = (
    Format(name="text", ending=".txt", several=Several.APART, write=_text, explains=True),
    Format(name="json", ending=".json", several=Several.APART, write=_json, explains=True),
    Format(name="jsonl", ending=".jsonl", several=Several.JOINED, write=_json_lines, explains=True),
    Format(name="csv", ending=".csv", several=Several.TOGETHER, write=_csv, write_folder=_csv_folder),
    Format(
        name="xlsx",
        ending=".xlsx",
        several=Several.TOGETHER,
        write=_workbook,
        is_binary=True,
        needs=("openpyxl",),
        extra="tables",
    ),
    Format(
        name="html",
        ending=".html",
        several=Several.PAGES,
        write=_page,
        write_folder=_page_folder,
        needs=("jinja2", "matplotlib"),
        extra="report",
        explains=True,
        always_explains=True,
    ),
    Format(
        name="pdf",
        ending=".marked.pdf",
        several=Several.PAGES,
        write=_marked_pdf,
        is_binary=True,
        needs=("pikepdf", "reportlab"),
        extra="marked",
    ),
    Format(name="qdpx", ending=".qdpx", several=Several.TOGETHER, write=_project, is_binary=True),
    Format(name="qdc", ending=".qdc", several=Several.TOGETHER, write=_codebook),
    *(
        Format(
            name=tool,
            ending=ending,
            several=Several.TOGETHER,
            write=_tasks(tool),
            write_folder=_tasks_folder(tool),
        )
        for tool, ending in (("labelstudio", ".json"), ("doccano", ".jsonl"), ("prodigy", ".jsonl"))
    ),
)

FORMATS: dict[str, Format] = {each.name: each for each in _ALL}
"""Every format by its name."""
