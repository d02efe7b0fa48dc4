"""Training, from files to a model folder: from another model or from nothing, and with few labels."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import load_model
from reviewtheme.codebook import default_codebook
from reviewtheme.errors import LabelledDataError, ModelError
from reviewtheme.training.fitting import Origin, TrainingSettings
from reviewtheme.training.formats import read_labelled
from reviewtheme.training.labelled import LabelledSentence, theme_matrix
from reviewtheme.training.model_card import write_card
from reviewtheme.training.scores import f1
from reviewtheme.training.train import about_the_figures, train
from reviewtheme.training.training_data import training_data

Labelled = tuple[LabelledSentence, ...]
QUICK = TrainingSettings(folds=2, jobs=1)
LABELLED = Path(__file__).parent.parent / "corpus_sample" / "labelled"
FREQUENT = ("information-sharing", "risk-assessment", "inter-agency-communication")


def write_rows(labelled: Sequence[LabelledSentence], path: Path, names: dict[str, str] | None = None) -> Path:
    """Write sentences as JSONL, themes renamed where names are given."""
    rows = [
        {
            "text": s.text,
            "document": s.document,
            "previous": s.previous,
            "themes": [names[t] if names else t for t in s.themes if names is None or t in names],
            **({"stance": s.stance} if names is None else {}),
        }
        for s in labelled
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def halves(few_labelled: Labelled) -> tuple[Labelled, Labelled]:
    """Give the sentences of half of the documents, and of the others."""
    documents = list(dict.fromkeys(s.document for s in few_labelled))
    kept = set(documents[::2])
    return (
        tuple(s for s in few_labelled if s.document in kept),
        tuple(s for s in few_labelled if s.document not in kept),
    )


@pytest.fixture(scope="module")
def start(halves: tuple[Labelled, Labelled]) -> Model:
    """Give a model that knows the first half."""
    return train(halves[0], start="nothing", settings=QUICK, name="start")


def test_saved_and_loaded_scores_are_identical(
    halves: tuple[Labelled, Labelled], start: Model, tmp_path: Path
) -> None:
    """Whether it is used at once or loaded from its folder, and from what it was copied."""
    path = write_rows(halves[1], tmp_path / "labelled.jsonl")
    trained = train(path, start=start, output=tmp_path / "model", settings=QUICK)
    kept = train(path, start=start, settings=QUICK)
    (tmp_path / "model").rename(tmp_path / "moved")
    loaded = load_model(tmp_path / "moved")
    sentences = [s.in_place for s in halves[0]]
    for other in (kept, loaded):
        ours, theirs = trained.code(sentences), other.code(sentences)
        assert np.array_equal(ours.scores, theirs.scores)
        assert np.array_equal(ours.themes, theirs.themes)
        assert np.array_equal(ours.stance_scores, theirs.stance_scores)


def test_same_labels_same_bytes(halves: tuple[Labelled, Labelled], start: Model, tmp_path: Path) -> None:
    """Whatever the number of processes."""
    folders = [tmp_path / "one" / "model", tmp_path / "two" / "model"]
    for jobs, folder in enumerate(folders, 1):
        train(halves[1], start=start, output=folder, settings=replace(QUICK, jobs=jobs))
    for path in folders[0].iterdir():
        assert path.read_bytes() == (folders[1] / path.name).read_bytes(), path.name


def test_folder_holds_no_training_text(
    halves: tuple[Labelled, Labelled], start: Model, tmp_path: Path
) -> None:
    """No run of five words of a training sentence, no document's name and no path."""
    own = tuple(replace(s, document=f"secret case {s.document}") for s in halves[1])
    path = write_rows(own, tmp_path / "labelled.jsonl")
    for name, begin in (("started", start), ("new", "nothing")):
        train(path, start=begin, output=tmp_path / name, settings=QUICK)
        text = "".join(
            p.read_text(encoding="utf-8") for p in (tmp_path / name).iterdir() if p.suffix != ".npz"
        )
        # The codebook and the card's own words are the program's, and may say what anybody says.
        written = " ".join(re.findall(r"[a-z]+", text.lower()))
        said = " ".join(re.findall(r"[a-z]+", json.dumps(default_codebook().to_dict()).lower()))
        for sentence in own:
            words = re.findall(r"[a-z]+", sentence.text.lower())
            for place in range(len(words) - 5):
                run = " ".join(words[place : place + 6])
                assert f" {run} " not in written or run in said, run
        assert "secret case" not in text
        assert str(tmp_path) not in text


