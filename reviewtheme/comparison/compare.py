"""The flow of comparing two runs: documents are matched, then their sentences, then what was said of them."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from reviewtheme.codebook import default_codebook
from reviewtheme.comparison.coded_run import CodedRun, RunDocument, RunSentence, RunSource, open_run
from reviewtheme.comparison.comparison_result import (
    ComparedRun,
    Comparison,
    LoneDocument,
    Reading,
    SentenceChange,
    StanceComparison,
    StanceMove,
    ThemeComparison,
)
from reviewtheme.comparison.matching import match_documents, match_sentences
from reviewtheme.errors import UsageError
from reviewtheme.evaluation.coefficients import cohen_kappa

_NAMED = 3


def compare(first: RunSource, second: RunSource) -> Comparison:
    """Tell what changed between two runs over the same documents.

    Args:
        first: the run that is compared with: JSON or JSON lines that `classify` wrote, a corpus database,
            labelled data of any format that training reads, a coded review, or results of `classify_corpus`.
        second: the run that is compared, of any of these kinds.

    Raises:
        CorpusError: a file of results is damaged, or a corpus database cannot be used.
        LabelledDataError: a file is neither results nor labelled data.
        UsageError: there is no such file, or no document is in both.
    """
    names = _names(first, second)
    runs = open_run(first, names[0]), open_run(second, names[1])
    pairs, left, right = match_documents(runs[0].documents, runs[1].documents)
    if not pairs:
        raise UsageError(_nothing_in_common(*runs))
    changes = _Changes(_theme_names(*runs))
    for one, other in pairs:
        changes.add_document(one, other)
    return Comparison(
        first=_compared(runs[0], changes.sentences + len(changes.only_first)),
        second=_compared(runs[1], changes.sentences + len(changes.only_second)),
        documents=len(pairs),
        only_in_first=_lone(left, runs[1]),
        only_in_second=_lone(right, runs[0]),
        sentences=changes.sentences,
        themes=changes.themes(),
        stance=changes.stance(),
        changed=tuple(changes.changed),
        unmatched=(*changes.only_first, *changes.only_second),
        notes=tuple(_notes(runs, pairs)),
    )


class _Changes:
    """Collects what changed, document by document."""

    def __init__(self, theme_names: dict[str, str]) -> None:
        self._names = theme_names
        self._order = {theme: place for place, theme in enumerate(theme_names)}
        self._kept: Counter[str] = Counter()
        self._added: Counter[str] = Counter()
        self._removed: Counter[str] = Counter()
        self._stances: Counter[tuple[str, str]] = Counter()
        self.sentences = 0
        self.changed: list[SentenceChange] = []
        self.only_first: list[SentenceChange] = []
        self.only_second: list[SentenceChange] = []

    def add_document(self, first: RunDocument, second: RunDocument) -> None:
        pairs, left, right = match_sentences(first.read(), second.read())
        for one, other in pairs:
            self._add_pair(first.path, one, other)
        self.only_first += [self._change(first.path, sentence, None) for sentence in left]
        self.only_second += [self._change(first.path, None, sentence) for sentence in right]

    def _add_pair(self, document: str, first: RunSentence, second: RunSentence) -> None:
        self.sentences += 1
        change = self._change(document, first, second)
        self._kept.update(change.kept)
        self._added.update(change.added)
        self._removed.update(change.removed)
        if first.reading.stance and second.reading.stance:
            self._stances[first.reading.stance, second.reading.stance] += 1
        if change.added or change.removed or change.stance_changed:
            self.changed.append(change)

    def _change(self, document: str, first: RunSentence | None, second: RunSentence | None) -> SentenceChange:
        one = None if first is None else first.reading
        other = None if second is None else second.reading
        had, has = set(one.themes if one else ()), set(other.themes if other else ())
        is_pair = one is not None and other is not None
        places = [sentence for sentence in (first, second) if sentence is not None]
        return SentenceChange(
            document=document,
            page=next((sentence.page for sentence in places if sentence.page is not None), None),
            section=next((sentence.section for sentence in places if sentence.section), ()),
            text=places[0].text,
            first=one,
            second=other,
            kept=self._in_order(had & has),
            added=self._in_order(has - had) if is_pair else (),
            removed=self._in_order(had - has) if is_pair else (),
            stance_changed=is_pair and _stance_changed(one, other),
        )

    def _in_order(self, themes: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(themes, key=lambda theme: (self._order.get(theme, len(self._order)), theme)))

    def themes(self) -> tuple[ThemeComparison, ...]:
        """Return what became of each theme that occurs."""
        ids = self._in_order(self._kept | self._added | self._removed)
        kept, added, removed = (
            np.array([counts[theme] for theme in ids], dtype=np.float64)
            for counts in (self._kept, self._added, self._removed)
        )
        neither = self.sentences - kept - added - removed
        tables = np.stack([neither, added, removed, kept], axis=-1).reshape(-1, 2, 2)
        return tuple(
            ThemeComparison(
                id=theme,
                name=self._names.get(theme, theme),
                first=self._kept[theme] + self._removed[theme],
                second=self._kept[theme] + self._added[theme],
                kept=self._kept[theme],
                added=self._added[theme],
                removed=self._removed[theme],
                kappa=_figure(kappa),
            )
            for theme, kappa in zip(ids, cohen_kappa(tables), strict=True)
        )

    def stance(self) -> StanceComparison:
        """Return what became of the stances."""
        stances = sorted({stance for pair in self._stances for stance in pair})
        table = np.array([[self._stances[a, b] for b in stances] for a in stances], dtype=np.float64)
        moves = [
            StanceMove(first=first, second=second, sentences=number)
            for (first, second), number in self._stances.items()
            if first != second
        ]
        return StanceComparison(
            sentences=self._stances.total(),
            changed=sum(move.sentences for move in moves),
            kappa=_figure(cohen_kappa(table)) if stances else None,
            moves=tuple(sorted(moves, key=lambda move: (-move.sentences, move.first, move.second))),
        )


def _stance_changed(first: Reading | None, second: Reading | None) -> bool:
    return bool(first and second and first.stance and second.stance and first.stance != second.stance)


def _figure(value: float | np.floating | np.ndarray) -> float | None:
    return None if np.isnan(value) else float(value)


def _names(first: RunSource, second: RunSource) -> tuple[str, str]:
    """Call runs by the names of their files, by whole paths where these are the same."""
    if not (isinstance(first, str | os.PathLike) and isinstance(second, str | os.PathLike)):
        return "first", "second"
    one, other = Path(first), Path(second)
    return (one.name, other.name) if one.name != other.name else (str(one), str(other))


def _theme_names(first: CodedRun, second: CodedRun) -> dict[str, str]:
    """Return the names of all themes that are known, in the order of the codebook."""
    usual = {theme.id: theme.name for theme in default_codebook().themes}
    return usual | second.theme_names | first.theme_names


def _compared(run: CodedRun, sentences: int) -> ComparedRun:
    return ComparedRun(
        name=run.name,
        models=tuple(run.models),
        codebooks=tuple(run.codebooks),
        documents=len(run.documents),
        sentences=sentences,
    )


def _lone(documents: Sequence[RunDocument], other: CodedRun) -> tuple[LoneDocument, ...]:
    return tuple(
        LoneDocument(path=document.path, reason=other.failures.get(document.path, "absent"))
        for document in documents
    )


def _notes(
    runs: tuple[CodedRun, CodedRun], pairs: Sequence[tuple[RunDocument, RunDocument]]
) -> Iterable[str]:
    for run in runs:
        if len(run.models) > 1:
            yield f"{run.name} was coded by more than one model: {', '.join(run.models)}."
    first, second = (set(run.codebooks) for run in runs)
    if first and second and first != second:
        yield (
            f"The codebooks differ ({', '.join(sorted(first))}; {', '.join(sorted(second))}): themes that "
            "only one of them has count as added or removed."
        )
    other_content = sum(bool(a.sha256 and b.sha256 and a.sha256 != b.sha256) for a, b in pairs)
    if other_content:
        yield (
            f"Documents that have the same name in both runs, and not the same content: {other_content}. "
            "Their sentences were matched by text."
        )


def _nothing_in_common(first: CodedRun, second: CodedRun) -> str:
    examples = "; ".join(
        f"{run.name}: {', '.join(document.path for document in run.documents[:_NAMED]) or 'none'}"
        for run in (first, second)
    )
    return (
        "No document is in both runs, by content, path or name, so that there is nothing to compare "
        f"({examples}). Name two runs over the same documents."
    )
