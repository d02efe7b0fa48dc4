"""Labels and predictions become figures, each counted by document so that it has an interval."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from reviewtheme.codebook import Codebook
from reviewtheme.evaluation.coefficients import cohen_kappa, gwet_ac1_of_table, observed_agreement
from reviewtheme.evaluation.evaluation_result import (
    Baseline,
    CalibrationQuality,
    MeanQuality,
    Quality,
    RegisterQuality,
    ReliabilityBin,
    StanceQuality,
    StanceScores,
    ThemeQuality,
)
from reviewtheme.evaluation.predictions import UNKNOWN, Predictions
from reviewtheme.evaluation.resampling import (
    Counts,
    DocumentBootstrap,
    Estimate,
    divide,
    estimate,
    estimates,
    mean_of_defined,
)
from reviewtheme.training.labelled import LabelledSentence, documents_of, stance_matrix, theme_matrix
from reviewtheme.training.scores import calibration_error

Marks = npt.NDArray[np.bool_]
LEAST_LABELS = 10
"""Labels that a theme needs to count in means over themes: fewer say nothing."""
_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Labels in the columns of one codebook."""

    themes: Marks
    """(sentences, themes), what is labelled."""
    judged: Marks
    """(sentences, themes), false where only some coders labelled: that costs nothing, and earns nothing."""
    stances: npt.NDArray[np.int_]
    """(sentences,), column of the stance; `UNKNOWN` where there is none, or coders differ."""
    documents: npt.NDArray[np.str_]
    """(sentences,)"""
    registers: npt.NDArray[np.str_]
    """(sentences,), kind of text; empty where the data do not say."""

    @staticmethod
    def of(labelled: Sequence[LabelledSentence], codebook: Codebook) -> "Truth":
        """Read the labels of sentences whose themes and stances are all in the codebook."""
        themes = theme_matrix(labelled, codebook).astype(bool)
        known = set(codebook.theme_ids)
        doubtful = [replace(s, themes=tuple(t for t in s.disputed if t in known)) for s in labelled]
        disputed = theme_matrix(doubtful, codebook).astype(bool)
        stances = stance_matrix(labelled, codebook)
        settled = np.array([bool(s.stance) and not s.stance_disputed for s in labelled])
        places = stances.argmax(axis=1) if codebook.stances else np.full(len(labelled), UNKNOWN)
        return Truth(
            themes=themes,
            judged=themes | ~disputed,
            stances=np.where(settled, places, UNKNOWN),
            documents=documents_of(labelled),
            registers=np.array([sentence.register for sentence in labelled]),
        )


