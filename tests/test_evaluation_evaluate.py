"""Evaluation: figures that can be worked out by hand, the label space, doubt, and what is warned of."""

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from evaluated import CODEBOOK, SENTENCES, predictions, sentence, small_evaluation
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import (
    average_precision_score,
    cohen_kappa_score,
    f1_score,
    precision_score,
    recall_score,
)

from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import load_model
from reviewtheme.codebook import Codebook, default_codebook
from reviewtheme.errors import LabelledDataError, UsageError
from reviewtheme.evaluation.evaluate import (
    EvaluationOptions,
    Subject,
    assess,
    cross_validate,
    evaluate,
)
from reviewtheme.evaluation.evaluation_result import Evaluation
from reviewtheme.evaluation.predictions import UNKNOWN, Predictions
from reviewtheme.training.fitting import TrainingSettings
from reviewtheme.training.labelled import LabelledSentence
from reviewtheme.training.scores import calibration_error
from reviewtheme.training.training_data import TrainingData

GOLD = Path(__file__).parents[2] / "shared" / "gold" / "dev.jsonl"
FEW = EvaluationOptions(samples=50, baselines=False)


def test_figures_of_themes() -> None:
    """Supervision: one hit, one false mark, one miss. Lighting: one hit, one miss, and one in doubt."""
    supervision, lighting, drains = small_evaluation().themes
    assert (supervision.support, supervision.predicted, supervision.right) == (2, 2, 1)
    assert (lighting.support, lighting.predicted, lighting.right) == (2, 1, 1)
    assert supervision.quality.f1.value == 0.5
    assert lighting.quality.precision.value == 1.0
    assert lighting.quality.recall.value == 0.5
    assert lighting.prevalence == pytest.approx(2 / 5)
    assert lighting.average_precision == pytest.approx(0.5 * 1 + 0.5 * 2 / 5)
    assert (drains.support, drains.predicted) == (0, 1)


def test_a_theme_without_labels_has_no_figures() -> None:
    """Neither 0 nor 1: its false mark counts in the whole alone."""
    evaluation = small_evaluation()
    drains = evaluation.theme("drains")
    figures = (drains.quality.precision, drains.quality.recall, drains.quality.f1, drains.kappa, drains.ac1)
    assert [figure.value for figure in figures] == [None] * 5
    assert drains.average_precision is None
    assert evaluation.micro.precision.value == pytest.approx(2 / 4)
    assert evaluation.micro.recall.value == pytest.approx(2 / 4)
    assert any("1 of 3" in warning for warning in evaluation.warnings)


def test_doubtful_labels_cost_nothing() -> None:
    """Marking a disputed theme, or not, gives the same figures; what all coders gave still counts."""
    assert small_evaluation().setting.disputed == 1
    unmarked = predictions()
    unmarked.marked[4, 1] = False
    data = TrainingData(sentences=SENTENCES, codebook=CODEBOOK, sources={}, report=None)
    other = assess(data, unmarked, EvaluationOptions(samples=200), Subject(name="a test"), [])
    assert other.micro == small_evaluation().micro


def test_stances() -> None:
    """Sentences without a stance, with a disputed one, or untold are left out."""
    stance = small_evaluation().stance
    assert stance is not None
    assert stance.sentences == 4
    assert stance.confusion == ((2, 1), (0, 1))
    assert stance.accuracy.value == 0.75
    assert stance.macro_f1.value == pytest.approx((0.8 + 2 / 3) / 2)
    assert stance.most_frequent == 0.75
    told = [0, 0, 1, 1]
    assert stance.kappa.value == pytest.approx(cohen_kappa_score([0, 0, 0, 1], told))


def test_confusions_and_mistakes() -> None:
    """What was missed beside what was marked, and the surest of both."""
    evaluation = small_evaluation()
    assert [(c.missed, c.marked, c.sentences) for c in evaluation.confusions] == [
        ("lighting", "supervision", 1)
    ]
    assert [(m.kind, m.theme, round(m.score, 1)) for m in evaluation.mistakes] == [
        ("false", "supervision", 0.7),
        ("false", "drains", 0.6),
        ("missed", "lighting", 0.1),
        ("missed", "supervision", 0.4),
    ]
    assert evaluation.mistakes[0].text == "Nobody asked about the lamps."
    assert evaluation.mistakes[0].marked == ("supervision",)
    options = EvaluationOptions(samples=0, worst=1, baselines=False)
    assert len(small_evaluation(options=options).mistakes) == 2


