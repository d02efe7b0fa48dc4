"""The flow of comparing coders: their sentences are matched, and their codes held against each other."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from reviewtheme.codebook import Codebook, Stance, Theme
from reviewtheme.errors import LabelledDataError, UsageError
from reviewtheme.evaluation.agreement_result import (
    Agreement,
    Coder,
    Coefficients,
    Dispute,
    MeanAgreement,
    PairAgreement,
    StanceAgreement,
    ThemeAgreement,
    UncomparedDocument,
    UncomparedSentence,
)
from reviewtheme.evaluation.coefficients import (
    MISSING,
    CodeCounts,
    cohen_kappa,
    count_codes,
    gwet_ac1,
    krippendorff_alpha,
    percent_agreement,
)
from reviewtheme.evaluation.matching import CodedWork, Matched, match_sentences
from reviewtheme.evaluation.resampling import (
    Counts,
    DocumentBootstrap,
    Estimate,
    divide,
    estimate,
    estimates,
    mean_of_defined,
)
from reviewtheme.training.training_data import (
    CodebookChoice,
    Labelled,
    PathLike,
    TrainingData,
    training_data,
)

LEAST_SENTENCES = 10
"""Sentences that some coder must have marked with a theme for it to count in means over themes."""
_NAMED = 3


def agreement(
    *coders: Labelled,
    names: Sequence[str] | None = None,
    codebook: CodebookChoice = None,
    documents: PathLike | None = None,
    skip_unknown: bool = False,
    by_text_alone: bool = False,
    samples: int = 1000,
    seed: int = 0,
) -> Agreement:
    """Compare what two or more coders labelled, on the sentences that at least two of them coded.

    Args:
        coders: labelled data of each; a folder or list of paths is the work of one.
        names: what to call them; None takes the names of the files.
        codebook: the label space, its file, or "default"; None makes one of the themes and stances in all
            of the data.
        documents: folder of the documents that some formats quote.
        skip_unknown: leave out labels that the codebook does not have; otherwise they are an error.
        by_text_alone: match sentences by their text whatever their document is called. Done anyway where
            somebody's data do not name documents.
        samples: draws of documents for the 95 % intervals; 0 leaves them out.
        seed: what the draws depend on.

    Raises:
        UsageError: there are fewer than two coders, or names that do not fit them.
        LabelledDataError: the data cannot be used, or no two coders coded the same sentence.
    """
    if len(coders) < 2:
        raise UsageError("Agreement is between two coders or more: name the labels of each.")
    called = _names(coders, names)
    data = _read_all(coders, codebook, documents, skip_unknown=skip_unknown)
    nameless = [name for name, each in zip(called, data, strict=True) if not _documents_named(each)]
    works = [CodedWork(name=name, sentences=each.sentences) for name, each in zip(called, data, strict=True)]
    space = data[0].codebook
    alone = by_text_alone or bool(nameless)
    everything = match_sentences(works, space, by_text_alone=alone)
    compared = everything.at(everything.has.sum(axis=0) >= 2)
    if not compared.sentences:
        raise LabelledDataError(_nothing_in_common(works, by_text_alone=alone))
    comparison = _Comparison(compared, called, space, nameless=bool(nameless), samples=samples, seed=seed)
    whole, loose = _uncompared(everything, called, by_text_alone=alone)
    return Agreement(
        coders=tuple(
            Coder(
                name=name,
                sentences=len(work.sentences),
                compared=int(has.sum()),
                documents=len({sentence.document for sentence in work.sentences}),
            )
            for name, work, has in zip(called, works, compared.has, strict=True)
        ),
        codebook=f"{space.name} {space.version}",
        sentences=len(compared.sentences),
        documents=comparison.bootstrap.documents,
        samples=comparison.bootstrap.samples,
        seed=seed,
        micro_f1=estimate(_mean_over_pairs(comparison.micro_f1)),
        mean=comparison.mean(),
        themes=tuple(comparison.themes()),
        stance=comparison.stance(),
        pairs=tuple(comparison.pairs()),
        disputes=tuple(comparison.disputes()),
        uncompared_documents=whole,
        uncompared_sentences=loose,
        notes=tuple(_notes(nameless, comparison, loose)),
    )


class _Comparison:
    """Works out the figures of matched codes; all come from the same draws of documents."""

    def __init__(
        self,
        matched: Matched,
        names: Sequence[str],
        codebook: Codebook,
        *,
        nameless: bool,
        samples: int,
        seed: int,
    ) -> None:
        self.matched, self.names, self.codebook = matched, names, codebook
        documents = ["" if nameless else sentence.document for sentence in matched.sentences]
        self.bootstrap = DocumentBootstrap(documents, samples=samples, seed=seed)
        self.couples = list(combinations(range(len(names)), 2))
        tables = [self._tables(matched.themes[one], matched.themes[other], 2) for one, other in self.couples]
        self.kappas = [cohen_kappa(table) for table in tables]
        self.f1 = [_f1(table) for table in tables]
        self.micro_f1 = [_f1(table.sum(axis=1)) for table in tables]
        self.counts = self._sums(count_codes(matched.themes, 2))
        self.used = np.asarray((matched.themes == 1).any(axis=(0, 1)))
        self.often = np.asarray((matched.themes == 1).any(axis=0).sum(axis=0) >= LEAST_SENTENCES)
        votes = (matched.themes == 1).any(axis=0) & (matched.themes == 0).any(axis=0)
        self.disputed: npt.NDArray[np.bool_] = votes

    def _sums(self, counts: CodeCounts) -> CodeCounts:
        return CodeCounts.from_columns(self.bootstrap.totals(counts.columns))

    def _tables(self, one: npt.NDArray[np.int_], other: npt.NDArray[np.int_], categories: int) -> Counts:
        """Return cross tables of two coders' codes, (1 + draws, ..., categories, categories)."""
        cells = [[(one == a) & (other == b) for b in range(categories)] for a in range(categories)]
        return self.bootstrap.totals(np.moveaxis(np.array(cells), (0, 1), (-2, -1)))

    def _figures(self) -> tuple[Counts, Counts, Counts, Counts]:
        """Return agreement, kappa, AC1 and alpha, each (1 + draws, themes); NaN where nobody marked one."""
        figures = (
            percent_agreement(self.counts),
            _mean_over_pairs(self.kappas),
            gwet_ac1(self.counts),
            krippendorff_alpha(self.counts),
        )
        one, two, three, four = (np.where(self.used, figure, np.nan) for figure in figures)
        return one, two, three, four

    def themes(self) -> Iterator[ThemeAgreement]:
        """Compare each theme."""
        documents = self.bootstrap.documents_with((self.matched.themes == 1).any(axis=0))
        figures = [estimates(figure, documents) for figure in (*self._figures(), _mean_over_pairs(self.f1))]
        marked = (self.matched.themes == 1).sum(axis=1)
        codes = (self.matched.themes != MISSING).sum(axis=(0, 1))
        for column, theme in enumerate(self.codebook.themes):
            agreed, kappa, ac1, alpha, f1 = (figure[column] for figure in figures)
            yield ThemeAgreement(
                id=theme.id,
                name=theme.name,
                marked={name: int(n) for name, n in zip(self.names, marked[:, column], strict=True)},
                prevalence=float(marked[:, column].sum() / codes[column]),
                disputed=int(self.disputed[:, column].sum()),
                coefficients=Coefficients(agreement=agreed, kappa=kappa, ac1=ac1, alpha=alpha),
                f1=f1,
            )

    def mean(self) -> MeanAgreement:
        """Average over the themes that are marked often enough."""
        agreed, kappa, ac1, alpha = (
            estimate(mean_of_defined(figure, self.often)) for figure in self._figures()
        )
        return MeanAgreement(
            themes=int(self.often.sum()),
            least_sentences=LEAST_SENTENCES,
            coefficients=Coefficients(agreement=agreed, kappa=kappa, ac1=ac1, alpha=alpha),
        )

    def stance(self) -> StanceAgreement | None:
        """Compare the stances."""
        stances = len(self.codebook.stances)
        codes = self.matched.stances
        paired = (codes != MISSING).sum(axis=0) >= 2
        if stances < 2 or not paired.any():
            return None
        kept = np.where(paired, codes, MISSING)
        counts = self._sums(count_codes(kept, stances))
        lowest = np.where(kept == MISSING, stances, kept).min(axis=0)
        return StanceAgreement(
            sentences=int(paired.sum()),
            disputed=int((paired & (kept.max(axis=0) != lowest)).sum()),
            coefficients=Coefficients(
                agreement=estimate(percent_agreement(counts)),
                kappa=estimate(_mean_over_pairs(self._stance_kappas())),
                ac1=estimate(gwet_ac1(counts)),
                alpha=estimate(krippendorff_alpha(counts)),
            ),
        )

    def _stance_kappas(self) -> list[Counts]:
        codes, stances = self.matched.stances, len(self.codebook.stances)
        return [cohen_kappa(self._tables(codes[one], codes[other], stances)) for one, other in self.couples]

    def pairs(self) -> Iterator[PairAgreement]:
        """Compare each two coders."""
        has = self.matched.has
        stance_kappas: Sequence[Counts | None] = (
            self._stance_kappas() if len(self.codebook.stances) > 1 else [None] * len(self.couples)
        )
        for number, (one, other) in enumerate(self.couples):
            told = stance_kappas[number]
            yield PairAgreement(
                coders=(self.names[one], self.names[other]),
                sentences=int((has[one] & has[other]).sum()),
                micro_f1=estimate(self.micro_f1[number]),
                mean_kappa=estimate(mean_of_defined(self.kappas[number], self.often)),
                stance_kappa=Estimate(value=None) if told is None else estimate(told),
            )

    def disputes(self) -> Iterator[Dispute]:
        """Give every sentence that was coded otherwise."""
        themes, stances, has = self.matched.themes, self.matched.stances, self.matched.has
        ids = self.codebook.theme_ids
        for row, sentence in enumerate(self.matched.sentences):
            told = {
                name: self.codebook.stance_ids[stance]
                for name, stance in zip(self.names, stances[:, row], strict=True)
                if stance != MISSING
            }
            columns = np.flatnonzero(self.disputed[row])
            if not len(columns) and len(set(told.values())) < 2:
                continue
            agreed = np.flatnonzero((themes[:, row] != 0).all(axis=0))
            yield Dispute(
                document=sentence.document,
                text=sentence.text,
                previous=sentence.previous,
                coders=tuple(name for name, did in zip(self.names, has[:, row], strict=True) if did),
                agreed=tuple(ids[column] for column in agreed),
                disputed={
                    ids[column]: tuple(
                        name
                        for name, code in zip(self.names, themes[:, row, column], strict=True)
                        if code == 1
                    )
                    for column in columns
                },
                stances=told,
            )


