"""The benchmark scores as the scorer beside the data does, splits fairly, and survives what is missing."""

import importlib.util
import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).parent.parent
SCORER = ROOT.parent / "shared" / "tools" / "score.py"
sys.path.insert(0, str(ROOT / "benchmarks"))

import corpus_variety  # noqa: E402
import peers  # noqa: E402
import quality  # noqa: E402
from peers.keyword_list import KeywordList  # noqa: E402
from peers.tfidf import TfidfLogisticRegression  # noqa: E402
from peers.thresholds import common_threshold, document_folds  # noqa: E402

from reviewtheme.codebook import default_codebook  # noqa: E402
from reviewtheme.training.labelled import LabelledSentence, documents_of, stance_matrix, theme_matrix  # noqa: E402

CODEBOOK = default_codebook()


def training(labelled: tuple[LabelledSentence, ...]) -> peers.TrainingSentences:
    """Turn labelled sentences into columns."""
    return peers.TrainingSentences(
        texts=tuple(s.text for s in labelled),
        previous=tuple(s.previous for s in labelled),
        themes=theme_matrix(labelled, CODEBOOK),
        stances=stance_matrix(labelled, CODEBOOK).argmax(axis=1),
        documents=documents_of(labelled),
        weights=np.ones(len(labelled), dtype=np.float32),
    )


def chance_marks(random: np.random.Generator, sentences: int) -> peers.Marks:
    """Mark themes and stances by chance."""
    return peers.Marks(
        themes=random.random((sentences, len(CODEBOOK.themes))) < 0.08,
        stances=random.integers(0, len(CODEBOOK.stances), sentences),
    )