def test_few_labels_help_at_once(halves: tuple[Labelled, Labelled], few_labelled: Labelled) -> None:
    """With labels of four documents, a model of forty others brings more than starting from nothing does."""
    reports = read_labelled(LABELLED / "report.jsonl", default_codebook()).sentences
    known = {s.document for s in few_labelled}
    others = [document for document in dict.fromkeys(s.document for s in reports) if document not in known][
        :40
    ]
    start = train([s for s in reports if s.document in others], start="nothing", settings=QUICK, name="start")
    names = {theme: f"own-{place}" for place, theme in enumerate(FREQUENT)}
    renamed = [
        replace(s, themes=tuple(names[t] for t in s.themes if t in names), stance="") for s in halves[1]
    ]
    documents = list(dict.fromkeys(s.document for s in renamed))
    scores = np.zeros(2)
    for first in range(len(documents)):
        kept = (documents * 2)[first : first + 4]
        few = [s for s in renamed if s.document in kept]
        rest = [s for s in renamed if s.document not in kept]
        for place, begin in enumerate((start, "nothing")):
            model = train(few, start=begin, settings=QUICK)
            true = theme_matrix(rest, model.codebook).astype(bool)
            marked = model.code([s.in_place for s in rest]).themes
            scores[place] += f1(true, marked) / len(documents)
    assert scores[0] > scores[1] + 0.05


def test_codebook_of_the_labels_found_is_a_part_of_the_start_models(
    halves: tuple[Labelled, Labelled], start: Model, tmp_path: Path
) -> None:
    """In its order and words; other labels make a codebook of their own."""
    names = dict(zip(FREQUENT, FREQUENT, strict=True))
    part = training_data(write_rows(halves[1], tmp_path / "part.jsonl", names), start=start)
    assert set(part.codebook.theme_ids) == set(FREQUENT)
    assert [t for t in default_codebook().theme_ids if t in FREQUENT] == list(part.codebook.theme_ids)
    assert part.codebook.themes[0].mark_when
    own = training_data(
        write_rows(halves[1], tmp_path / "own.jsonl", {FREQUENT[0]: "Zebra crossing"}), start=start
    )
    assert own.codebook.theme_ids == ("zebra-crossing",)
    whole = training_data(tmp_path / "part.jsonl", codebook="default", start=start)
    assert whole.codebook == default_codebook()
    some = training_data(tmp_path / "part.jsonl", codebook="default", themes=FREQUENT[:1])
    assert some.codebook.theme_ids == FREQUENT[:1]
    assert {theme for s in some.sentences for theme in s.themes} == {FREQUENT[0]}


def test_codebook_files(halves: tuple[Labelled, Labelled], tmp_path: Path) -> None:
    """A codebook of the user's own, as a table."""
    path = write_rows(halves[1], tmp_path / "own.jsonl", {FREQUENT[0]: "Telling others"})
    book = tmp_path / "book.csv"
    book.write_text(
        "name,description\nTelling others,When news is passed on\nNever used,\n", encoding="utf-8"
    )
    model = train(path, codebook=book, start="nothing", settings=QUICK)
    assert model.codebook.theme_ids == ("telling-others", "never-used")
    rows = model.about["themes"]
    assert rows["never-used"]["origin"] == Origin.NEVER  # type: ignore[index]
    marks = model.code([s.in_place for s in halves[0]]).themes
    assert marks[:, 0].any()
    assert not marks[:, 1].any()


def test_labels_of_coded_sentences_alone(halves: tuple[Labelled, Labelled], start: Model) -> None:
    """What a theme is told apart from is missing, and said to be."""
    coded = tuple(s for s in halves[1] if s.themes)
    for labelled, is_told in ((coded, True), (halves[1], False)):
        notes = about_the_figures(training_data(labelled, start=start), start)
        assert any("Every labelled sentence carries a theme" in note for note in notes) == is_told


def test_labels_that_the_start_model_knows(halves: tuple[Labelled, Labelled], start: Model) -> None:
    """Held-out figures on them are no such thing: the start model has seen what is held out."""
    model = train(halves[0], start=start, settings=QUICK)
    said = "About 100% of these sentences are among those that the model that training started from"
    assert any(said in note for note in model.about["training"]["notes"])  # type: ignore[index]
    assert said in write_card(model)


