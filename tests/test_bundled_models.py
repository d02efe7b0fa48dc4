"""The bundled models: found by name, what their manifests say, as good as their cards say."""

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import reviewtheme as rt
from reviewtheme.classification.model_folder import BUNDLED, MANIFEST, load_model, model_path
from reviewtheme.cli import app
from reviewtheme.codebook import default_codebook
from reviewtheme.errors import ModelError
from reviewtheme.training.formats import read_labelled
from reviewtheme.training.known_sentences import share_known
from reviewtheme.training.labelled import LabelledSentence, theme_matrix
from reviewtheme.training.scores import f1

ROOT = Path(__file__).resolve().parent.parent
ARTICLE = ROOT / "corpus_sample" / "documents" / "news-article.txt"
LARGEST = {"default": 25 << 20, "accurate": 30 << 20}


def kept_aside() -> list[LabelledSentence]:
    """Give the invented sentences of the documents that no bundled model learned from."""
    digests = set(json.loads((ROOT / "models" / "held_out_documents.json").read_text(encoding="utf-8")))
    files = sorted((ROOT / "corpus_sample" / "labelled").glob("*.jsonl"))
    return [
        sentence
        for sentence in read_labelled(files, default_codebook()).sentences
        if hashlib.sha256(sentence.document.encode()).hexdigest()[:16] in digests
    ]


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_models_are_found_by_name(name: str) -> None:
    """Each is complete, and known by the name in its manifest."""
    folder = model_path(name)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    for file, entry in manifest["files"].items():
        content = (folder / file).read_bytes()
        assert entry == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    assert load_model(name).identity.name == name


def test_a_folder_of_that_name_is_given_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name alone is the bundled model, wherever the program is called."""
    (tmp_path / "accurate").mkdir()
    monkeypatch.chdir(tmp_path)
    assert load_model("accurate").identity.name == "accurate"
    with pytest.raises(ModelError, match="no model in"):
        load_model("./accurate")


@pytest.mark.parametrize("name", BUNDLED)
def test_it_is_small_enough_to_be_installed_everywhere(name: str) -> None:
    """In all its files."""
    assert sum(path.stat().st_size for path in model_path(name).iterdir()) < LARGEST[name]


@pytest.mark.parametrize("name", BUNDLED)
def test_it_learned_from_none_of_the_documents_kept_aside(name: str) -> None:
    """By the sample of digests in its manifest; of the other documents it knows the sentences."""
    about, aside = load_model(name).about, set(kept_aside())
    files = sorted((ROOT / "corpus_sample" / "labelled").glob("*.jsonl"))
    others = [
        sentence for sentence in read_labelled(files, default_codebook()).sentences if sentence not in aside
    ]
    long = [[s.text for s in part if len(s.text.split()) > 8] for part in (aside, others)]
    assert len(long[0]) > 1000
    assert share_known(long[0], about) == 0
    assert share_known(long[1], about) == 1


def test_command_line_and_python_mark_alike() -> None:
    """`--model accurate` is `model="accurate"`, in the process of a worker as in this one."""
    ran = CliRunner().invoke(app, ["classify", str(ARTICLE), "--model", "accurate", "--format", "json"])
    assert ran.exit_code == 0
    told = json.loads(ran.stdout)
    assert told["model"]["name"] == "accurate"
    coded = rt.classify(ARTICLE, model="accurate")
    assert [[m["id"] for m in s["themes"]] for s in told["sentences"]] == [
        list(sentence.themes) for sentence in coded.sentences
    ]
    assert [s["stance"]["id"] for s in told["sentences"]] == [s.stance for s in coded.sentences]
    assert rt.classify(ARTICLE).model.name == "default"


def test_words_are_told_of_its_marks() -> None:
    """An explanation names words of the sentence that speak for the theme."""
    coded = rt.classify(ARTICLE, model="accurate")
    marked = next(s for s in coded.sentences if "professional-curiosity" in s.themes)
    told = rt.explain(coded, marked.index, "professional-curiosity", model="accurate")
    assert told.strongest()
    assert all(marked.text[word.start : word.end] == word.text for word in told.words)


@pytest.mark.parametrize("name", ["default", pytest.param("accurate", marks=pytest.mark.slow)])
def test_it_marks_the_documents_kept_aside_as_its_card_says(name: str) -> None:
    """The figure of invented documents in the card is what is measured here, on this machine."""
    sentences, model = kept_aside(), load_model(name)
    marked = model.code([sentence.in_place for sentence in sentences]).themes
    true = theme_matrix(sentences, model.codebook).astype(bool)
    parts = model.about["held_out"]
    assert isinstance(parts, dict)
    told = parts["invented"]
    assert told["sentences"] == len(sentences)
    assert f1(true, marked) == pytest.approx(float(str(told["micro_f1"]).split()[0]), abs=0.003)