def _f1(table: Counts) -> Counts:
    """Return F1 of the one by the other, of cross tables (..., 2, 2)."""
    return divide(2 * table[..., 1, 1], 2 * table[..., 1, 1] + table[..., 0, 1] + table[..., 1, 0])


def _mean_over_pairs(figures: Sequence[Counts]) -> Counts:
    """Average a figure over pairs of coders, leaving out pairs for which it is not defined."""
    stacked = np.stack(figures, axis=-1)
    return mean_of_defined(stacked, np.ones(len(figures), dtype=bool))


def _names(coders: Sequence[Labelled], names: Sequence[str] | None) -> list[str]:
    """Call coders by the names given, or by those of their files; by whole paths where these are the same."""
    if names is not None:
        if len(names) != len(coders) or len(set(names)) < len(names):
            raise UsageError(f"There are {len(coders)} coders: give each a name of its own.")
        return list(names)
    paths = [
        Path(coder) if isinstance(coder, str | os.PathLike) else Path(f"coder {number}")
        for number, coder in enumerate(coders, 1)
    ]
    ways: tuple[Callable[[Path], str], ...] = (lambda path: path.stem, lambda path: path.name, str)
    for called in ways:
        found = [called(path) for path in paths]
        if len(set(found)) == len(found):
            return found
    raise UsageError("The same labels are named twice: a coder agrees with nobody by agreeing with itself.")