def test_themes_with_few_labels(halves: tuple[Labelled, Labelled], start: Model, tmp_path: Path) -> None:
    """One that the start model knows stays as it has it, another is never marked; the card names both."""
    rare = [place for place, s in enumerate(halves[1]) if "supervision" in s.themes][:3]
    sentences = tuple(
        replace(
            s,
            stance="",
            themes=tuple(
                [t for t in s.themes if t in FREQUENT]
                + (["supervision", "own-theme"] if place in rare else [])
            ),
        )
        for place, s in enumerate(halves[1])
    )
    codebook = replace(
        default_codebook(),
        themes=(
            *(t for t in default_codebook().themes if t.id in (*FREQUENT, "supervision")),
            replace(default_codebook().themes[0], id="own-theme", name="Own theme"),
        ),
    )
    model = train(sentences, codebook=codebook, start=start, output=tmp_path / "model", settings=QUICK)
    origins = {theme: row.get("origin") for theme, row in model.about["themes"].items()}  # type: ignore[attr-defined]
    assert origins["supervision"] == Origin.KEPT
    assert origins["own-theme"] == Origin.NEVER
    assert origins[FREQUENT[0]] is None
    coded, before = (m.code([s.in_place for s in halves[0]]) for m in (model, start))
    columns = [m.codebook.theme_ids.index("supervision") for m in (model, start)]
    assert np.allclose(coded.scores[:, columns[0]], before.scores[:, columns[1]], atol=1e-6)
    assert not coded.themes[:, model.codebook.theme_ids.index("own-theme")].any()
    assert np.array_equal(
        coded.stance_scores, before.stance_scores
    )  # no stance was labelled: the start's stay
    card = (tmp_path / "model" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "left as the start model has them: Supervision" in card
    assert "never marked: Own theme" in card
    assert "Started from the model start 1" in card


def test_one_document_gives_a_model_with_a_common_threshold(
    halves: tuple[Labelled, Labelled], start: Model
) -> None:
    """And a note that its scores are of the same document."""
    one = tuple(replace(s, document="the file") for s in halves[1])
    model = train(one, start=start, settings=QUICK)
    learned = [row for row in model.about["themes"].values() if "origin" not in row]  # type: ignore[attr-defined]
    assert len({row["threshold"] for row in learned}) == 1
    assert "one document" in model.about["training"]["notes"][0]  # type: ignore[index]
    assert model.about["training"]["documents"] == 1  # type: ignore[index]


@pytest.mark.parametrize("documents", [2, 3])
def test_few_documents(halves: tuple[Labelled, Labelled], start: Model, documents: int) -> None:
    """As many parts are held out as there are documents."""
    names = list(dict.fromkeys(s.document for s in halves[1]))
    few = tuple(replace(s, document=names[names.index(s.document) % documents]) for s in halves[1])
    for begin in (start, "nothing"):
        model = train(few, start=begin, settings=TrainingSettings(jobs=1))
        assert model.about["training"]["documents"] == documents  # type: ignore[index]


def test_what_cannot_be_learned_from(halves: tuple[Labelled, Labelled], start: Model, tmp_path: Path) -> None:
    """Is told in a sentence that says what is missing."""
    with pytest.raises(LabelledDataError, match="no labelled sentence"):
        train([], start=start)
    with pytest.raises(LabelledDataError, match="at least 10 are needed"):
        train([replace(s, document="x") for s in halves[1][:5]], start=start)
    with pytest.raises(LabelledDataError, match=r"No theme has enough labels.*reviewtheme suggest"):
        train(halves[1][:12], start=start)
    with pytest.raises(LabelledDataError, match="'zebra' of the labelled sentences is not in codebook"):
        train([replace(s, themes=("zebra",)) for s in halves[1]], codebook="default", start=start)
    with pytest.raises(LabelledDataError, match="not both together"):
        train([tmp_path, halves[1][0]], start=start)  # type: ignore[list-item]
    with pytest.raises(ModelError, match="There is no model"):
        train(halves[1], start=tmp_path / "none")


def test_started_model_is_the_start_model_where_nothing_new_is_said(
    halves: tuple[Labelled, Labelled], start: Model
) -> None:
    """Labels that are what the start model says leave its scores about where they are."""
    coding = start.code([s.in_place for s in halves[1]])
    echoed = tuple(
        replace(s, themes=tuple(np.array(start.codebook.theme_ids)[marks]), stance="")
        for s, marks in zip(halves[1], coding.themes, strict=True)
    )
    model = train(echoed, start=start, codebook=start.codebook, settings=QUICK)
    again = model.code([s.in_place for s in halves[0]])
    before = start.code([s.in_place for s in halves[0]])
    assert f1(before.themes, again.themes) > 0.8