def test_baselines_are_compared_on_shared_themes() -> None:
    """The keyword list knows supervision and nothing of lamps."""
    (keywords,) = small_evaluation().baselines
    assert keywords.name == "keyword list"
    assert keywords.themes == ("supervision",)
    assert keywords.model_micro_f1.value == 0.5
    assert keywords.micro_f1.value == pytest.approx(2 / 3)
    assert keywords.lead.value == pytest.approx(0.5 - 2 / 3)


def test_kinds_of_text() -> None:
    """Each has its figures; without labels there are none."""
    plain, news = small_evaluation().registers
    assert (plain.register, plain.sentences, plain.micro_f1.value) == ("", 5, 0.5)
    assert (news.register, news.sentences, news.micro_f1.value) == ("news", 1, None)


def test_intervals_can_be_left_out_and_repeated() -> None:
    """No draws, no intervals; the same seed, the same intervals."""
    plain = small_evaluation(options=EvaluationOptions(samples=0))
    assert plain.micro.f1.low is None
    assert small_evaluation() == small_evaluation()
    other = small_evaluation(options=EvaluationOptions(samples=200, seed=7))
    assert other.micro.f1.value == plain.micro.f1.value


def test_one_document_has_no_interval() -> None:
    """And that is said."""
    alone = tuple(replace(each, document="elm") for each in SENTENCES)
    evaluation = small_evaluation(alone)
    assert evaluation.micro.f1.low is None
    assert any("one document" in warning for warning in evaluation.warnings)


Labels = list[tuple[bool, float]]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1, width=32)), min_size=1, max_size=40))
def test_figures_are_those_of_scikit_learn(rows: Labels) -> None:
    """Precision, recall, F1, average precision, kappa and calibration of one theme."""
    true, scores = np.array([label for label, _ in rows]), np.array([score for _, score in rows], np.float32)
    marked = scores >= 0.5
    theme = replace(CODEBOOK, themes=CODEBOOK.themes[:1], stances=())
    data = TrainingData(
        sentences=tuple(sentence("Text.", ("supervision",) if label else ()) for label in true),
        codebook=theme,
        sources={},
        report=None,
    )
    given_scores = Predictions(
        scores=scores[:, None],
        marked=marked[:, None],
        stances=np.full(len(rows), UNKNOWN),
        known=np.ones(1, dtype=bool),
    )
    found = assess(data, given_scores, EvaluationOptions(samples=0, baselines=False), Subject(name="t"), [])
    (one,) = found.themes
    assert found.calibration.error == calibration_error(scores[:, None], true[:, None])
    assert sum(part.pairs for part in found.calibration.bins) == len(rows)
    if not true.any():
        assert one.quality.f1.value is None
        return
    assert one.quality.recall.value == pytest.approx(recall_score(true, marked))
    assert one.quality.f1.value == pytest.approx(f1_score(true, marked))
    assert one.average_precision == pytest.approx(average_precision_score(true, scores))
    if marked.any():
        assert one.quality.precision.value == pytest.approx(precision_score(true, marked))
    if len({*true.tolist(), *marked.tolist()}) > 1:
        assert one.kappa.value == pytest.approx(cohen_kappa_score(true, marked))


def test_the_label_space_is_the_codebooks(
    small_model: Model, few_labelled: tuple[LabelledSentence, ...]
) -> None:
    """Whatever labels occur; a part of it can be asked for."""
    one_labelled = (few_labelled[0], replace(few_labelled[1], themes=("neglect",)))
    evaluation = evaluate(small_model, one_labelled, options=FEW)
    assert [theme.id for theme in evaluation.themes] == list(default_codebook().theme_ids)
    assert evaluation.macro.f1.value is None
    wanted = ["supervision", "neglect"]
    part = evaluate(small_model, few_labelled, themes=wanted, options=FEW)
    assert [theme.id for theme in part.themes] == list(default_codebook().in_order(wanted))
    assert part.theme("neglect").support == sum("neglect" in s.themes for s in few_labelled)


def test_themes_that_the_model_does_not_know(small_model: Model) -> None:
    """Count as missed, and are named; stances of another codebook are not scored."""
    evaluation = evaluate(small_model, SENTENCES, codebook=CODEBOOK, options=FEW)
    assert evaluation.theme("lighting").quality.recall.value == 0.0
    assert evaluation.theme("lighting").average_precision is None
    assert evaluation.stance is None
    assert any("lighting, drains" in warning for warning in evaluation.warnings)
    assert all(m.theme == "supervision" for m in evaluation.mistakes)


def test_labels_outside_the_label_space_are_refused(small_model: Model) -> None:
    """They are no mistakes of the model."""
    with pytest.raises(LabelledDataError, match="lighting"):
        evaluate(small_model, SENTENCES, options=FEW)


