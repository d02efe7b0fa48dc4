"""What was found in files becomes labelled sentences.

Labels are held against the codebook, and spans against sentences.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reviewtheme.codebook import Codebook, Theme
from reviewtheme.codebook_files import LABELS_FOUND, STANCE_MARK, codebook_of_themes, label_id
from reviewtheme.errors import CodebookError
from reviewtheme.sentences import split_text
from reviewtheme.training.formats.found import Fault, Found, FoundDocument, FoundText
from reviewtheme.training.formats.known_labels import KnownLabels
from reviewtheme.training.formats.labelled_data import FileReport, Skipped
from reviewtheme.training.formats.spans import labels_of_sentences
from reviewtheme.training.labelled import LabelledSentence

_NAMED_PLACES = 5
_INNER_END = re.compile(r"[.?!…]\S*\s+\S|\n")
"""What a text of several sentences has in it; seldom in one of a single sentence, which is most of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """One file's sentences, with the account of it."""

    sentences: tuple[LabelledSentence, ...]
    """Its labelled sentences, in file order."""
    faults: tuple[Fault, ...]
    """What cannot be used."""
    report: FileReport
    """What became of it."""


def codebook_of(found: Sequence[Found]) -> Codebook:
    """Make a codebook of what files say they were coded with, and of the labels that occur besides.

    Raises:
        CodebookError: there is neither.
    """
    themes: dict[str, Theme] = {}
    stances: dict[str, None] = {}
    for file in found:
        for theme in file.declared:
            themes.setdefault(label_id(theme.name), theme)
        for item in file.items:
            if isinstance(item, FoundText) and item.stance:
                stances[item.stance.removesuffix(STANCE_MARK)] = None
            for label in _labels_of(item):
                plain = " ".join(label.split())
                themes.setdefault(label_id(plain), Theme(id=label_id(plain), name=plain))
    if not themes:
        files = ", ".join(f"'{file.path}'" for file in found)
        raise CodebookError(
            f"No label was found in {files}, so that there are no themes to make a codebook of: label "
            "sentences, or name the codebook that they were read by."
        )
    by_id = {theme.id: theme for theme in reversed(themes.values())}
    return codebook_of_themes([by_id[i] for i in sorted(by_id)], stances=stances, name=LABELS_FOUND)


def resolve(found: Found, format_name: str, codebook: Codebook, *, skip_unknown: bool) -> ReadFile:
    """Turn what was found in a file into labelled sentences.

    A text that was labelled as a whole stays whole; a document is cut into sentences, which take the labels
    of the spans by the rule in `spans`. A label that means a stance of the codebook, and no theme, is the
    stance.
    """
    resolver = _Resolver(
        found=found, known=KnownLabels(codebook), codebook=codebook, skip_unknown=skip_unknown
    )
    sentences = tuple(resolver.sentences())
    report = FileReport(
        path=found.path,
        format=format_name,
        sentences=len(sentences),
        documents=len({sentence.document for sentence in sentences}),
        labels=sum(len(sentence.themes) for sentence in sentences),
        documents_named=all(_name_of(item) for item in found.items),
        skipped=_skipped(found.skipped),
        notes=(*found.notes, *resolver.notes()),
    )
    return ReadFile(sentences=sentences, faults=tuple(found.faults), report=report)


