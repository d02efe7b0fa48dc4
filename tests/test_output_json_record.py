"""The JSON record keeps the shape that other programs rely on."""

import json

from coded_reviews import CHILD_HOLLY, Marked, coded_review

from reviewtheme.corpus import FailedReview
from reviewtheme.output.json_record import to_json, to_json_line, to_record

FAILED = FailedReview(path="bad.pdf", kind="damaged", message="bad.pdf is damaged: get it anew.")


def test_shape() -> None:
    """Every key of the schema, in order."""
    record = to_record(coded_review())
    assert list(record) == [
        "schema",
        "source",
        "model",
        "facts",
        "summary",
        "themes",
        "sentences",
        "pages",
        "removed",
        "warnings",
    ]
    assert record["schema"] == "reviewtheme/1"
    assert list(record["source"]) == ["path", "sha256", "media_type", "pages"]
    assert list(record["model"]) == ["name", "version", "sha256", "codebook"]
    for theme in record["themes"]:
        assert list(theme) == [
            *("id", "name", "sentences"),
            *("concern", "good-practice", "recommendation", "context"),
            "evidence",
        ]
    for sentence in record["sentences"]:
        assert {"index", "text", "start", "end", "page", "section", "themes", "stance"} <= set(sentence)
        assert all(list(theme) == ["id", "score"] for theme in sentence["themes"])
        assert list(sentence["stance"]) == ["id", "score"]
    assert all(list(page) == ["number", "engine", "characters"] for page in record["pages"])
    assert record["warnings"] == [{"kind": "page-without-text", "message": "Page 4 has no text.", "page": 4}]


def test_values() -> None:
    """What is written is what was coded; scores have 4 decimal places."""
    coded = coded_review()
    record = json.loads(to_json([coded]))
    assert [s["text"] for s in record["sentences"]] == [one.text for one in CHILD_HOLLY]
    assert record["sentences"][1]["themes"] == [
        {"id": "inter-agency-communication", "score": 0.8123},
        {"id": "handover-and-transfer", "score": 0.8123},
    ]
    assert record["sentences"][1]["stance"] == {"id": "concern", "score": 0.75}
    assert record["sentences"][5]["role"] == "glossary"
    assert record["themes"][0]["evidence"] == list(coded.themes[0].evidence)
    for sentence in record["sentences"]:
        assert coded.review.text[sentence["start"] : sentence["end"]] == sentence["text"]


def test_one_object_or_a_list() -> None:
    """One document is one object, several are a list, and JSONL is one line each."""
    coded = coded_review()
    assert isinstance(json.loads(to_json([coded])), dict)
    assert [r["source"]["path"] for r in json.loads(to_json([coded, FAILED]))] == ["holly.pdf", "bad.pdf"]
    assert json.loads(to_json([])) == []
    line = to_json_line(coded_review([Marked(text="Two\nlines \u2028 and \x85 more.")]))
    assert line.count("\n") == 1
    assert json.loads(line)["sentences"][0]["text"] == "Two\nlines \u2028 and \x85 more."


def test_a_failure_says_why() -> None:
    """A document that could not be coded has a record without sentences."""
    assert to_record(FAILED) == {
        "schema": "reviewtheme/1",
        "source": {"path": "bad.pdf"},
        "failure": {"kind": "damaged", "message": "bad.pdf is damaged: get it anew."},
    }