class Scorer:
    """Scores predictions against labels; all figures come from the same draws of documents.

    Args:
        truth: the labels.
        samples: draws of documents for the intervals.
        seed: what the draws depend on.
    """

    def __init__(self, truth: Truth, *, samples: int, seed: int) -> None:
        self.truth = truth
        self.bootstrap = DocumentBootstrap(truth.documents, samples=samples, seed=seed)
        self._counted = self.frequent(LEAST_LABELS)

    def frequent(self, least: int) -> Marks:
        """Tell which themes have at least so many labels, (themes,)."""
        return np.asarray(self.truth.themes.sum(axis=0) >= least)

    def tables(self, predictions: Predictions) -> Counts:
        """Return cross tables of labels and marks, (1 + draws, themes, 2, 2); index 1 is "yes"."""
        true, marked, judged = self.truth.themes, predictions.marked, self.truth.judged
        cells = [[(true == label) & (marked == mark) & judged for mark in (0, 1)] for label in (0, 1)]
        return self.bootstrap.totals(np.moveaxis(np.array(cells), (0, 1), (2, 3)))

    def micro(self, tables: Counts) -> Quality:
        """Score all pairs together."""
        precision, recall, f1 = (estimate(draws) for draws in _quality(tables.sum(axis=1)))
        return Quality(precision=precision, recall=recall, f1=f1)

    def macro(self, tables: Counts, themes: Sequence[ThemeQuality]) -> MeanQuality:
        """Average over the themes with enough labels."""
        figures = (*_quality(tables), cohen_kappa(tables), gwet_ac1_of_table(tables))
        precision, recall, f1, kappa, ac1 = (
            estimate(mean_of_defined(figure, self._counted)) for figure in figures
        )
        ranked = [t.average_precision for t in themes if t.support >= LEAST_LABELS]
        known = [value for value in ranked if value is not None]
        return MeanQuality(
            themes=int(self._counted.sum()),
            least_labels=LEAST_LABELS,
            precision=precision,
            recall=recall,
            f1=f1,
            average_precision=float(np.mean(known)) if known else None,
            kappa=kappa,
            ac1=ac1,
        )

    def themes(self, predictions: Predictions, tables: Counts, codebook: Codebook) -> list[ThemeQuality]:
        """Score each theme; of one without labels, the counts alone are given."""
        figures = (*_quality(tables), cohen_kappa(tables), gwet_ac1_of_table(tables))
        labelled = np.array(tables[0, :, 1, :].sum(axis=-1) > 0)
        documents = self.bootstrap.documents_with(self.truth.themes)
        columns = zip(
            *(estimates(np.where(labelled, figure, np.nan), documents) for figure in figures), strict=True
        )
        scored = []
        for column, (theme, (precision, recall, f1, kappa, ac1)) in enumerate(
            zip(codebook.themes, columns, strict=True)
        ):
            table = tables[0, column]
            scored.append(
                ThemeQuality(
                    id=theme.id,
                    name=theme.name,
                    support=int(table[1].sum()),
                    predicted=int(table[:, 1].sum()),
                    right=int(table[1, 1]),
                    documents=int(documents[column]),
                    prevalence=float(table[1].sum() / max(1, table.sum())),
                    quality=Quality(precision=precision, recall=recall, f1=f1),
                    average_precision=self._average_precision(predictions, column),
                    kappa=kappa,
                    ac1=ac1,
                )
            )
        return scored

    def _average_precision(self, predictions: Predictions, column: int) -> float | None:
        from sklearn.metrics import average_precision_score

        judged = self.truth.judged[:, column]
        true = self.truth.themes[judged, column]
        if not true.any() or not predictions.known[column]:
            return None
        return float(average_precision_score(true, predictions.scores[judged, column]))

    def calibration(self, predictions: Predictions) -> CalibrationQuality:
        """Compare scores with the share that is labelled, over the themes that can be marked."""
        counted = self.truth.judged & predictions.known
        scores, true = predictions.scores[counted], self.truth.themes[counted]
        place = np.minimum((scores * _BINS).astype(int), _BINS - 1)
        pairs = np.bincount(place, minlength=_BINS)
        means, shares = (
            divide(np.bincount(place, values, minlength=_BINS), pairs) for values in (scores, true)
        )
        likely = place > 0
        return CalibrationQuality(
            error=calibration_error(scores, true, bins=_BINS),
            likely_error=(
                calibration_error(scores[likely], true[likely], bins=_BINS) if likely.any() else None
            ),
            bins=tuple(
                ReliabilityBin(
                    low=number / _BINS,
                    high=(number + 1) / _BINS,
                    pairs=int(pairs[number]),
                    mean_score=float(means[number]) if pairs[number] else None,
                    share_labelled=float(shares[number]) if pairs[number] else None,
                )
                for number in range(_BINS)
            ),
        )

    def stance(self, predictions: Predictions, codebook: Codebook) -> StanceQuality | None:
        """Score stances; None where none is labelled, none is told, or there are fewer than two."""
        judged = (self.truth.stances != UNKNOWN) & (predictions.stances != UNKNOWN)
        if not judged.any() or len(codebook.stances) < 2:
            return None
        table = self._stance_tables(predictions, len(codebook.stances), judged)
        precision, recall, f1 = _quality_of_table(table)
        counts = table[0].astype(int)
        labelled = counts.sum(axis=1) > 0
        return StanceQuality(
            sentences=int(judged.sum()),
            accuracy=estimate(observed_agreement(table)),
            macro_f1=estimate(mean_of_defined(f1, labelled)),
            kappa=estimate(cohen_kappa(table)),
            ac1=estimate(gwet_ac1_of_table(table)),
            most_frequent=float(counts.sum(axis=1).max() / counts.sum()),
            stances=tuple(
                StanceScores(
                    id=stance.id,
                    name=stance.name,
                    support=int(counts[column].sum()),
                    predicted=int(counts[:, column].sum()),
                    quality=Quality(
                        precision=estimate(precision[:, column]),
                        recall=estimate(recall[:, column]),
                        f1=estimate(f1[:, column]),
                    ),
                )
                for column, stance in enumerate(codebook.stances)
            ),
            confusion=tuple(tuple(row) for row in counts.tolist()),
        )

    def _stance_tables(self, predictions: Predictions, stances: int, rows: Marks) -> Counts:
        """Return cross tables of labelled and told stances, (1 + draws, stances, stances)."""
        cells = np.zeros((len(rows), stances, stances), dtype=np.float32)
        cells[rows, self.truth.stances[rows], predictions.stances[rows]] = 1
        return self.bootstrap.totals(cells)

    def registers(self, predictions: Predictions, codebook: Codebook) -> list[RegisterQuality]:
        """Score each kind of text; nothing where there is only one."""
        names = list(dict.fromkeys(self.truth.registers.tolist()))
        return [self._register(name, predictions, codebook) for name in names] if len(names) > 1 else []

    def _register(self, name: str, predictions: Predictions, codebook: Codebook) -> RegisterQuality:
        rows = self.truth.registers == name
        judged = rows & (self.truth.stances != UNKNOWN) & (predictions.stances != UNKNOWN)
        part = replace(self.truth, judged=self.truth.judged & rows[:, None])
        sums = self.bootstrap.totals(_hits_and_totals(part, predictions))
        stances = len(codebook.stances)
        nothing = Estimate(value=None)
        return RegisterQuality(
            register=name,
            sentences=int(rows.sum()),
            documents=len(set(self.truth.documents[rows].tolist())),
            micro_f1=estimate(divide(2 * sums[:, 0], sums[:, 1])),
            stance_accuracy=(
                estimate(observed_agreement(self._stance_tables(predictions, stances, judged)))
                if judged.any() and stances
                else nothing
            ),
        )

    def baseline(
        self, name: str, theirs: Predictions, ours: Predictions, codebook: Codebook
    ) -> Baseline | None:
        """Compare over the themes that the baseline knows; None where it knows none."""
        shared = theirs.known
        if not shared.any():
            return None
        their_tables, our_tables = (self.tables(each)[:, shared] for each in (theirs, ours))
        counted = self._counted[shared]
        (their_micro, their_themes), (our_micro, our_themes) = (
            (_quality(tables.sum(axis=1))[2], _quality(tables)[2]) for tables in (their_tables, our_tables)
        )
        ids = tuple(
            theme_id for theme_id, is_shared in zip(codebook.theme_ids, shared, strict=True) if is_shared
        )
        return Baseline(
            name=name,
            themes=ids,
            micro_f1=estimate(their_micro),
            macro_f1=estimate(mean_of_defined(their_themes, counted)),
            model_micro_f1=estimate(our_micro),
            model_macro_f1=estimate(mean_of_defined(our_themes, counted)),
            lead=estimate(our_micro - their_micro),
            f1={
                theme_id: None if np.isnan(value) else float(value)
                for theme_id, value in zip(ids, their_themes[0], strict=True)
            },
        )


