"""What a reader finds in a file, before its labels are held against a codebook."""

from dataclasses import dataclass, field

from reviewtheme.codebook import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing in a file that cannot be used."""

    file: str
    """Path of the file."""
    place: str
    """Where in it, e.g. "row 3"; empty for the file as a whole."""
    field: str
    """Which column or key, e.g. "themes"; empty for the row as a whole."""
    message: str
    """What is wrong, as a clause, and what to do where that is not plain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundText:
    """A text that was labelled as a whole."""

    place: str
    """Where it stands in the file, e.g. "row 3"."""
    text: str
    """The text, with a letter or digit in it."""
    labels: tuple[str, ...]
    """Themes as the coder's tool writes them: names or ids."""
    label_field: str = "themes"
    """Column or key of the labels, for messages."""
    document: str = ""
    """Name of its document; empty where the data name none."""
    stance: str = ""
    """Stance as written; empty where there is none."""
    previous: str | None = None
    """Text before it in its document; None where the data do not say, so that it is the item before."""
    register: str = ""
    """Kind of text; empty where unknown."""
    start: int | None = None
    """First character in the text of its document, where known."""
    end: int | None = None
    """One past the last such character, where known."""
    disputed: tuple[str, ...] = ()
    """Themes, as written, that only some of its coders gave it."""
    stance_disputed: bool = False
    """Whether its coders gave it different stances."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a document's text that carries a label."""

    start: int
    """First character, an index into the document's text."""
    end: int
    """One past the last character."""
    label: str
    """Theme as the coder's tool writes it."""
    place: str
    """Where in the file the coding stands, e.g. "line 3"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDocument:
    """A text in which stretches were labelled."""

    place: str
    """Where it stands in the file."""
    text: str
    """The text that the spans count in."""
    sentences: tuple[tuple[int, int], ...]
    """Its sentences, half-open, in order."""
    spans: tuple[Span, ...]
    """What was labelled in it; all within the text."""
    name: str = ""
    """Name of the document; empty where the data name none."""
    label_field: str = "label"
    """Key of the labels, for messages."""
    register: str = ""
    """Kind of text; empty where unknown."""
    apparatus: frozenset[int] = frozenset()
    """Indices of sentences outside the document's body (contents, references): left out if they carry no
    code."""


@dataclass(slots=True)
class Found:
    """What a reader finds, collected while it reads: every fault is kept, and reading goes on."""

    path: str
    """Path of the file, for messages."""
    items: list[FoundText | FoundDocument] = field(default_factory=list)
    """Labelled texts and documents, in file order."""
    declared: list[Theme] = field(default_factory=list)
    """Themes that the file says it was coded with, used or not; empty where it does not say."""
    faults: list[Fault] = field(default_factory=list)
    """What cannot be used."""
    skipped: list[tuple[str, str]] = field(default_factory=list)
    """What was left out: (reason, place)."""
    notes: list[str] = field(default_factory=list)
    """What else the user should know, a sentence each."""

    def fault(self, place: str, at: str, message: str) -> None:
        """Keep a fault of the place `place`, in the field `at`."""
        self.faults.append(Fault(file=self.path, place=place, field=at, message=message))

    def skip(self, reason: str, place: str) -> None:
        """Keep account of something left out."""
        self.skipped.append((reason, place))