@pytest.fixture(scope="module")
def scorer() -> ModuleType:
    """Give the scorer beside the data."""
    if not SCORER.is_file():
        pytest.skip("the scorer is not beside the project")
    spec = importlib.util.spec_from_file_location("score", SCORER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("seed", range(5))
def test_scores_are_those_of_the_scorer(seed: int, scorer: ModuleType) -> None:
    """Also with disputed labels and disputed stances; every figure to the last digit."""
    random = np.random.default_rng(seed)
    true, told = chance_marks(random, 200), chance_marks(random, 200)
    disputed = (random.random(true.themes.shape) < 0.03) & ~true.themes
    settled = random.random(200) > 0.1
    themes, stances = np.array(CODEBOOK.theme_ids), CODEBOOK.stance_ids
    gold = {
        str(i): {
            "themes": themes[true.themes[i]].tolist(),
            "disputed": themes[disputed[i]].tolist(),
            "stance": stances[true.stances[i]],
            "stance_disputed": not settled[i],
        }
        for i in range(200)
    }
    predicted = {
        str(i): {"themes": themes[told.themes[i]].tolist(), "stance": stances[told.stances[i]]}
        for i in range(200)
    }
    expected = scorer.score(gold, predicted)
    truth = quality.Truth(
        themes=true.themes,
        disputed=disputed,
        stances=np.where(settled, true.stances, -1),
        documents=np.array([str(i // 10) for i in range(200)]),
        groups={},
    )
    found = quality.score(truth, told)
    assert found.micro_f1.value == pytest.approx(expected["micro_f1"])
    assert found.macro_f1 == pytest.approx(expected["macro_f1"])
    assert found.stance.value == pytest.approx(expected["stance_accuracy"])
    assert found.stance_macro_f1 == pytest.approx(expected["stance_macro_f1"])
    assert found.micro_f1.low <= found.micro_f1.value <= found.micro_f1.high
    for column, theme in enumerate(CODEBOOK.theme_ids):
        assert round(found.themes[column], 3) == expected["per_theme"].get(theme, {"f1": 0.0})["f1"]


def test_a_disputed_label_costs_nothing() -> None:
    """Marked or not, the score is the same; an undisputed wrong one costs."""
    true = np.zeros((2, len(CODEBOOK.themes)), dtype=bool)
    true[0, 0] = True
    disputed = np.zeros_like(true)
    disputed[1, 3] = True
    truth = quality.Truth(
        themes=true, disputed=disputed, stances=np.array([0, -1]), documents=np.array(["a", "b"]), groups={}
    )

    def micro(*cells: tuple[int, int]) -> float:
        marked = np.zeros_like(true)
        for cell in cells:
            marked[cell] = True
        return quality.score(truth, peers.Marks(themes=marked, stances=np.array([0, 2]))).micro_f1.value

    assert micro((0, 0)) == micro((0, 0), (1, 3)) == 1.0
    assert micro((0, 0), (1, 4)) < 1.0


def test_the_lead_is_the_difference_of_the_scores() -> None:
    """None over itself, with no width; otherwise what the two scores differ by, inside its interval."""
    random = np.random.default_rng(1)
    true, worse = chance_marks(random, 100), chance_marks(random, 100)
    better = peers.Marks(themes=true.themes | worse.themes, stances=true.stances)
    truth = quality.Truth(
        themes=true.themes,
        disputed=np.zeros_like(true.themes),
        stances=true.stances,
        documents=np.array([str(i // 5) for i in range(100)]),
        groups={},
    )
    none, found = quality.lead(truth, worse, worse), quality.lead(truth, better, worse)
    assert (none.value, none.low, none.high) == (0, 0, 0)
    difference = quality.score(truth, better).micro_f1.value - quality.score(truth, worse).micro_f1.value
    assert found.value == pytest.approx(difference)
    assert 0 < found.low < found.value < found.high


def test_no_interval_from_hardly_any_documents() -> None:
    """Two documents resampled would look far surer than they are."""
    random = np.random.default_rng(2)
    marks, true = chance_marks(random, 60), chance_marks(random, 60)
    marks = peers.Marks(themes=marks.themes | true.themes, stances=marks.stances)
    truth = quality.Truth(
        themes=true.themes,
        disputed=np.zeros_like(true.themes),
        stances=true.stances,
        documents=np.array([str(min(i, 10)) for i in range(60)]),
        groups={"few": np.arange(60) >= 9, "many": np.arange(60) < 9},
    )
    row = quality.by_register({"chance": marks}, truth).rows[0]
    assert "(" not in row[1]
    assert "(" in row[2]


@given(st.lists(st.tuples(st.floats(0.05, 0.85), st.booleans()), min_size=3, max_size=40))
def test_common_threshold_beats_any_other_of_the_grid(pairs: list[tuple[float, bool]]) -> None:
    """No threshold of a coarser grid has a higher micro-F1."""
    scores = np.array([[score] for score, _ in pairs])
    labels = np.array([[int(label)] for _, label in pairs])

    def micro(threshold: float) -> float:
        marked = scores >= threshold
        return float(2 * (marked & (labels > 0)).sum() / max(marked.sum() + labels.sum(), 1))

    chosen = common_threshold(scores, labels, np.ones(len(pairs), dtype=np.float32))
    assert all(micro(chosen) >= micro(other) - 1e-9 for other in (0.12, 0.32, 0.52, 0.72))


def test_no_document_stands_on_both_sides(few_labelled: tuple[LabelledSentence, ...]) -> None:
    """Folds part documents and hold out every sentence once; growing parts are of whole documents, nested."""
    sentences = training(few_labelled)
    held_out = []
    for seen, unseen in document_folds(sentences, 3):
        assert not set(sentences.documents[seen]) & set(sentences.documents[unseen])
        held_out += unseen.tolist()
    assert sorted(held_out) == list(range(len(sentences.texts)))
    parts = list(quality.growing_parts(sentences.documents))
    for rows, more in pairwise(parts):
        assert set(rows) <= set(more)
        others = np.setdiff1d(np.arange(len(sentences.texts)), rows)
        assert not set(sentences.documents[rows]) & set(sentences.documents[others])


def test_the_test_documents_are_never_learned_from() -> None:
    """Of corpus_sample a fifth of the documents is held out, of every register."""
    task = quality.read_task(None, 1)
    assert not set(task.training.documents) & set(task.test.documents)
    registers = {"news", "report", "summary", "coroner", "inspection"}
    assert set(task.test.groups) == registers
    documents = len(set(task.test.documents)) + len(set(task.training.documents))
    assert 0.18 < len(set(task.test.documents)) / documents < 0.22


def test_gold_sentences_are_never_learned_from() -> None:
    """With the published sentences, those kept for choosing are tested on alone."""
    published = ROOT.parent / "shared"
    if not (published / "gold" / "dev.jsonl").is_file():
        pytest.skip("the published sentences are not beside the project")
    task = quality.read_task(published, 1)
    assert not set(task.training.texts) & set(task.test_texts)
    assert not set(task.training.documents) & set(task.test.documents)
    assert task.test.disputed.any()
    assert (task.test.stances < 0).any()
    assert set(np.unique(task.training.weights)) == {
        np.float32(0.5),
        np.float32(0.6),
        np.float32(1),
    }


def test_tfidf_learns(few_labelled: tuple[LabelledSentence, ...], tmp_path: Path) -> None:
    """It marks what it has seen far better than chance, the same way each time, and can be saved."""
    sentences = training(few_labelled)
    truth = quality.plain_truth(few_labelled, CODEBOOK)
    marks = []
    for _ in range(2):
        peer = TfidfLogisticRegression(CODEBOOK)
        with threadpool_limits(1):
            peer.fit(sentences)
        marks.append(peer.predict(sentences.texts, sentences.previous))
    assert quality.score(truth, marks[0]).micro_f1.value > 0.6
    assert quality.score(truth, marks[0]).stance.value > 0.8
    assert (marks[0].themes == marks[1].themes).all()
    assert (marks[0].stances == marks[1].stances).all()
    peer.save(tmp_path)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) > 10_000
    assert quality.sentences_a_second(peer, sentences) > 500


@pytest.mark.parametrize(
    ("text", "theme", "stance"),
    [
        ("Supervision was poor and was not recorded.", "supervision", "concern"),
        ("The board should review its record keeping.", "record-keeping", "recommendation"),
        ("Effective supervision was in place.", "supervision", "good-practice"),
        ("The family lived in the north of the county.", "", "context"),
    ],
)
def test_keyword_list_reads_cues(text: str, theme: str, stance: str) -> None:
    """Phrases give themes, cue words the stance, and nothing gives context."""
    marks = KeywordList(CODEBOOK).predict([text], [""])
    found = [CODEBOOK.theme_ids[column] for column in np.flatnonzero(marks.themes[0])]
    assert theme in found if theme else not found
    assert CODEBOOK.stance_ids[marks.stances[0]] == stance


def test_a_peer_that_is_not_installed_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its library is named, and the others are still in the table."""
    monkeypatch.setitem(peers.PEERS, "fastText", "fast_text:FastText")
    monkeypatch.setitem(sys.modules, "fasttext", None)
    monkeypatch.delitem(sys.modules, "peers.fast_text", raising=False)
    task = quality.read_task(None, 40)
    missing = quality.measure("test", "fastText", task, 0)
    assert missing["missing"].startswith("not installed: fasttext")
    results = {
        ("test", "fastText"): missing,
        ("test", "keyword list"): quality.measure("test", "keyword list", task, 0),
    }
    page = quality.markdown(quality.sheets(results, task), task)
    assert "| fastText | not installed: fasttext" in page
    assert "| keyword list | 0." in page


def test_a_fault_in_our_own_code_is_no_missing_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is raised, and not told as something to install."""
    monkeypatch.setitem(peers.PEERS, "keyword list", "no_such_module:KeywordList")
    with pytest.raises(ModuleNotFoundError):
        peers.make_peer("keyword list", CODEBOOK)


def test_one_run_writes_every_table(tmp_path: Path) -> None:
    """From the command line, with folds and learning curve, each peer in a process of its own."""
    page = tmp_path / "quality.md"
    options = ["--every", "30", "--curve", "--folds", "2", "--fold-peers"]
    command = [sys.executable, str(ROOT / "benchmarks" / "quality.py"), *options, "keyword list"]
    command += ["--peers", "keyword list", "TF-IDF + logistic regression", "--markdown", str(page)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    written = page.read_text(encoding="utf-8")
    for title in ("never learned", "set up", "by register", "by theme", "Cross-validation", "Learning curve"):
        assert any(line.startswith("## ") and title in line for line in written.splitlines()), title
        assert title in done.stdout
    columns = {line.count("|") for line in written.splitlines() if line.startswith("| --- |")}
    assert {line.count("|") for line in written.splitlines() if line.startswith("|")} == columns


def test_a_peer_that_takes_too_long_is_a_row() -> None:
    """A limit of no time stops it; the table is still printed."""
    command = [
        sys.executable,
        str(ROOT / "benchmarks" / "quality.py"),
        "--limit",
        "0",
        "--peers",
        "keyword list",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "stopped after 0 minutes" in done.stdout


def test_variety_counts_words_headings_and_shared_runs() -> None:
    """On sentences whose figures can be counted by hand."""

    def sentence(document: str, text: str) -> LabelledSentence:
        return LabelledSentence(text=text, previous="", document=document, themes=(), stance="context")

    run = "one two three four five six seven"
    labelled = [
        sentence("a", f"{run} eight."),
        sentence("a", f"{run} again."),
        sentence("b", f"Zero {run}."),
        sentence("b", "One two three four five six."),
        sentence("c", "Headings of few words"),
    ]
    assert corpus_variety.sharing_a_run(labelled) == [True, True, True, False, False]
    assert corpus_variety.sharing_a_run(labelled[:2]) == [False, False]
    assert [corpus_variety.is_heading(s.text) for s in labelled] == [False, False, False, False, True]
    many = [sentence(str(i), f"w{i} " * 10) for i in range(250)]
    assert corpus_variety.vocabulary_growth(many) == [100, 200, None, None]


def test_variety_of_the_corpus_is_printed(tmp_path: Path) -> None:
    """Every register has a row."""
    page = tmp_path / "variety.md"
    command = [sys.executable, str(ROOT / "benchmarks" / "corpus_variety.py"), "--markdown", str(page)]
    subprocess.run(command, capture_output=True, text=True, check=True)
    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if ", invented |" in line]
    registers = {json.loads(path.read_text("utf-8").split("\n")[0])["register"] for path in corpus_files()}
    assert {row.split(",")[0].removeprefix("| ") for row in rows} == {*registers, "all"}


def corpus_files() -> list[Path]:
    """List the files of the corpus."""
    return sorted((ROOT / "corpus_sample" / "labelled").glob("*.jsonl"))
