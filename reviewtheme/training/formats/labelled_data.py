"""What reading labelled data gives: sentences, their codebook, and a full account of what was read."""

from dataclasses import dataclass

from reviewtheme.codebook import Codebook
from reviewtheme.training.labelled import LabelledSentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Things in a file that were left out, and why."""

    reason: str
    """One clause for the user, e.g. "the task was cancelled by its coder"."""
    count: int
    """How many, at least 1."""
    places: tuple[str, ...]
    """Where they stand ("line 3"), the first few of them, in file order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of one file."""

    path: str
    """The path as given, or as found in a folder that was given."""
    format: str
    """Name of the format it was recognised as, e.g. "doccano JSONL"; empty where the file is no labelled
    data."""
    sentences: int
    """Sentences read from it, those without a theme included."""
    documents: int
    """Documents that these sentences belong to."""
    labels: int
    """Pairs of a sentence and a theme."""
    documents_named: bool
    """Whether the data say of every sentence which document it is of; else the file counts as one
    document."""
    skipped: tuple[Skipped, ...] = ()
    """What was left out, by reason."""
    notes: tuple[str, ...] = ()
    """What else the user should know, a sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingReport:
    """What was read, what was skipped, and why."""

    files: tuple[FileReport, ...]
    """Every file, in reading order; those of a folder that are no labelled data come last."""
    notes: tuple[str, ...] = ()
    """What the user should know of all files together, a sentence each."""

    @property
    def sentences(self) -> int:
        """Sentences read from all files."""
        return sum(file.sentences for file in self.files)

    @property
    def skipped(self) -> int:
        """Things left out of all files."""
        return sum(skipped.count for file in self.files for skipped in file.skipped)

    def __str__(self) -> str:
        """Write the account for people: a line for each file, and one for all that was skipped or noted."""
        lines = []
        for file in self.files:
            counts = f"{file.sentences} sentences of {file.documents} documents, {file.labels} themes"
            lines.append(f"{file.path}: {file.format or 'no labelled data'}: {counts}")
            lines += [
                f"  skipped {skipped.count}: {skipped.reason} ({', '.join(skipped.places)}"
                f"{', …' if skipped.count > len(skipped.places) else ''})"
                for skipped in file.skipped
            ]
            lines += [f"  {note}" for note in file.notes]
        return "\n".join([*lines, *self.notes])


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledData:
    """Labelled sentences with the codebook that they are labelled by."""

    sentences: tuple[LabelledSentence, ...]
    """In reading order: files as given, documents and sentences as they stand in them; at least one."""
    codebook: Codebook
    """The codebook that was given, or one made of the labels found."""
    report: ReadingReport
    """What was read, skipped, and why."""

    @property
    def documents(self) -> tuple[str, ...]:
        """Names of the documents, in reading order."""
        return tuple(dict.fromkeys(sentence.document for sentence in self.sentences))
