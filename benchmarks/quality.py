"""Quality, speed and size: reviewtheme beside the usual ways of classifying sentences.

    python benchmarks/quality.py                        learns from corpus_sample/, tested on a fifth of it
    python benchmarks/quality.py --published ../shared  learns from published sentences too, tested on
                                                        gold/dev.jsonl, of which nothing is learned
    python benchmarks/quality.py --folds 3 --curve --markdown quality.md

Every peer learns from the same sentences and is tested on the same others, on one thread of the CPU, in a
process of its own; the bundled models learned beforehand, and are left out where that was from others.
Whatever is chosen (thresholds above all) is chosen on the training sentences. A label that only one of two
coders gave costs nothing, whether marked or not. Seconds are of processor time. A peer whose library is not
installed is a row that says so: pip install "reviewtheme[benchmarks]".
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "models"), str(ROOT / "benchmarks")]

import build_data  # type: ignore[import-not-found]  # noqa: E402
from peers import PEERS, SLOW, Marks, Peer, PeerMissingError, TrainingSentences, make_peer  # noqa: E402
from peers.thresholds import document_folds  # noqa: E402

from reviewtheme.codebook import Codebook, default_codebook  # noqa: E402
from reviewtheme.training.formats import read_labelled  # noqa: E402
from reviewtheme.training.labelled import (  # noqa: E402
    LabelledSentence,
    documents_of,
    stance_matrix,
    theme_matrix,
)
from reviewtheme.training.scores import (  # noqa: E402
    Interval,
    f1_by_theme,
    f1_interval,
    macro_f1,
    share_interval,
)

Bools = npt.NDArray[np.bool_]
CURVE = (1 / 16, 1 / 8, 1 / 4, 1 / 2)
"""Shares of the training documents; the whole is the last point."""
CURVE_PEERS = ("TF-IDF + logistic regression", "this project, linear")
OWN = ("this project, default", "this project, linear")
"""Whose lead is told: the first of these that was measured."""
BESIDE = "MiniLM + logistic regression"
"""Speeds are also given as multiples of this peer's."""
_LEAST_DOCUMENTS = 5
"""Fewer cannot be cross-validated for thresholds, nor resampled for an interval."""
_RESAMPLES = 1000
_WIDTH = 160
"""Columns of a table that is not written to a terminal."""
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "CUDA_VISIBLE_DEVICES": "",
    "HF_HUB_OFFLINE": "1",
}
"""One thread, no accelerator, no network."""