def _read_all(
    coders: Sequence[Labelled],
    codebook: CodebookChoice,
    documents: PathLike | None,
    *,
    skip_unknown: bool,
) -> list[TrainingData]:
    """Read every coder's data by one codebook: that given, or one of all labels found."""
    data = [
        training_data(coder, codebook=codebook, documents=documents, skip_unknown=skip_unknown)
        for coder in coders
    ]
    space = _all_labels([each.codebook for each in data])
    return [replace(each, codebook=space) for each in data]


def _all_labels(codebooks: Sequence[Codebook]) -> Codebook:
    """Return the codebook that all share, or one of the themes and stances of all."""
    if all(codebook == codebooks[0] for codebook in codebooks):
        return codebooks[0]
    themes: dict[str, Theme] = {}
    stances: dict[str, Stance] = {}
    for codebook in codebooks:
        themes = {theme.id: theme for theme in codebook.themes} | themes
        stances |= {s.id: s for s in codebook.stances if s.id not in stances}
    return Codebook(
        name="labels-found",
        version="1",
        themes=tuple(themes[theme_id] for theme_id in sorted(themes)),
        stances=tuple(stances.values()),
    )


def _documents_named(data: TrainingData) -> bool:
    files = data.report.files if data.report else ()
    return all(file.documents_named for file in files if file.sentences)


