"""Tasks for annotation tools: the shapes that the tools document, and the way back through our readers."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from coded_reviews import CHILD_HOLLY, Marked, coded_review
from lxml import etree

from reviewtheme.codebook import Codebook, Stance, Theme, default_codebook
from reviewtheme.document import SectionRole
from reviewtheme.output.annotation_tasks import TOOLS, AnnotationTask, tasks_of
from reviewtheme.training.formats import read_labelled

CODEBOOK = default_codebook()
BODY = [one for one in CHILD_HOLLY if one.role is SectionRole.BODY]
HOSTILE = 'He said "no" </Choices> & left;\u2028 so it ended = 1 😀'


def tasks() -> Iterator[AnnotationTask]:
    """Give the tasks of a review."""
    return tasks_of(coded_review())


def written(tool: str, given: Iterator[AnnotationTask] | None = None, codebook: Codebook = CODEBOOK) -> str:
    """Write tasks for a tool."""
    return "".join(TOOLS[tool].tasks(tasks() if given is None else given, codebook, "default 7"))


def labels_read(content: str, path: Path) -> list[tuple[str, str, tuple[str, ...], str, str]]:
    """Read a file as `train` does."""
    path.write_text(content, encoding="utf-8")
    return [
        (s.document, s.text, s.themes, s.stance, s.previous) for s in read_labelled(path, CODEBOOK).sentences
    ]


def expected() -> list[tuple[str, str, tuple[str, ...], str, str]]:
    """Say what a coder who changes nothing gives back."""
    before = ["", *(one.text for one in BODY)]
    return [
        ("holly.pdf", one.text, CODEBOOK.in_order(one.themes), one.stance, previous)
        for one, previous in zip(BODY, before, strict=False)
    ]


def test_what_becomes_a_task() -> None:
    """Each sentence of the body, in order; nothing without a letter or digit."""
    assert [task.text for task in tasks()] == [one.text for one in BODY]
    assert (
        list(tasks_of(coded_review([Marked(text="***"), Marked(text="Glossary", role=SectionRole.GLOSSARY)])))
        == []
    )
    task = list(tasks())[1]
    assert (task.page, task.section, task.previous) == (1, ("Findings",), BODY[0].text)
    assert task.themes == {"inter-agency-communication": 0.81234567, "handover-and-transfer": 0.81234567}
    assert coded_review().review.text[task.start : task.end] == task.text


def test_label_studio_tasks() -> None:
    """A list of tasks with data and predictions, whose names are those of the configuration."""
    made = json.loads(written("labelstudio"))
    configuration = etree.fromstring(TOOLS["labelstudio"].configuration(CODEBOOK).encode())
    controls = {c.get("name"): {v.get("value") for v in c} for c in configuration.iter("Choices")}
    assert {control.get("toName") for control in configuration.iter("Choices")} == {"text"}
    assert controls["themes"] == {theme.name for theme in CODEBOOK.themes}
    assert controls["stance"] == {stance.name for stance in CODEBOOK.stances}
    shown = {e.get("value") for e in configuration.iter("Text", "Header")}
    named = {word.strip("$,") for value in shown for word in value.split() if word.startswith("$")}
    assert named == {"text", "previous", "document", "page"}
    for task in made:
        assert named <= task["data"].keys()
        (prediction,) = task["predictions"]
        assert prediction["model_version"] == "default 7"
        assert 0 <= prediction["score"] <= 1
        for result in prediction["result"]:
            assert (result["type"], result["to_name"]) == ("choices", "text")
            assert set(result["value"]["choices"]) <= controls[result["from_name"]]
    assert written("labelstudio", iter(())) == "[]\n"


def test_doccano_lines() -> None:
    """A text and the names of its labels, all of which are label types of the project."""
    lines = [json.loads(line) for line in written("doccano").splitlines()]
    types = json.loads(TOOLS["doccano"].configuration(CODEBOOK))
    names = [each["text"] for each in types]
    assert len(names) == len(set(names)) == len(CODEBOOK.themes) + len(CODEBOOK.stances)
    assert all(set(line["label"]) <= set(names) for line in lines)
    assert all(isinstance(line["text"], str) for line in lines)
    keys = {"text", "prefix_key", "suffix_key", "background_color", "text_color"}
    assert all(each.keys() == keys and len(each["background_color"]) == 7 for each in types)


def test_prodigy_lines() -> None:
    """Options of which the guessed ones are accepted before anybody looked."""
    lines = [json.loads(line) for line in written("prodigy").splitlines()]
    for line in lines:
        ids = [option["id"] for option in line["options"]]
        assert len(ids) == len(set(ids)) == 34
        assert set(line["accept"]) <= set(ids)
        assert all(option["text"] for option in line["options"])
        assert "answer" not in line
        assert line["meta"]["document"] == "holly.pdf"
    assert json.loads(TOOLS["prodigy"].configuration(CODEBOOK))["choice_style"] == "multiple"


def test_back_from_label_studio(tmp_path: Path) -> None:
    """As predictions; and as what a coder corrected, who takes a theme away and changes a stance."""
    content = written("labelstudio")
    assert labels_read(content, tmp_path / "predicted.json") == expected()
    corrected = json.loads(content)
    for task in corrected:
        result = task.pop("predictions")[0]["result"]
        task["annotations"] = [{"result": result, "was_cancelled": False}]
    corrected[1]["annotations"][0]["result"][0]["value"]["choices"].pop()
    corrected[1]["annotations"][0]["result"][1]["value"]["choices"] = ["Good practice"]
    read = labels_read(json.dumps(corrected), tmp_path / "corrected.json")
    assert read[1][2:4] == (("inter-agency-communication",), "good-practice")
    assert [one for place, one in enumerate(read) if place != 1] == [
        one for place, one in enumerate(expected()) if place != 1
    ]


def test_back_from_doccano(tmp_path: Path) -> None:
    """What doccano exports is what it was given with an identifier; labels were corrected."""
    lines = [{"id": n, **json.loads(line)} for n, line in enumerate(written("doccano").splitlines())]
    assert labels_read("\n".join(map(json.dumps, lines)), tmp_path / "all.jsonl") == expected()
    lines[2]["label"] = ["Neglect", "Concern"]
    read = labels_read("\n".join(map(json.dumps, lines)), tmp_path / "corrected.jsonl")
    assert read[2][2:4] == (("neglect",), "concern")


def test_back_from_prodigy(tmp_path: Path) -> None:
    """What Prodigy exports has an answer."""
    lines = [{**json.loads(line), "answer": "accept"} for line in written("prodigy").splitlines()]
    assert labels_read("\n".join(map(json.dumps, lines)), tmp_path / "all.jsonl") == expected()
    lines[0]["accept"] = ["neglect", "Recommendation"]
    read = labels_read("\n".join(map(json.dumps, lines)), tmp_path / "corrected.jsonl")
    assert read[0][2:4] == (("neglect",), "recommendation")


@pytest.mark.parametrize("tool", TOOLS)
def test_any_text_survives(tool: str, tmp_path: Path) -> None:
    """Quotation marks, line separators and markup; a sentence without any guess."""
    task = AnnotationTask(text=HOSTILE, document=HOSTILE, previous=HOSTILE)
    content = written(tool, iter([task]))
    if tool == "prodigy":
        content = json.dumps({**json.loads(content), "answer": "accept"})
    ((document, text, themes, stance, previous),) = labels_read(content, tmp_path / "tasks")
    assert (document, themes, stance) == (HOSTILE, (), "")
    assert text == previous == " ".join(HOSTILE.split())


@pytest.mark.parametrize("tool", TOOLS)
def test_codebooks_whose_names_clash(tool: str, tmp_path: Path) -> None:
    """A theme named as another, and a stance named as a theme, are told apart in every tool."""
    codebook = Codebook(
        name='"quoted" & <odd>',
        version="1",
        themes=(
            Theme(id="risk", name="Risk"),
            Theme(id="risk-2", name="risk"),
            Theme(id="x", name="n" * 101),
        ),
        stances=(Stance(id="other", name="Risk"), Stance(id="x", name="X")),
    )
    task = AnnotationTask(text="a", document="d", themes={"risk": 0.9, "risk-2": 0.8, "x": 0.7}, stance="x")
    content = written(tool, iter([task]), codebook)
    record = json.loads(content)
    if tool == "labelstudio":
        (task_read,) = record
        assert [r["value"]["choices"] for r in task_read["predictions"][0]["result"]] == [
            ["Risk", "risk-2", "x"],
            ["x (stance)"],
        ]
        etree.fromstring(TOOLS[tool].configuration(codebook).encode())
    else:
        chosen = record["label" if tool == "doccano" else "accept"]
        assert len(set(chosen)) == 4
        assert chosen[-1] == "x (stance)"
    (tmp_path / "tasks").write_text(
        content.replace('"accept"', '"answer": "accept", "accept"'), encoding="utf-8"
    )
    (read,) = read_labelled(tmp_path / "tasks", codebook).sentences
    assert (read.themes, read.stance) == (("risk", "risk-2", "x"), "x")


@pytest.mark.parametrize("tool", TOOLS)
def test_back_without_a_codebook(tool: str, tmp_path: Path) -> None:
    """Of themes of one's own, where nothing but its name tells a stance from them."""
    codebook = Codebook(name="own", version="1", themes=(Theme(id="a", name="A"),), stances=CODEBOOK.stances)
    task = AnnotationTask(text="One.", document="d", themes={"a": 0.9}, stance="good-practice")
    content = written(tool, iter([task]), codebook).replace('"accept"', '"answer": "accept", "accept"')
    (tmp_path / "tasks").write_text(content, encoding="utf-8")
    data = read_labelled(tmp_path / "tasks")
    assert data.codebook.theme_ids == ("a",)
    assert data.codebook.stances == CODEBOOK.stances
    assert [(s.themes, s.stance) for s in data.sentences] == [(("a",), "good-practice")]