def _quality(tables: Counts) -> tuple[Counts, Counts, Counts]:
    """Return precision, recall and F1 of tables of labels and marks; none is defined without a label."""
    return _ratios(
        tables[..., 1, 1], labels=tables[..., 1, :].sum(axis=-1), marks=tables[..., :, 1].sum(axis=-1)
    )


def _ratios(right: Counts, *, labels: Counts, marks: Counts) -> tuple[Counts, Counts, Counts]:
    precision = np.where(labels > 0, divide(right, marks), np.nan)
    f1 = np.where(labels > 0, divide(2 * right, labels + marks), np.nan)
    return precision, divide(right, labels), f1


def _quality_of_table(table: Counts) -> tuple[Counts, Counts, Counts]:
    """Return the same for each category of cross tables, (..., categories)."""
    right = np.diagonal(table, axis1=-2, axis2=-1)
    return _ratios(right, labels=table.sum(axis=-1), marks=table.sum(axis=-2))


def _hits_and_totals(truth: Truth, predictions: Predictions) -> npt.NDArray[np.int_]:
    """Return for each sentence its right marks, and its labels and marks together: (sentences, 2)."""
    true, marked = truth.themes & truth.judged, predictions.marked & truth.judged
    return np.stack([(true & marked).sum(axis=1), true.sum(axis=1) + marked.sum(axis=1)], axis=1)
