"""Themes in a spaCy pipeline: the same as those of the program itself, kept, saved and drawn."""

from collections import Counter
from pathlib import Path

import pytest
import spacy
from spacy import displacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

import reviewtheme as rt
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import save_model
from reviewtheme.codebook import default_codebook
from reviewtheme.errors import ModelError, UsageError
from reviewtheme.sentences import split_text
from reviewtheme.spacy_component import displacy_colours

TEXT = (
    "Supervision of the health visitor lapsed for five months.\n\n  Nobody told the midwife about the "
    "discharge. Dr. Alder rang at 4 p.m. but found no record.\n\n"
)
OTHER = "The partnership should agree who shares information with the school.  She was four."


@pytest.fixture(scope="module")
def model_folder(small_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save the small model."""
    folder = tmp_path_factory.mktemp("spacy") / "model"
    save_model(small_model, folder, "# A card\n")
    return folder


def pipeline(model: Path | None, sentences: str = "reviewtheme_sentences") -> Language:
    """Make a pipeline without anything to download."""
    nlp = spacy.blank("en")
    nlp.add_pipe(sentences)
    nlp.add_pipe("reviewtheme", config={"model": str(model)} if model else {})
    return nlp


def coding(doc: Doc) -> list[tuple[tuple[str, ...], dict[str, float], str, float]]:
    """Return what was written on each sentence."""
    return [(s._.themes, s._.theme_scores, s._.stance, s._.stance_score) for s in doc.sents if s.text.strip()]


@pytest.mark.parametrize("sentences", ["reviewtheme_sentences", "sentencizer"])
def test_the_same_as_the_program(model_folder: Path, sentences: str) -> None:
    """Whoever sets the boundaries, a sentence is marked as `classify_sentences` marks it."""
    doc = pipeline(model_folder, sentences)(TEXT)
    texts = [sentence.text.strip() for sentence in doc.sents if sentence.text.strip()]
    assert len(texts) >= 3
    coded = rt.classify_sentences(texts, model=model_folder)
    assert coding(doc) == [(c.themes, dict(c.scores), c.stance, c.stance_score) for c in coded]
    assert doc._.theme_model["sha256"] == rt.load_model(model_folder).identity.sha256
    counts = Counter(theme for c in coded for theme in c.themes)
    assert doc._.theme_counts == counts
    ranked = sorted(default_codebook().in_order(counts), key=lambda theme: -counts[theme])
    assert doc._.themes == tuple(ranked)
    assert doc._.stances == {s: sum(c.stance == s for c in coded) for s in default_codebook().stance_ids}


def test_spans_stand_on_the_words_of_their_sentence() -> None:
    """One span a mark, labelled, scored, and without the blank lines beside the sentence."""
    doc = pipeline(None)(TEXT)
    group = doc.spans["themes"]
    marks = [(s, theme) for s in doc.sents for theme in s._.themes]
    assert len(group) == len(marks) >= 2
    for span, score, (sentence, theme) in zip(group, group.attrs["scores"], marks, strict=True):
        assert span.text == sentence.text.strip()
        assert span.label_ == theme
        assert score == sentence._.theme_scores[theme]
        assert span.sent == sentence
    assert "supervision" in {span.label_ for span in group}


def test_own_boundaries_are_those_of_reviews() -> None:
    """What `reviewtheme_sentences` sets is how the program cuts text."""
    doc = pipeline(None)(TEXT)
    assert [s.text.strip() for s in doc.sents] == [TEXT[start:end] for start, end in split_text(TEXT)]
    leading = pipeline(None)("\n\n " + TEXT)
    assert [s.text.strip() for s in leading.sents if s.text.strip()] == [s.text.strip() for s in doc.sents]


def test_streams_are_marked_as_one_by_one(model_folder: Path) -> None:
    """In batches of any size, and in other processes; documents keep their order."""
    nlp = pipeline(model_folder)
    texts = [TEXT, "", " \n", OTHER, "Supervision.", OTHER + " " + TEXT]
    alone = [nlp(text) for text in texts]
    for named in ({"batch_size": 2}, {}, {"n_process": 2, "batch_size": 3}):
        docs = list(nlp.pipe(texts, **named))
        assert [doc.text for doc in docs] == texts
        for doc, expected in zip(docs, alone, strict=True):
            assert [(c[0], c[2]) for c in coding(doc)] == [(c[0], c[2]) for c in coding(expected)]
            for one, other in zip(coding(doc), coding(expected), strict=True):
                assert one[1] == pytest.approx(other[1], abs=1e-5)  # sums of many at once round otherwise


def test_no_boundaries_are_an_error_that_says_what_to_add(model_folder: Path) -> None:
    """For one document; in a stream, spaCy's error handler decides."""
    nlp = spacy.blank("en")
    nlp.add_pipe("reviewtheme", name="marker", config={"model": str(model_folder)})
    with pytest.raises(UsageError, match=r"nlp\.add_pipe\('reviewtheme_sentences', before='marker'\)"):
        nlp(TEXT)
    with pytest.raises(UsageError, match="'marker'"):
        list(nlp.pipe([TEXT]))
    failed: list[str] = []
    nlp.set_error_handler(lambda name, _component, docs, _error: failed.extend([name, docs[0].text]))
    assert [doc.text for doc in nlp.pipe(["", TEXT])] == [""]
    assert failed == ["marker", TEXT]


def test_a_saved_pipeline_brings_its_model(model_folder: Path, tmp_path: Path) -> None:
    """On a machine where the model's folder is not, it marks the same; nothing about the model is lost."""
    moved = tmp_path / "moved"
    save_model(rt.load_model(model_folder), moved, "# A card\n")
    nlp = pipeline(moved)
    expected = nlp(TEXT)
    nlp.to_disk(tmp_path / "pipeline")
    as_bytes = nlp.to_bytes()
    moved.rename(tmp_path / "elsewhere")

    loaded = spacy.load(tmp_path / "pipeline")
    assert coding(loaded(TEXT)) == coding(expected)
    assert loaded(TEXT)._.theme_model == expected._.theme_model
    assert (tmp_path / "pipeline" / "reviewtheme" / "MODEL_CARD.md").read_text() == "# A card\n"

    from_bytes = spacy.blank("en")
    from_bytes.add_pipe("reviewtheme_sentences")
    from_bytes.add_pipe("reviewtheme", config={"model": str(moved)}).from_bytes(
        nlp.get_pipe("reviewtheme").to_bytes()
    )
    assert coding(from_bytes(TEXT)) == coding(expected)
    whole = pipeline(None)
    whole.from_bytes(as_bytes)
    assert coding(whole(TEXT)) == coding(expected)


def test_models_that_cannot_be_used(tmp_path: Path) -> None:
    """A damaged one is told of at once, a missing one when it is needed, in a sentence."""
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(ModelError, match="damaged"):
        pipeline(tmp_path)
    nlp = pipeline(tmp_path / "none")
    with pytest.raises(ModelError, match="none"):
        nlp(TEXT)
    with pytest.raises(ModelError):
        nlp.get_pipe("reviewtheme").from_bytes(b"PK no zip")


def test_documents_keep_their_marks(model_folder: Path) -> None:
    """As bytes, and many together; all values are plain."""
    nlp = pipeline(model_folder)
    doc = nlp(TEXT)
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    (packed,) = DocBin(store_user_data=True, docs=[doc]).get_docs(nlp.vocab)
    for copy in (again, packed):
        assert coding(copy) == coding(doc)
        assert copy._.theme_counts == doc._.theme_counts
        assert [(s.label_, s.text) for s in copy.spans["themes"]] == [
            (s.label_, s.text) for s in doc.spans["themes"]
        ]
        assert copy.spans["themes"].attrs["scores"] == doc.spans["themes"].attrs["scores"]


def test_displacy_draws_it() -> None:
    """Every theme stands under its sentence, in the colour that spaCy has found by itself."""
    doc = pipeline(None)("Supervision of the health visitor lapsed for five months.")
    drawn = displacy.render(doc, style="span", options={"spans_key": "themes"}, jupyter=False)
    assert doc._.themes
    colours = displacy_colours()
    for theme in doc._.themes:
        assert theme in drawn
        assert colours[theme] in drawn
    assert set(colours) == set(default_codebook().theme_ids)


def test_two_components_side_by_side(model_folder: Path) -> None:
    """Spans of two models stand under keys of their own."""
    nlp = pipeline(None)
    nlp.add_pipe("reviewtheme", name="other", config={"model": str(model_folder), "spans_key": "other"})
    doc = nlp(TEXT)
    assert set(doc.spans) == {"themes", "other"}
    assert doc._.theme_model["name"] == "small"
    assert nlp.analyze_pipes()["problems"]["other"] == []
    alone = spacy.blank("en")
    alone.add_pipe("reviewtheme")
    assert alone.analyze_pipes()["problems"]["reviewtheme"] == ["token.is_sent_start"]