# --- what is learned from, and what is tested on ------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Labels to score against, one row a sentence."""

    themes: Bools
    """(sentences, themes)"""
    disputed: Bools
    """(sentences, themes), labels that only one of two coders gave: neither right nor wrong."""
    stances: npt.NDArray[np.int_]
    """(sentences,), column of the stance in the codebook; -1 where there is none or coders differ."""
    documents: npt.NDArray[np.str_]
    """(sentences,)"""
    groups: dict[str, Bools]
    """Name of a kind of text to the rows that are of it."""

    def at(self, rows: Bools) -> "Truth":
        """Return the rows of a mask."""
        return Truth(
            themes=self.themes[rows],
            disputed=self.disputed[rows],
            stances=self.stances[rows],
            documents=self.documents[rows],
            groups={name: mask[rows] for name, mask in self.groups.items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Everything that a run measures on."""

    codebook: Codebook
    """The label space."""
    training: TrainingSentences
    """What peers learn from."""
    training_truth: Truth
    """The same labels, to score cross-validation against."""
    test_texts: tuple[str, ...]
    """Sentences that no peer learns from."""
    test_previous: tuple[str, ...]
    """The sentence before each of them."""
    test: Truth
    """Their labels."""
    description: str
    """What was read, with counts, for the reader of the table."""


def read_task(published: Path | None, every: int) -> Task:
    """Read training and test sentences.

    Args:
        published: folder with gold/ and unlabelled/; None means corpus_sample/ alone.
        every: learn from every n-th document only, to try things out.
    """
    codebook = default_codebook()
    invented = build_data.corpus(codebook)
    if published is None:
        held_out = every_fifth_document(invented)
        tested = tuple(s for s in invented if s.document in held_out)
        learned = tuple(s for s in invented if s.document not in held_out)
        test, name, sizes = (
            plain_truth(tested, codebook),
            "a fifth of the documents of corpus_sample",
            (0, len(learned)),
        )
    else:
        real = build_data.published_sentences(published, codebook)
        tested, test = read_dev(published / "gold" / "dev.jsonl", codebook)
        known = {s.text.strip() for s in tested}
        real, invented = (tuple(s for s in part if s.text.strip() not in known) for part in (real, invented))
        learned, name, sizes = (*real, *invented), "gold/dev.jsonl", (len(real), len(invented))
    return Task(
        codebook=codebook,
        **_training(learned, sizes, codebook, every),
        test_texts=tuple(s.text for s in tested),
        test_previous=tuple(s.previous for s in tested),
        test=test,
        description=(
            f"Learned from {sizes[0]:,} published and {sizes[1]:,} invented sentences"
            + (f" (of these every {every}th document only)" if every > 1 else "")
            + f"; tested on {len(tested):,} sentences of {len(set(test.documents))} documents ({name})."
        ),
    )


def _training(
    learned: Sequence[LabelledSentence], sizes: tuple[int, int], codebook: Codebook, every: int
) -> dict[str, Any]:
    documents = documents_of(learned)
    kept = np.flatnonzero(np.isin(documents, list(dict.fromkeys(documents))[::every]))
    truth = plain_truth(learned, codebook)
    sources = np.repeat(["published", "invented"], sizes)
    groups: dict[str, Bools] = {}
    for source in dict.fromkeys(sources):
        groups[source] = sources == source
        groups |= {f"{source}, {name}": rows & (sources == source) for name, rows in truth.groups.items()}
    training = TrainingSentences(
        texts=tuple(s.text for s in learned),
        previous=tuple(s.previous for s in learned),
        themes=theme_matrix(learned, codebook),
        stances=truth.stances,
        documents=documents,
        weights=build_data.sentence_weights(learned[: sizes[0]], learned[sizes[0] :]),
    )
    mask = np.zeros(len(learned), dtype=bool)
    mask[kept] = True
    return {"training": training.at(kept), "training_truth": replace(truth, groups=groups).at(mask)}


def every_fifth_document(labelled: Sequence[LabelledSentence]) -> set[str]:
    """Choose test documents, spread evenly over the registers."""
    places = sorted({(s.register, s.document) for s in labelled})
    return {document for _, document in places[::5]}


def plain_truth(labelled: Sequence[LabelledSentence], codebook: Codebook) -> Truth:
    """Return the labels of one coder, grouped by register."""
    themes = theme_matrix(labelled, codebook).astype(bool)
    stances = stance_matrix(labelled, codebook)
    registers = np.array([s.register or "unnamed" for s in labelled])
    return Truth(
        themes=themes,
        disputed=np.zeros_like(themes),
        stances=np.where(stances.any(axis=1), stances.argmax(axis=1), -1),
        documents=documents_of(labelled),
        groups={name: registers == name for name in dict.fromkeys(registers.tolist())},
    )


def read_dev(path: Path, codebook: Codebook) -> tuple[tuple[LabelledSentence, ...], Truth]:
    """Read sentences of two coders, with what they dispute."""
    labelled = read_labelled(path, codebook).sentences
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    truth = plain_truth(labelled, codebook)
    disputed = [
        replace(s, themes=codebook.in_order(row["disputed"])) for s, row in zip(labelled, rows, strict=True)
    ]
    settled = np.array([not row["stance_disputed"] for row in rows])
    articles = np.array([row["id"].startswith("s-") for row in rows])
    reworded = np.array([row["id"].startswith("n-") for row in rows])
    more = {"two news articles": articles, "news and summaries": articles | reworded}
    return labelled, replace(
        truth,
        disputed=theme_matrix(disputed, codebook).astype(bool),
        stances=np.where(settled, truth.stances, -1),
        groups={**truth.groups, **{name: mask for name, mask in more.items() if mask.any()}},
    )


# --- scoring ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """How well marks agree with labels."""

    micro_f1: Interval
    """Over all sentences and themes."""
    macro_f1: float
    """Mean over themes with at least ten labels."""
    themes: list[float]
    """F1 of each theme."""
    stance: Interval
    """Share of right stances."""
    stance_macro_f1: float
    """Mean F1 of the stances that were labelled or marked."""


def score(truth: Truth, marks: Marks, rows: Bools | None = None) -> Scores:
    """Score marks, all or those of a mask of rows."""
    chosen = np.ones(len(truth.themes), dtype=bool) if rows is None else rows
    part = truth.at(chosen)
    marked = marks.themes[chosen] & ~(part.disputed & ~part.themes)
    judged = part.stances >= 0
    told, right = marks.stances[chosen][judged], part.stances[judged]
    by_stance = [
        2 * int(((told == s) & (right == s)).sum()) / int((told == s).sum() + (right == s).sum())
        for s in sorted({*told.tolist(), *right.tolist()})
    ]
    nothing = Interval(value=0.0, low=0.0, high=0.0)
    return Scores(
        micro_f1=f1_interval(part.themes, marked, part.documents),
        macro_f1=macro_f1(part.themes, marked),
        themes=f1_by_theme(part.themes, marked),
        stance=share_interval(told == right, part.documents[judged]) if judged.any() else nothing,
        stance_macro_f1=float(np.mean(by_stance)) if by_stance else 0.0,
    )


def lead(truth: Truth, ours: Marks, theirs: Marks) -> Interval:
    """Return micro-F1 of ours less that of theirs, with a bootstrap over documents, the same for both."""
    _, owner = np.unique(truth.documents, return_inverse=True)
    drawn = np.random.default_rng(0).integers(0, owner.max() + 1, (_RESAMPLES, owner.max() + 1))

    def resampled(marks: Marks) -> tuple[float, npt.NDArray[np.float64]]:
        marked = marks.themes & ~(truth.disputed & ~truth.themes)
        hits = np.bincount(owner, 2.0 * (truth.themes & marked).sum(axis=1))
        totals = np.bincount(owner, 1.0 * truth.themes.sum(axis=1) + marked.sum(axis=1))
        return hits.sum() / max(totals.sum(), 1), hits[drawn].sum(axis=1) / np.maximum(
            totals[drawn].sum(axis=1), 1
        )

    (own, all_own), (other, all_other) = resampled(ours), resampled(theirs)
    low, high = np.percentile(all_own - all_other, [2.5, 97.5])
    return Interval(value=float(own - other), low=float(low), high=float(high))


# --- measuring one peer, in a process of its own ------------------------------------------------


def measure_test(name: str, task: Task) -> dict[str, Any]:
    """Fit to all, mark the test sentences; time, speed and size."""
    peer = make_peer(name, task.codebook)
    started = time.process_time()
    peer.fit(task.training)
    seconds = time.process_time() - started
    marks = peer.predict(task.test_texts, task.test_previous)
    with tempfile.TemporaryDirectory() as folder:
        peer.save(Path(folder))
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())
    speed = sentences_a_second(peer, task.training)
    return {**_packed(marks), "seconds": seconds, "bytes": size, "speed": speed, "note": peer.note}


def measure_folds(name: str, task: Task, folds: int) -> dict[str, Any]:
    """Mark each training sentence by a fit that has not seen its document."""
    themes = np.zeros(task.training.themes.shape, dtype=bool)
    stances = np.zeros(len(themes), dtype=int)
    for seen, unseen in document_folds(task.training, folds):
        peer, held_out = make_peer(name, task.codebook), task.training.at(unseen)
        peer.fit(task.training.at(seen))
        marks = peer.predict(held_out.texts, held_out.previous)
        themes[unseen], stances[unseen] = marks.themes, marks.stances
    return _packed(Marks(themes=themes, stances=stances))


def measure_curve(name: str, task: Task) -> dict[str, Any]:
    """Mark the test sentences by fits to growing parts of the training documents, each within the next."""
    points = []
    for rows in growing_parts(task.training.documents):
        peer = make_peer(name, task.codebook)
        peer.fit(task.training.at(rows))
        marks = peer.predict(task.test_texts, task.test_previous)
        points.append({"sentences": len(rows), **_packed(marks)})
    return {"points": points}


def growing_parts(documents: npt.NDArray[np.str_]) -> Iterator[npt.NDArray[np.int_]]:
    """Return row numbers for each point of the learning curve but the last."""
    order = np.random.default_rng(0).permutation(sorted(set(documents.tolist())))
    for share in CURVE:
        yield np.flatnonzero(np.isin(documents, order[: max(_LEAST_DOCUMENTS, round(share * len(order)))]))


def sentences_a_second(peer: Peer, sentences: TrainingSentences) -> float:
    """Text to marks, on distinct sentences: about two seconds' worth, the best of three."""
    probe = sentences.at(np.arange(min(64, len(sentences.texts))))
    peer.predict(probe.texts, probe.previous)
    started = time.process_time()
    peer.predict(probe.texts, probe.previous)
    guess = len(probe.texts) / max(time.process_time() - started, 1e-3)
    wanted = int(np.clip(2 * guess, 128, len(sentences.texts)))
    spread = np.linspace(0, len(sentences.texts) - 1, min(wanted, len(sentences.texts))).astype(int)
    chosen = sentences.at(spread)
    fastest = float("inf")
    for _ in range(3):
        started = time.process_time()
        peer.predict(chosen.texts, chosen.previous)
        fastest = min(fastest, time.process_time() - started)
    return len(chosen.texts) / max(fastest, 1e-6)


def _packed(marks: Marks) -> dict[str, Any]:
    return {
        "themes": [np.flatnonzero(row).tolist() for row in marks.themes],
        "stances": marks.stances.tolist(),
    }


def _unpacked(packed: dict[str, Any], width: int) -> Marks:
    themes = np.zeros((len(packed["themes"]), width), dtype=bool)
    for row, columns in enumerate(packed["themes"]):
        themes[row, columns] = True
    return Marks(themes=themes, stances=np.array(packed["stances"], dtype=int))


def measure(what: str, name: str, task: Task, folds: int) -> dict[str, Any]:
    """Measure one thing of one peer; a peer that is not there says so."""
    measures: dict[str, Callable[[], dict[str, Any]]] = {
        "test": lambda: measure_test(name, task),
        "folds": lambda: measure_folds(name, task, folds),
        "curve": lambda: measure_curve(name, task),
    }
    try:
        return measures[what]()
    except PeerMissingError as missing:
        return {"missing": str(missing)}


def in_own_process(what: str, name: str, arguments: argparse.Namespace) -> dict[str, Any]:
    """`measure` in a process of its own, on one thread and without network; what fails is told."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        command = [sys.executable, __file__, "--measure", what, "--peers", name, "--result", str(result)]
        command += ["--every", str(arguments.every), "--folds", str(arguments.folds)]
        if arguments.published:
            command += ["--published", str(arguments.published)]
        try:
            environment, seconds = os.environ | _ENVIRONMENT, arguments.limit * 60
            done = subprocess.run(command, env=environment, timeout=seconds, stdout=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return {"missing": f"stopped after {arguments.limit:g} minutes"}
        if done.returncode or not result.is_file():
            return {"missing": f"failed with exit status {done.returncode}; see the messages above"}
        measured: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return measured


# --- tables -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table, for a terminal and for Markdown."""

    title: str
    """What it shows."""
    columns: tuple[str, ...]
    """Headings; the first column is text, the others are figures."""
    rows: Sequence[tuple[str, ...]]
    """Cells, as many a row as columns."""

    def show(self, console: Console) -> None:
        """Print it."""
        table = Table(title=self.title, title_justify="left")
        for place, column in enumerate(self.columns):
            table.add_column(column, justify="right" if place else "left")
        for row in self.rows:
            table.add_row(*row)
        console.print(table)

    def markdown(self) -> str:
        """Write it."""
        lines = [self.columns, ("---", *["---:"] * (len(self.columns) - 1)), *self.rows]
        return f"## {self.title}\n\n" + "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


Results = dict[tuple[str, str], dict[str, Any]]
"""(what was measured, peer) to what came of it."""


def sheets(results: Results, task: Task) -> list[Sheet]:
    """Make every table for which something was measured."""
    width = len(task.codebook.theme_ids)
    tested, folded, curves = (
        {name: results[what, name] for name in PEERS if (what, name) in results}
        for what in ("test", "folds", "curve")
    )
    marks = {name: _unpacked(result, width) for name, result in tested.items() if "themes" in result}
    scores = {name: score(task.test, own) for name, own in marks.items()}
    ours = next((name for name in OWN if name in marks), None)
    leads = {name: lead(task.test, marks[ours], own) for name, own in marks.items() if ours and name != ours}
    made = [overview(tested, scores, leads), setups(tested)]
    made += [by_register(marks, task.test), by_theme(scores, task)] if marks else []
    made += [by_fold(folded, task.training_truth)] if folded else []
    return made + ([curve(curves, marks, task)] if curves else [])


def overview(
    tested: dict[str, dict[str, Any]], scores: dict[str, Scores], leads: dict[str, Interval]
) -> Sheet:
    """Quality, time, speed and size of each peer, and how far this project's micro-F1 is ahead of it."""
    beside = tested.get(BESIDE, {}).get("speed")
    rows = []
    for name, result in tested.items():
        if "missing" in result:
            rows.append((name, result["missing"], *[""] * 8))
            continue
        own, speed = scores[name], result["speed"]
        rows.append(
            (
                name,
                str(own.micro_f1),
                str(leads.get(name, "")),
                f"{own.macro_f1:.3f}",
                str(own.stance),
                f"{own.stance_macro_f1:.3f}",
                f"{result['seconds']:,.0f}",
                f"{speed:,.0f}",
                f"{speed / beside:,.1f}" if beside else "",
                f"{result['bytes'] / 2**20:,.1f}",
            )
        )
    columns = (
        "peer", "micro-F1", "project ahead by", "macro-F1", "stance accuracy", "stance macro-F1",
        "training s", "sentences/s", "x MiniLM", "MiB",
    )  # fmt: skip
    return Sheet(title="On sentences never learned from", columns=columns, rows=rows)


def setups(tested: dict[str, dict[str, Any]]) -> Sheet:
    """How each peer is set up."""
    rows = [(name, result.get("note", result.get("missing", ""))) for name, result in tested.items()]
    return Sheet(title="How they are set up", columns=("peer", "set up"), rows=rows)


def by_register(marks: dict[str, Marks], truth: Truth) -> Sheet:
    """Micro-F1 by kind of text."""
    groups = {f"{name} ({int(rows.sum())})": rows for name, rows in truth.groups.items()}
    rows: list[tuple[str, ...]] = [
        (name, *(_micro(truth, own, group) for group in groups.values())) for name, own in marks.items()
    ]
    return Sheet(title="Micro-F1 by register (sentences)", columns=("peer", *groups), rows=rows)


def _micro(truth: Truth, marks: Marks, rows: Bools) -> str:
    """Write micro-F1 with its interval, or without one where there are hardly any documents to resample."""
    found = score(truth, marks, rows).micro_f1
    enough = len(set(truth.documents[rows])) >= _LEAST_DOCUMENTS
    return str(found) if enough else f"{found.value:.3f}"


def by_theme(scores: dict[str, Scores], task: Task) -> Sheet:
    """F1 by theme, a column a peer."""
    labels = task.test.themes.sum(axis=0)
    rows = [
        (theme.name, str(labels[column]), *(f"{own.themes[column]:.2f}" for own in scores.values()))
        for column, theme in enumerate(task.codebook.themes)
    ]
    return Sheet(title="F1 by theme", columns=("theme", "labels", *scores), rows=rows)


def by_fold(folded: dict[str, dict[str, Any]], truth: Truth) -> Sheet:
    """Cross-validation by document over the training sentences."""
    groups = {name: rows for name, rows in truth.groups.items() if rows.any()}
    sources = [name for name in groups if "," not in name]
    rows: list[tuple[str, ...]] = []
    for name, result in folded.items():
        if "missing" in result:
            rows.append((name, result["missing"], *[""] * (2 * len(sources) + len(groups) - 1)))
            continue
        cells, own = [name], _unpacked(result, truth.themes.shape[1])
        for group in groups:
            scored = score(truth, own, groups[group])
            cells.append(str(scored.micro_f1) if group in sources else f"{scored.micro_f1.value:.3f}")
            cells += [f"{scored.macro_f1:.3f}", f"{scored.stance.value:.3f}"] if group in sources else []
        rows.append(tuple(cells))
    columns = ["peer"]
    for group in groups:
        columns.append(f"{group} ({int(groups[group].sum()):,})")
        columns += [f"{group}: macro-F1", f"{group}: stance accuracy"] if group in sources else []
    title = "Cross-validation by document, micro-F1 (sentences); one coder's labels"
    return Sheet(title=title, columns=tuple(columns), rows=rows)


def curve(curves: dict[str, dict[str, Any]], marks: dict[str, Marks], task: Task) -> Sheet:
    """Micro-F1 on the test sentences over the number of sentences learned from."""
    width, whole = len(task.codebook.theme_ids), len(task.training.texts)
    sizes = [len(rows) for rows in growing_parts(task.training.documents)]
    rows: list[tuple[str, ...]] = []
    for name, result in curves.items():
        if "missing" in result:
            rows.append((name, result["missing"], *[""] * len(sizes)))
            continue
        points = [_unpacked(point, width) for point in result["points"]]
        points += [marks[name]] if name in marks else []
        scored = [str(score(task.test, point).micro_f1) for point in points]
        rows.append((name, *scored, *[""] * (len(sizes) + 1 - len(scored))))
    columns = ("peer", *(f"{size:,}" for size in (*sizes, whole)))
    return Sheet(title="Learning curve: micro-F1 by number of training sentences", columns=columns, rows=rows)


def surroundings() -> str:
    """Tell what the figures were measured with."""
    libraries = ("scikit-learn", "spacy", "fasttext-community", "sentence-transformers", "setfit", "torch")
    versions = []
    for library in libraries:
        try:
            versions.append(f"{library} {metadata.version(library)}")
        except metadata.PackageNotFoundError:
            versions.append(f"no {library}")
    return f"Python {platform.python_version()}, {platform.machine()}, one thread; {', '.join(versions)}."


def markdown(made: Sequence[Sheet], task: Task) -> str:
    """Write all tables as one page."""
    head = f"# Quality beside other classifiers\n\n{task.description}\n\n{surroundings()}\n"
    note = "\nIntervals: 95 %, bootstrap over documents. Seconds are of processor time.\n"
    return head + note + "".join("\n" + sheet.markdown() for sheet in made)


# --- the run ------------------------------------------------------------------------------------


def plan(arguments: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Return what is measured, in order: slow peers last, so that a run that is stopped has the most."""
    quick = [name for name in PEERS if name in arguments.peers and name not in SLOW]
    yield from (("test", name) for name in quick)
    if arguments.curve:
        yield from (("curve", name) for name in quick if name in CURVE_PEERS)
    yield from (("test", name) for name in PEERS if name in arguments.peers and name in SLOW)
    if arguments.folds:
        yield from (("folds", name) for name in arguments.fold_peers if name in arguments.peers)


def compare(arguments: argparse.Namespace) -> int:
    """Measure, print, write; return the exit status."""
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    log = Console(stderr=True)
    task = read_task(arguments.published, arguments.every)
    results: Results = {}
    for what, name in plan(arguments):
        started = time.monotonic()
        results[what, name] = in_own_process(what, name, arguments)
        outcome = results[what, name].get("missing", "done")
        log.print(f"{what}, {name}: {outcome}, {time.monotonic() - started:.0f} s", highlight=False)
        if arguments.markdown:  # after every step, so that a run that is stopped leaves what it has
            arguments.markdown.write_text(markdown(sheets(results, task), task), encoding="utf-8")
    console.print(task.description, surroundings(), sep="\n", highlight=False)
    for sheet in sheets(results, task):
        sheet.show(console)
    return int(any(str(result.get("missing", "")).startswith("failed") for result in results.values()))


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--published", type=Path, help="folder with gold/ and unlabelled/")
    parser.add_argument(
        "--peers", nargs="+", choices=PEERS, default=list(PEERS), metavar="PEER", help="which"
    )
    parser.add_argument(
        "--folds", type=int, default=0, help="also cross-validate by document, in so many parts"
    )
    parser.add_argument(
        "--fold-peers",
        nargs="+",
        choices=PEERS,
        default=[name for name in PEERS if name not in SLOW],
        metavar="PEER",
        help="which of the peers are cross-validated; all but the slow ones if not given",
    )
    parser.add_argument("--curve", action="store_true", help="also draw the learning curve")
    parser.add_argument("--every", type=int, default=1, help="learn from every n-th document only")
    parser.add_argument(
        "--limit", type=float, default=60, help="most minutes for one measurement of one peer"
    )
    parser.add_argument("--markdown", type=Path, help="file to write the tables to")
    parser.add_argument("--measure", choices=("test", "folds", "curve"), help=argparse.SUPPRESS)
    parser.add_argument("--result", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.measure:
        raise SystemExit(compare(arguments))
    task = read_task(arguments.published, arguments.every)
    measured = measure(arguments.measure, arguments.peers[0], task, arguments.folds)
    arguments.result.write_text(json.dumps(measured), encoding="utf-8")


if __name__ == "__main__":
    main()
