"""The model card: what a model learned from, how well it does on unseen documents, what it is not for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from reviewtheme.classification.coded_review import ModelIdentity
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import encoder_kind
from reviewtheme.training.fitting import HeldOut, Origin
from reviewtheme.training.known_sentences import digests_of
from reviewtheme.training.labelled import LabelledSentence, documents_of, stance_matrix, theme_matrix
from reviewtheme.training.scores import (
    calibration_error,
    f1_interval,
    macro_f1,
    reliability,
    share_interval,
)

Rows = npt.NDArray[Any]


def describe(
    model: Model,
    held_out: HeldOut,
    labelled: Sequence[LabelledSentence],
    sources: Mapping[str, int],
    *,
    start: ModelIdentity | None = None,
    learned_from: Sequence[LabelledSentence] | None = None,
    notes: Sequence[str] = (),
) -> Model:
    """Return the model with its training data and held-out scores in `about`.

    Args:
        model: a fitted model.
        held_out: scores of the labelled sentences by models that had not seen their document.
        labelled: the labelled sentences: those of training, scored in parts that take turns, or, where
            `learned_from` is given, others that were kept aside.
        sources: name of each part of the data to its number of sentences, in the order of `labelled`.
        start: the model that training started from; None where it started from nothing.
        learned_from: the training sentences where they are not `labelled`.
        notes: what a reader of the figures must know, a sentence each.
    """
    scores = model.calibration.probabilities(held_out.log_odds)
    marked = scores >= model.thresholds
    true = theme_matrix(labelled, model.codebook).astype(bool)
    stances = stance_matrix(labelled, model.codebook)
    documents = documents_of(labelled)
    by_theme = [
        f1_interval(true[:, [column]], marked[:, [column]], documents) for column in range(true.shape[1])
    ]
    parts: dict[str, Any] = {}
    for name, rows in _parts(labelled, sources).items():
        with_stance = rows & (stances.sum(axis=1) > 0)
        parts[name] = {
            "documents": len(set(documents[rows])),
            "sentences": int(rows.sum()),
            "micro_f1": str(f1_interval(true[rows], marked[rows], documents[rows])),
            "macro_f1": round(macro_f1(true[rows], marked[rows]), 3),
            "stance_accuracy": _stance_accuracy(held_out, stances, documents, with_stance),
            "calibration_error": round(calibration_error(scores[rows], true[rows]), 3),
        }
    taught = labelled if learned_from is None else learned_from
    about = {
        "training": {
            "sentences": len(taught),
            "documents": len(set(documents_of(taught))),
            **({"sources": dict(sources)} if learned_from is None else {"kept_aside": dict(sources)}),
            "sentence_digests": digests_of(sentence.text for sentence in taught),
            **_start(start),
            **({"notes": list(notes)} if notes else {}),
        },
        "held_out": parts,
        "reliability": [
            {
                "from": row.low,
                "to": row.high,
                "pairs": row.pairs,
                "mean_score": round(row.mean_score, 3),
                "share": round(row.share, 3),
            }
            for row in reliability(scores, true)
        ],
        "themes": {
            theme_id: {
                "labels": int(true[:, column].sum()),
                "held_out_f1": round(by_theme[column].value, 3),
                "held_out_f1_interval": [round(by_theme[column].low, 3), round(by_theme[column].high, 3)],
                "threshold": round(float(model.thresholds[column]), 3),
                **_origin(held_out.origins[column]),
            }
            for column, theme_id in enumerate(model.codebook.theme_ids)
        },
    }
    return replace(model, about=about)


def write_card(model: Model) -> str:
    """Write the card of a described model as Markdown."""
    about: Mapping[str, Any] = model.about
    training, encoder = about["training"], model.features.encoder
    parts = "\n".join(
        f"| {name} | {p['documents']} | {p['sentences']} | {p['micro_f1']} | {p['macro_f1']:.3f} "
        f"| {p['stance_accuracy']} | {p['calibration_error']:.3f} |"
        for name, p in about["held_out"].items()
    )
    themes = "\n".join(
        f"| {theme.name} | {row['labels']} | {_f1_cell(row)} | {row['threshold']:.2f} |"
        for theme in model.codebook.themes
        for row in [about["themes"][theme.id]]
    )
    sizes = training["sources" if "sources" in training else "kept_aside"]
    sources = ", ".join(f"{n:,} {name}" for name, n in sizes.items() if n)
    return _CARD.format(
        name=model.identity.name,
        version=model.identity.version,
        codebook=model.identity.codebook,
        sentences=f"{training['sentences']:,}",
        documents=f"{training['documents']:,}",
        sources=sources if "sources" in training else f"kept aside: {sources}",
        unseen=_IN_TURNS if "sources" in training else _KEPT_ASIDE,
        beside="" if encoder is None else f"; beside them {_ENCODERS[encoder_kind(encoder)]}",
        more="".join(f"\n{line}\n" for line in _more(model)),
        parts=parts,
        themes=themes,
        reliability="\n".join(_reliability_line(row) for row in about["reliability"]),
    )


def _start(start: ModelIdentity | None) -> dict[str, Any]:
    """Say what training started from, if it did not start from nothing."""
    if start is None:
        return {}
    return {"start": {"name": start.name, "version": start.version, "sha256": start.sha256}}


def _origin(origin: Origin) -> dict[str, str]:
    """Say where a theme comes from if it was not learned from these labels."""
    return {} if origin is Origin.LEARNED else {"origin": origin.value}


def _f1_cell(row: Mapping[str, Any]) -> str:
    if row.get("origin") == Origin.NEVER:
        return "never marked"
    kept = ", as in the start model" if row.get("origin") == Origin.KEPT else ""
    low, high = row["held_out_f1_interval"]
    return f"{row['held_out_f1']:.3f} ({low:.3f} to {high:.3f}){kept}"


def _reliability_line(row: Mapping[str, Any]) -> str:
    """Draw the share as a bar of twenty steps; a colon stands where perfect calibration would end it."""
    bar = ["█" if step < round(20 * row["share"]) else "·" for step in range(21)]
    bar[round(20 * row["mean_score"])] = ":"
    span = f"{row['from']:.1f} to {row['to']:.1f}"
    return f"{span}  {''.join(bar)}  {row['share']:.3f}  ({row['mean_score']:.3f})  {row['pairs']:>9,}"


def _more(model: Model) -> list[str]:
    """Say what the model started from, which themes it did not learn, and what else must be known."""
    about: Mapping[str, Any] = model.about
    training, lines = about["training"], []
    if "start" in training:
        start = training["start"]
        digest = f", manifest sha256 {start['sha256'][:16]}…" if start["sha256"] else ""
        lines.append(f"Started from the model {start['name']} {start['version']}{digest}.")
    for origin, said in (
        (Origin.KEPT, "left as the start model has them"),
        (Origin.NEVER, "never marked"),
    ):
        names = [t.name for t in model.codebook.themes if about["themes"][t.id].get("origin") == origin]
        if names:
            lines.append(f"Too few labels to learn from, and so {said}: {'; '.join(names)}.")
    return [*lines, *training.get("notes", ())]


def _stance_accuracy(held_out: HeldOut, stances: Rows, documents: Rows, with_stance: Rows) -> str:
    """Return the share of labelled stances that were found; a dash where none is labelled."""
    if not with_stance.any():
        return "–"
    right = held_out.stance_log_odds[with_stance].argmax(axis=1) == stances[with_stance].argmax(axis=1)
    return str(share_interval(right, documents[with_stance]))


def _parts(labelled: Sequence[LabelledSentence], sources: Mapping[str, int]) -> dict[str, Rows]:
    """Return row masks: each source whole, then by register."""
    registers = np.array([sentence.register or "unnamed" for sentence in labelled])
    parts: dict[str, Rows] = {}
    start = 0
    for source, size in sources.items():
        rows = np.zeros(len(labelled), dtype=bool)
        rows[start : start + size] = True
        start += size
        if size:
            parts[source] = rows
            found = dict.fromkeys(registers[rows])
            for register in found if list(found) != ["unnamed"] else ():
                parts[f"{source}, {register}"] = rows & (registers == register)
    return parts


_IN_TURNS = "cross-validation split by document"
_KEPT_ASIDE = "a part that was kept aside, split by document"
_ENCODERS = {
    "transformer": (
        "a transformer of 8-bit weights\nthat reads both sentences, whose vector is one feature more"
    ),
    "convolution": (
        "a small convolutional\nnetwork that reads both sentences, whose vector is one feature more"
    ),
}
_CARD = """# Model card: {name} {version}

