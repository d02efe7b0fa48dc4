"""What to label next: the choice, files that come back, and a simulated coder who gains by it."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from reviewtheme.classification.classify import classify
from reviewtheme.classification.coded_review import CodedSentence
from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import load_model
from reviewtheme.errors import LabelledDataError, UsageError
from reviewtheme.output.suggestions import FORMATS, write_suggestions
from reviewtheme.training import choice
from reviewtheme.training.choice import Candidates, choose, choose_to_label
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
    assert found.beginning  # "zebra" is nothing that the model could be unsure of
    assert not suggest(coded, number=5, model=small_model).beginning


def test_beginning_is_of_many_themes(small_model: Model) -> None:
    """Without a learner's scores the judge's themes are spread wide; what is labelled is not sought again."""
    coded = [classify(path, model=small_model) for path in sorted(REVIEW.iterdir())[:6]]
    places = [SentenceInPlace(text=s.text) for c in coded for s in c.sentences if s.counts_as_evidence]
    scores = small_model.code(places).scores

    def first(labelled: list[LabelledSentence]) -> list[int]:
        return choose_to_label(
            12,
            places,
            labelled,
            learner=small_model,
            codebook=small_model.codebook,
            scores=None,
            judge=small_model,
        )

    chosen = first([])
    assert np.sqrt(scores[chosen].sum(axis=0)).sum() > 1.3 * np.sqrt(12 * scores.mean(axis=0)).sum()
    labelled = [
        LabelledSentence(text=places[row].text, previous="", document="a", themes=(), stance="")
        for row in chosen
    ]
    assert len(set(first(labelled)) & set(chosen)) < 4


def test_part_of_a_codebook_is_what_counts(small_model: Model, tmp_path: Path) -> None:
    """Themes of the model that are not to be labelled do not choose."""
    book = tmp_path / "book.csv"
    book.write_text("id,name\nco-sleeping-risk,Co-sleeping\nsupervision,Supervision\n", encoding="utf-8")
    coded = [classify(path, model=small_model) for path in sorted(REVIEW.iterdir())[:6]]
    found = suggest(coded, number=5, model=small_model, codebook=book)
    assert not found.beginning

    def doubt(sentences: Iterable[CodedSentence]) -> list[float]:
        scores = [[s.scores[theme] for theme in ("co-sleeping-risk", "supervision")] for s in sentences]
        return [sum(score * (1 - score) for score in of_one) for of_one in scores]

    everything = doubt(s for c in coded for s in c.sentences if s.counts_as_evidence)
    assert np.mean(doubt(s.sentence for s in found.sentences)) > 2 * np.mean(everything)


def test_young_model_leaves_the_choice_to_the_bundled_one(small_model: Model) -> None:
    """A model of 20 sentences guesses, and another's doubts count; one of 30 has its own."""
    coded = [classify(REVIEW / "news-article.txt", model=small_model)]
    young, grown = (
        suggest(coded, number=5, model=replace(small_model, about={"training": {"sentences": learned}}))
        for learned in (20, 30)
    )
    bundled = load_model()
    sentences = [s for s in coded[0].sentences if s.counts_as_evidence]
    best = max(bundled.code([SentenceInPlace(text=s.text) for s in sentences]).scores.max(axis=1))
    shown = bundled.code([SentenceInPlace(text=s.text) for s in young.sentences]).scores
    assert young.beginning
    assert not grown.beginning
    assert shown.max() > best / 2
    assert [s.text for s in young.sentences] != [s.text for s in grown.sentences]
    assert all(s.sentence in coded[0].sentences for s in young.sentences)


def test_nothing_to_suggest(small_model: Model, suggestions: Suggestions, tmp_path: Path) -> None:
    """Is said."""
    (tmp_path / "empty.txt").write_text("Contents\n", encoding="utf-8")
    with pytest.raises(LabelledDataError, match="no sentence to suggest"):
        suggest(tmp_path / "empty.txt", model=small_model)
    for number in (0, 2501):
        with pytest.raises(UsageError, match="1 or more, and 2500 at most"):
            suggest(tmp_path, number=number, model=small_model)
    with pytest.raises(UsageError, match="is no format of suggestions"):
        write_suggestions(suggestions, tmp_path / "x", "docx")


def test_choice_settles_most_doubt() -> None:
    """Each in a case where nothing else differs."""
    apart = np.eye(4)
    unsure = np.array([[0.05], [0.25], [0.1], [0.0]])
    assert choose(candidates(unsure, apart), 2) == [1, 2]
    twins = 8.0 * np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1.1]])
    assert choose(candidates(np.full((3, 1), 0.2), twins), 2) == [0, 2]
    among_others = np.eye(4) + np.array([[0, 0, 0, 0], *[[0, 0.5, 0.5, 0.5]] * 3])
    assert choose(candidates(np.full((4, 1), 0.2), among_others), 1) == [1]
    rare = candidates(np.eye(2) / 4, np.eye(2), importance=(0.2, 0.8))
    assert choose(rare, 1) == [1]
    assert sorted(choose(rare, 9)) == [0, 1]


def candidates(
    doubt: npt.NDArray[np.float64], likeness: npt.NDArray[np.float64], importance: tuple[float, ...] = ()
) -> Candidates:
    """Make candidates of which no theme counts more unless said."""
    themes = doubt.shape[1]
    return Candidates(
        doubt=doubt.astype(np.float32),
        likeness=likeness.astype(np.float32),
        importance=np.array(importance or [1 / themes] * themes, dtype=np.float32),
    )


def test_of_many_sentences_the_doubtful_are_compared(
    monkeypatch: pytest.MonkeyPatch, small_model: Model
) -> None:
    """And a sample of the labelled; the indices are those of all sentences."""
    coded = classify(REVIEW / "news-article.txt", model=small_model)
    places = [SentenceInPlace(text=s.text) for s in coded.sentences]
    scores = small_model.code(places).scores
    labelled = [
        LabelledSentence(text=f"A sentence of number {n}.", previous="", document="a", themes=(), stance="")
        for n in range(9)
    ]

    def chosen() -> list[int]:
        return choose_to_label(
            3,
            places,
            labelled,
            learner=small_model,
            codebook=small_model.codebook,
            scores=scores,
            judge=small_model,
        )

    assert chosen() == chosen()
    monkeypatch.setattr(choice, "MOST_CANDIDATES", 3)
    monkeypatch.setattr(choice, "_MOST_LABELLED", 2)
    doubt = (scores * (1 - scores)).mean(axis=1)
    assert sorted(chosen()) == sorted(np.argsort(-doubt, kind="stable")[:3])


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
    codebook = small_model.codebook
    true = theme_matrix(few_labelled, codebook)
    places = [s.in_place for s in few_labelled]
    scores = small_model.code(places).scores
    rare = (true.sum(axis=0) > 0) & (true.sum(axis=0) <= np.median(true.sum(axis=0)))
    found = true[
        choose_to_label(
            90,
            places,
            (),
            learner=small_model,
            codebook=small_model.codebook,
            scores=scores,
            judge=small_model,
        )
    ]
    by_chance = [true[np.random.default_rng(seed).permutation(len(true))[:90]] for seed in range(8)]
    assert found[:, rare].sum() > max(drawn[:, rare].sum() for drawn in by_chance)
    assert found.any(axis=0).sum() >= max(drawn.any(axis=0).sum() for drawn in by_chance)