@dataclass(slots=True)
class _Resolver:
    """Goes through the items of a file and keeps account of what its labels mean."""

    found: Found
    known: KnownLabels
    codebook: Codebook
    skip_unknown: bool
    last: dict[str, str] = field(default_factory=dict)
    """Last text of each document."""
    unknown: dict[str, str] = field(default_factory=dict)
    """What is said of each label that the codebook does not have; finding the nearest takes time."""
    of_several: int = 0
    """Texts labelled as a whole that hold several sentences."""

    def sentences(self) -> Iterator[LabelledSentence]:
        for item in self.found.items:
            yield from [self._text(item)] if isinstance(item, FoundText) else self._document(item)

    def notes(self) -> Iterator[str]:
        if not all(_name_of(item) for item in self.found.items):
            yield (
                "Not every text says which document it is of: texts of one sentence or labelled as a whole "
                "were taken for one document, the file. Name documents, so that tests can be on unseen ones."
            )
        if self.of_several:
            yield (
                f"Texts that were labelled as a whole and hold several sentences: {self.of_several}. Each is "
                "learned from as one; label sentence by sentence if such a text is of several themes."
            )

    def _text(self, item: FoundText) -> LabelledSentence:
        document = item.document or Path(self.found.path).stem
        text = " ".join(item.text.split())
        previous = item.previous if item.previous is not None else self.last.get(document, "")
        self.last = {document: text}
        for label in item.labels:
            self._account_for(label, item.place, item.label_field)
        for label in item.disputed:
            self._account_for(label, item.place, "disputed")
        themes, stance = self._meanings(item.labels, item.place)
        self.of_several += _holds_several(item.text)
        return LabelledSentence(
            text=text,
            previous=" ".join(previous.split()),
            document=document,
            themes=themes,
            stance=self._stated_stance(item) or stance,
            register=item.register,
            start=item.start,
            end=item.end,
            disputed=self._meanings(item.disputed, item.place)[0],
            stance_disputed=item.stance_disputed,
        )

    def _document(self, item: FoundDocument) -> Iterator[LabelledSentence]:
        name = item.name or f"{Path(self.found.path).stem}, {item.place}"
        for span in item.spans:
            self._account_for(span.label, span.place, item.label_field)
            if not item.text[span.start : span.end].strip():
                self.found.skip("a coding covers nothing but white space", span.place)
        previous = ""
        for index, ((start, end), labels) in enumerate(
            zip(item.sentences, labels_of_sentences(item), strict=True)
        ):
            if index in item.apparatus and not labels:
                self.found.skip(
                    "the sentence is of the contents, references or such, and not coded", f"'{name}'"
                )
                continue
            themes, stance = self._meanings(labels, f"'{name}'")
            text = " ".join(item.text[start:end].split())
            yield LabelledSentence(
                text=text,
                previous=previous,
                document=name,
                themes=themes,
                stance=stance,
                register=item.register,
                start=start,
                end=end,
            )
            previous = text

    def _meanings(self, labels: Iterable[str], place: str) -> tuple[tuple[str, ...], str]:
        """Return themes in codebook order, and the stance; two stances are none, and accounted for."""
        themes, stances = set(), set()
        for label in labels:
            theme, stance = self.known.theme(label), self.known.stance(label)
            if theme:
                themes.add(theme)
            elif stance:
                stances.add(stance)
        if len(stances) > 1:
            self.found.skip("a sentence is labelled with two stances", place)
        return self.codebook.in_order(themes), stances.pop() if len(stances) == 1 else ""

    def _account_for(self, label: str, place: str, at: str) -> None:
        """Account for a label that means neither a theme nor a stance."""
        if self.known.theme(label) or self.known.stance(label):
            return
        if self.skip_unknown:
            self.found.skip(f"'{label}' is no theme of codebook '{self.codebook.name}'", place)
        else:
            self.found.fault(place, at, self._unknown(label))

    def _unknown(self, label: str) -> str:
        if label not in self.unknown:
            self.unknown[label] = self._said_of(label)
        return self.unknown[label]

    def _said_of(self, label: str) -> str:
        nearest = self.known.nearest(label)
        hint = f" (is '{nearest}' meant?)" if nearest else ""
        return f"'{label}' is no theme of codebook '{self.codebook.name}'{hint}"

    def _stated_stance(self, item: FoundText) -> str:
        """Return the id of the stance that a column or key states; empty where it states none."""
        if not item.stance:
            return ""
        stance = self.known.stance(item.stance)
        if stance is None and self.skip_unknown:
            self.found.skip(f"'{item.stance}' is no stance of the codebook", item.place)
        elif stance is None:
            among = ", ".join(self.codebook.stance_ids) or "none: it has no stances"
            self.found.fault(
                item.place, "stance", f"'{item.stance}' is no stance of the codebook, whose are {among}"
            )
        return stance or ""


def _labels_of(item: FoundText | FoundDocument) -> Iterable[str]:
    if isinstance(item, FoundText):
        return (*item.labels, *item.disputed)
    return (span.label for span in item.spans)


def _name_of(item: FoundText | FoundDocument) -> str:
    return item.document if isinstance(item, FoundText) else item.name


def _holds_several(text: str) -> bool:
    return _INNER_END.search(text) is not None and len(split_text(text)) > 1


def _skipped(skipped: Sequence[tuple[str, str]]) -> tuple[Skipped, ...]:
    """Count what was left out, by reason."""
    counts = Counter(reason for reason, _ in skipped)
    return tuple(
        Skipped(
            reason=reason,
            count=count,
            places=tuple(dict.fromkeys(place for why, place in skipped if why == reason))[:_NAMED_PLACES],
        )
        for reason, count in counts.items()
    )