Marks each sentence of a published safeguarding review with any number of themes of the codebook
{codebook} and with one stance. Linear models over word and character n-grams, static word vectors,
the codebook's lexicon, and the sentence before{beside}. It is data: loading it runs no code.

## Learned from

{sentences} labelled sentences of {documents} documents ({sources}).
{more}
## How well it does

On documents that the scoring model had not seen ({unseen}); calibration and
thresholds were chosen on these same scores, which flatters them a little. Intervals: 95 %, bootstrap over
documents. Macro-F1 is over themes with at least ten labels. The labels are taken as
the truth here: where another coder would disagree, the figures count an error.

| part | documents | sentences | micro-F1 | macro-F1 | stance accuracy | calibration error |
|---|---|---|---|---|---|---|
{parts}

| theme | labels | F1, with interval | threshold |
|---|---|---|---|
{themes}

## What a score means

Of the (sentence, theme) pairs with a score in each span, so many carry the theme. The bar is that share, the
colon stands where it would end if scores were perfect, the mean score is in brackets, and the number of pairs
comes last.

```text
{reliability}
```

## Known failings

- What is said by allusion, or only over several sentences, is often missed.
- A sentence is read with one sentence before it and not with the whole document.
- Rare themes, and kinds of text unlike the registers above, do worse than the averages.
- Stance: plain facts that imply a failing are often taken for context, and the reverse.

## What it must not be used for

It supports a reader who checks each mark against the document. It must not decide anything about a child,
a family or a worker, rank services, or stand in for reading a review. It knows published reviews; it was not
made for case files.
"""