def _nothing_in_common(works: Sequence[CodedWork], *, by_text_alone: bool) -> str:
    examples = "; ".join(f"{work.name}: '{work.sentences[0].document}'" for work in works[:_NAMED])
    hint = (
        "Give each coder the same sentences, cut in the same way."
        if by_text_alone
        else f"Do they call documents by other names ({examples})? Then match by text alone "
        "(--by-text-alone)."
    )
    return f"No sentence was coded by two coders: none has the same document and text. {hint}"


def _uncompared(
    everything: Matched, names: Sequence[str], *, by_text_alone: bool
) -> tuple[tuple[UncomparedDocument, ...], tuple[UncomparedSentence, ...]]:
    """Tell documents that one coder alone coded from sentences missing in what others coded, too."""
    has = everything.has
    of_document: dict[str, npt.NDArray[np.bool_]] = {}
    for row, sentence in enumerate(everything.sentences):
        document = "" if by_text_alone else sentence.document
        of_document[document] = of_document.get(document, np.zeros(len(names), dtype=bool)) | has[:, row]
    documents: Counter[tuple[str, str]] = Counter()
    sentences: list[UncomparedSentence] = []
    for row in np.flatnonzero(has.sum(axis=0) == 1).tolist():
        sentence, coder = everything.sentences[row], names[int(has[:, row].argmax())]
        if of_document["" if by_text_alone else sentence.document].sum() == 1:
            documents[sentence.document, coder] += 1
        else:
            sentences.append(UncomparedSentence(document=sentence.document, coder=coder, text=sentence.text))
    whole = (
        UncomparedDocument(document=document, coder=coder, sentences=count)
        for (document, coder), count in documents.items()
    )
    return tuple(whole), tuple(sentences)


def _notes(
    nameless: Sequence[str], comparison: _Comparison, loose: Sequence[UncomparedSentence]
) -> Iterator[str]:
    if nameless:
        yield (
            f"The labels of {', '.join(nameless)} do not name documents: sentences were matched by text "
            "alone, and no interval can be given."
        )
    elif comparison.bootstrap.documents == 1:
        yield "All compared sentences are of one document: no interval can be given."
    if loose:
        yield (
            f"Sentences that one coder alone has, in documents that others coded, too: {len(loose):,}. They "
            "were cut differently, perhaps, or left out, and are in no figure."
        )
    unused = int((~comparison.used).sum())
    if unused:
        yield f"Themes that nobody marked, so that nothing is known of them: {unused}."
