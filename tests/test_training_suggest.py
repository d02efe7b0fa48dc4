"""What to label next: the choice, files that come back, and a simulated coder who gains by it."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reviewtheme.classification.classify import classify
from reviewtheme.classification.model import Model
from reviewtheme.errors import LabelledDataError, UsageError
from reviewtheme.output.suggestions import FORMATS, write_suggestions
from reviewtheme.training.choice import Candidates, choose, directions_of, worth_of_labels
from reviewtheme.training.formats import read_labelled
from reviewtheme.training.labelled import LabelledSentence, theme_matrix
from reviewtheme.training.suggest import Suggestions, suggest

REVIEW = Path(__file__).parent.parent / "corpus_sample" / "documents"


@pytest.fixture(scope="module")
def suggestions(small_model: Model) -> Suggestions:
    """Give twelve sentences of two sample documents."""
    coded = [
        classify(REVIEW / name, model=small_model) for name in ("news-article.txt", "learning-summary.docx")
    ]
    return suggest(coded, number=12, model=small_model)


def as_answered(path: Path, kind: str) -> Path:
    """Do what the tool does when a coder accepts every guess."""
    if kind == "labelstudio":
        tasks = json.loads(path.read_text(encoding="utf-8"))
        for task in tasks:
            task["annotations"] = [{"id": 1, "result": task.pop("predictions")[0]["result"]}]
        path.write_text(json.dumps(tasks), encoding="utf-8")
    if kind == "prodigy":
        lines = [
            json.loads(line) | {"answer": "accept"} for line in path.read_text(encoding="utf-8").splitlines()
        ]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", FORMATS)
def test_finished_file_goes_back(kind: str, suggestions: Suggestions, tmp_path: Path) -> None:
    """Sentence, place, document, themes and stance come back as they were guessed."""
    path = tmp_path / f"to-label.{kind}"
    write_suggestions(suggestions, path, kind)
    read = read_labelled(as_answered(path, kind), suggestions.codebook)
    assert len(read.sentences) == len(suggestions.sentences) == 12
    for labelled, suggested in zip(read.sentences, suggestions.sentences, strict=True):
        assert labelled.text == " ".join(suggested.text.split())
        assert labelled.document == suggested.document
        assert labelled.themes == tuple(suggested.themes)
        assert labelled.stance == suggested.stance
        assert labelled.previous == " ".join(suggested.previous.split())
    assert any(s.themes for s in read.sentences)


@pytest.mark.parametrize("kind", FORMATS)
def test_same_suggestions_same_bytes(kind: str, suggestions: Suggestions, tmp_path: Path) -> None:
    """Written twice."""
    for name in ("one", "two"):
        write_suggestions(suggestions, tmp_path / name, kind)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_suggested_are_whole_sentences_of_several_documents(suggestions: Suggestions) -> None:
    """No headings, nothing twice."""
    texts = [s.text for s in suggestions.sentences]
    assert len(set(texts)) == len(texts)
    assert all(len(text.split()) >= 4 for text in texts)
    assert len({s.document for s in suggestions.sentences}) == 2
    assert suggestions.considered > 20


def test_what_is_labelled_is_left_out(suggestions: Suggestions, small_model: Model, tmp_path: Path) -> None:
    """The next round brings other sentences."""
    write_suggestions(suggestions, tmp_path / "done.csv", "csv")
    coded = [
        classify(REVIEW / name, model=small_model) for name in ("news-article.txt", "learning-summary.docx")
    ]
    again = suggest(coded, number=12, model=small_model, labelled=tmp_path / "done.csv")
    assert not {s.text for s in again.sentences} & {s.text for s in suggestions.sentences}
    assert again.labelled == 12


def test_codebook_of_the_users_own(small_model: Model, tmp_path: Path) -> None:
    """Guesses are of the themes that are to be labelled alone."""
    book = tmp_path / "book.csv"
    book.write_text("id,name\ninformation-sharing,Information sharing\nzebra,Zebra\n", encoding="utf-8")
    coded = [classify(REVIEW / "news-article.txt", model=small_model)]
    found = suggest(coded, number=5, model=small_model, codebook=book)
    assert found.codebook.theme_ids == ("information-sharing", "zebra")
    assert all(set(s.themes) <= {"information-sharing"} and not s.stance for s in found.sentences)
    assert found.by_chance  # "zebra" is nothing that the model could be unsure of
    young = replace(small_model, about={"training": {"sentences": 60}})
    again = suggest(coded, number=5, model=young)
    assert again.by_chance
    assert [s.text for s in again.sentences] == [s.text for s in found.sentences]
    assert not suggest(coded, number=5, model=small_model).by_chance


def test_nothing_to_suggest(small_model: Model, suggestions: Suggestions, tmp_path: Path) -> None:
    """Is said."""
    (tmp_path / "empty.txt").write_text("Contents\n", encoding="utf-8")
    with pytest.raises(LabelledDataError, match="no sentence to suggest"):
        suggest(tmp_path / "empty.txt", model=small_model)
    with pytest.raises(UsageError, match="1 or more"):
        suggest(tmp_path, number=0, model=small_model)
    with pytest.raises(UsageError, match="is no format of suggestions"):
        write_suggestions(suggestions, tmp_path / "x", "docx")


def test_choice_is_uncertain_varied_and_helps_rare_themes() -> None:
    """Each in a case where nothing else differs."""
    even = np.eye(4, dtype=np.float32)
    names = np.array(["a", "b", "c", "d"])
    unsure = np.array([[0.1], [1.0], [0.2], [0.0]], dtype=np.float32)
    assert choose(Candidates(worth=unsure, directions=even, documents=names), 2, np.zeros(1, int)) == [1, 2]
    alike = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    same = Candidates(worth=np.ones((3, 1), np.float32), directions=alike, documents=names[:3])
    assert choose(same, 2, np.zeros(1, int)) == [0, 2]
    one_document = Candidates(
        worth=np.ones((3, 1), np.float32),
        directions=np.eye(3, dtype=np.float32),
        documents=np.array(["a", "a", "b"]),
    )
    assert choose(one_document, 2, np.zeros(1, int)) == [0, 2]
    rare = Candidates(
        worth=np.eye(2, dtype=np.float32), directions=np.eye(2, dtype=np.float32), documents=names[:2]
    )
    assert choose(rare, 1, np.array([50, 2])) == [1]
    assert sorted(choose(rare, 9, np.array([50, 2]))) == [0, 1]


def test_unlearned_themes_are_sought_by_their_examples(small_model: Model) -> None:
    """Without word vectors there is nothing to compare, and nothing fails."""
    coded = classify(REVIEW / "news-article.txt", model=small_model)
    unlearned = replace(small_model, thresholds=np.ones_like(small_model.thresholds))
    assert len(suggest([coded], number=3, model=unlearned).sentences) == 3


def test_simulated_coder_gains_by_suggestions(
    few_labelled: tuple[LabelledSentence, ...], small_model: Model
) -> None:
    """Three rounds of 30 that are chosen give more labels of the rare themes than any of eight by chance.

    What that does to scores on published sentences, benchmarks/suggestion.py measures.
    """
    documents = np.array([s.document for s in few_labelled])
    codebook = small_model.codebook
    true = theme_matrix(few_labelled, codebook)
    places = [s.in_place for s in few_labelled]
    scores = small_model.code(places).scores
    candidates = Candidates(
        worth=worth_of_labels(small_model, scores, directions_of(small_model, places), ()),
        directions=directions_of(small_model, places),
        documents=documents,
    )
    rare = (true.sum(axis=0) > 0) & (true.sum(axis=0) <= np.median(true.sum(axis=0)))
    found = true[choose(candidates, 90, np.zeros(true.shape[1], dtype=int))]
    by_chance = [true[np.random.default_rng(seed).permutation(len(true))[:90]] for seed in range(8)]
    assert found[:, rare].sum() > max(drawn[:, rare].sum() for drawn in by_chance)
    assert found.any(axis=0).sum() >= max(drawn.any(axis=0).sum() for drawn in by_chance)