def test_a_model_that_has_seen_the_sentences_is_told(
    few_labelled: tuple[LabelledSentence, ...], small_model: Model
) -> None:
    """By the digests in its manifest; of a model without them it is said that nothing is known."""
    from reviewtheme.training.known_sentences import digests_of

    nothing = replace(small_model, about={})
    assert any("does not tell" in w for w in evaluate(nothing, few_labelled, options=FEW).warnings)
    other = {"training": {"sentence_digests": digests_of(["No such sentence."])}}
    unseen = evaluate(replace(small_model, about=other), few_labelled, options=FEW)
    assert not any("learned from" in warning for warning in unseen.warnings)
    about = {"training": {"sentence_digests": digests_of(s.text for s in few_labelled)}}
    told = evaluate(replace(small_model, about=about), few_labelled, options=FEW)
    assert any("About 100% of these sentences" in warning for warning in told.warnings)


def test_cross_validation_marks_every_document_unseen(few_labelled: tuple[LabelledSentence, ...]) -> None:
    """By models that know the whole codebook; it says what it is."""
    said: list[str] = []
    codebook = replace(default_codebook(), themes=default_codebook().themes[:6])
    labelled = [
        replace(s, themes=tuple(t for t in s.themes if t in codebook.theme_ids)) for s in few_labelled
    ]
    evaluation = cross_validate(
        labelled,
        codebook=codebook,
        start="nothing",
        folds=2,
        settings=TrainingSettings(folds=2, jobs=1),
        options=EvaluationOptions(samples=50),
        progress=said.append,
    )
    assert said[0].startswith("Part 1 of 2")
    assert evaluation.setting.model is None
    assert evaluation.setting.folds == 2
    assert [baseline.name for baseline in evaluation.baselines] == ["keyword list", "bundled model"]
    assert [theme.id for theme in evaluation.themes] == list(codebook.theme_ids)
    assert sum(theme.predicted for theme in evaluation.themes) > 0


def test_nonsense_is_refused(few_labelled: tuple[LabelledSentence, ...]) -> None:
    """One part, more parts than documents, no sentence, negative numbers."""
    with pytest.raises(UsageError, match="at least 2 parts"):
        cross_validate(few_labelled, folds=1)
    with pytest.raises(LabelledDataError, match="at least 40"):
        cross_validate(few_labelled, folds=40)
    with pytest.raises(LabelledDataError):
        evaluate(None, [])
    with pytest.raises(UsageError):
        EvaluationOptions(samples=-1)


def test_json_is_complete() -> None:
    """Every field, numbers rounded, what is not known null."""
    evaluation = small_evaluation()
    record = json.loads(evaluation.to_json())
    assert record == evaluation.to_dict()
    assert record["schema"] == "reviewtheme-evaluation/1"
    assert set(record) == {"schema", *Evaluation.__slots__}
    assert record["themes"][2]["quality"]["f1"] == {"value": None, "low": None, "high": None}
    assert record["stance"]["macro_f1"]["value"] == 0.7333


@pytest.mark.skipif(not GOLD.exists(), reason="the labelled published sentences are not here")
def test_published_sentences_are_scored_as_by_their_own_scorer() -> None:
    """Disputed labels are read from the file, and cost nothing."""
    found = importlib.util.spec_from_file_location("score", GOLD.parents[1] / "tools" / "score.py")
    assert found is not None
    assert found.loader is not None
    scorer = importlib.util.module_from_spec(found)
    found.loader.exec_module(scorer)
    rows = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    model = load_model()
    coding = model.code([SentenceInPlace(text=row["text"], previous=row["prev"]) for row in rows])
    told = {
        row["id"]: {
            "themes": [model.codebook.theme_ids[column] for column in np.flatnonzero(marks)],
            "stance": model.codebook.stance_ids[int(stances.argmax())],
        }
        for row, marks, stances in zip(rows, coding.themes, coding.stance_scores, strict=True)
    }
    theirs = scorer.score({row["id"]: row for row in rows}, told)
    ours = evaluate(model, GOLD, options=EvaluationOptions(samples=0, baselines=False))
    assert ours.stance is not None
    assert ours.setting.disputed == sum(len(row["disputed"]) for row in rows)
    for figure, name in (
        (ours.micro.f1, "micro_f1"),
        (ours.micro.precision, "precision"),
        (ours.micro.recall, "recall"),
        (ours.macro.f1, "macro_f1"),
        (ours.stance.accuracy, "stance_accuracy"),
        (ours.stance.macro_f1, "stance_macro_f1"),
    ):
        assert figure.value == pytest.approx(theirs[name]), name


def test_codebook_order_is_kept() -> None:
    """Themes stand as in the codebook, not by frequency or name."""
    assert isinstance(CODEBOOK, Codebook)
    assert [theme.id for theme in small_evaluation().themes] == list(CODEBOOK.theme_ids)
