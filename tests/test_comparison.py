"""Two runs held against each other: what is found is what was changed, from whatever kind of file."""

import csv
import io
import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from coded_reviews import CHILD_HOLLY, Marked, coded_review
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from sklearn.metrics import cohen_kappa_score

import reviewtheme as rt
from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import save_model
from reviewtheme.cli import main
from reviewtheme.codebook import default_codebook
from reviewtheme.comparison.compare import compare
from reviewtheme.comparison.comparison_result import Comparison
from reviewtheme.corpus import CorpusResult, DuplicateReview, FailedReview
from reviewtheme.errors import CorpusError, LabelledDataError, UsageError
from reviewtheme.output.comparison_table import comparison_csv
from reviewtheme.output.comparison_terminal import print_comparison
from reviewtheme.output.json_record import to_json, to_json_line

GOLDEN = Path(__file__).parent / "golden" / "comparison.txt"
THEMES = default_codebook().theme_ids


def review(
    marked: tuple[Marked, ...] = CHILD_HOLLY,
    path: str = "holly.pdf",
    sha256: str = "",
    model: str = "default",
) -> CodedReview:
    """Build a coded review; its digest is that of its name unless another is given."""
    coded = coded_review(marked, path=path, model_name=model)
    source = replace(coded.review.source, sha256=sha256 or path.encode().hex().ljust(64, "0"))
    return replace(coded, review=replace(coded.review, source=source))


SECOND_READING = (
    CHILD_HOLLY[0],
    replace(CHILD_HOLLY[1], themes=("inter-agency-communication", "information-sharing")),
    replace(CHILD_HOLLY[2], stance="context"),
    *CHILD_HOLLY[3:],
)


def written(results: list[CorpusResult], path: Path) -> Path:
    """Write results as JSON lines."""
    path.write_text("".join(map(to_json_line, results)), encoding="utf-8")
    return path


def figures(comparison: Comparison) -> dict[str, tuple[int, int, int, int, int]]:
    """Return the counts of each theme."""
    return {t.id: (t.first, t.second, t.kept, t.added, t.removed) for t in comparison.themes}


def test_what_changed_is_found() -> None:
    """Theme by theme, stance by stance, sentence by sentence, with both readings."""
    comparison = compare(review(), review(SECOND_READING, model="other"))
    assert comparison.first.models == ("default 7",)
    assert comparison.second.models == ("other 7",)
    assert (comparison.documents, comparison.sentences) == (1, len(CHILD_HOLLY))
    assert figures(comparison) == {
        "inter-agency-communication": (2, 2, 2, 0, 0),
        "information-sharing": (0, 1, 0, 1, 0),
        "handover-and-transfer": (1, 0, 0, 0, 1),
        "supervision": (2, 2, 2, 0, 0),
        "training": (1, 1, 1, 0, 0),
        "record-keeping": (1, 1, 1, 0, 0),
    }
    themed, moved = comparison.changed
    assert themed.text == CHILD_HOLLY[1].text
    assert (themed.kept, themed.added, themed.removed) == (
        ("inter-agency-communication",),
        ("information-sharing",),
        ("handover-and-transfer",),
    )
    assert themed.first is not None
    assert themed.first.themes["handover-and-transfer"] == 0.81234567
    assert not themed.stance_changed
    assert moved.stance_changed
    assert (moved.page, moved.section) == (2, ("Findings",))
    assert [(m.first, m.second, m.sentences) for m in comparison.stance.moves] == [
        ("good-practice", "context", 1)
    ]
    assert comparison.unmatched == ()
    assert comparison.notes == ()


MARKS = st.lists(
    st.tuples(
        st.sets(st.sampled_from(THEMES[:3])),
        st.sampled_from(["concern", "context"]),
        st.sets(st.sampled_from(THEMES[:3])),
        st.sampled_from(["concern", "context"]),
    ),
    min_size=1,
    max_size=12,
)


@given(MARKS)
def test_figures_add_up_and_kappa_is_that_of_scikit_learn(
    marks: list[tuple[set[str], str, set[str], str]],
) -> None:
    """Of any two readings; and from the other side, added is removed."""
    one, other = (
        review(
            tuple(
                Marked(text=f"Sentence {n}.", themes=tuple(mark[side]), stance=mark[side + 1])
                for n, mark in enumerate(marks)
            )
        )
        for side in (0, 2)
    )
    forth, back = compare(one, other), compare(other, one)
    for theme in forth.themes:
        had = [theme.id in mark[0] for mark in marks]
        has = [theme.id in mark[2] for mark in marks]
        assert (theme.first, theme.second) == (sum(had), sum(has))
        assert theme.first == theme.kept + theme.removed
        assert theme.second == theme.kept + theme.added
        if theme.kappa is None:
            assert len({*had, *has}) == 1
        else:
            assert theme.kappa == pytest.approx(cohen_kappa_score(had, has, labels=[False, True]))
    assert figures(back) == {t: (b, a, k, r, d) for t, (a, b, k, d, r) in figures(forth).items()}
    changed = [n for n, mark in enumerate(marks) if mark[0] != mark[2] or mark[1] != mark[3]]
    assert [change.text for change in forth.changed] == [f"Sentence {n}." for n in changed]
    assert compare(one, one).changed == ()


def test_documents_are_matched_by_content_then_path_then_name() -> None:
    """Renamed files are found; changed ones are told of; what is left is named with its reason."""
    first = [
        review(path="a/renamed.pdf", sha256="1" * 64),
        review(path="b/changed.pdf", sha256="2" * 64),
        review(path="c/moved-and-changed.pdf", sha256="3" * 64),
        review(path="d/failed.pdf", sha256="4" * 64),
        review(path="e/only.pdf", sha256="5" * 64),
        review(path="f/twin.pdf", sha256="6" * 64),
        review(path="g/twin.pdf", sha256="7" * 64),
    ]
    second: list[CorpusResult] = [
        review(path="z/other-name.pdf", sha256="1" * 64),
        review(path="b/changed.pdf", sha256="8" * 64),
        review(path="x/moved-and-changed.pdf", sha256="9" * 64),
        FailedReview(path="d/failed.pdf", kind="time-out", message="It took too long."),
        DuplicateReview(path="z/copy.pdf", sha256="1" * 64, original="z/other-name.pdf"),
        review(path="x/twin.pdf", sha256="a" * 64),
    ]
    comparison = compare(first, second)
    assert comparison.documents == 3
    assert {(one.path, one.reason) for one in comparison.only_in_first} == {
        ("d/failed.pdf", "time-out"),
        ("e/only.pdf", "absent"),
        ("f/twin.pdf", "absent"),
        ("g/twin.pdf", "absent"),
    }
    assert [one.path for one in comparison.only_in_second] == ["x/twin.pdf"]
    assert comparison.notes == (
        "Documents that have the same name in both runs, and not the same content: 2. "
        "Their sentences were matched by text.",
    )


def test_sentences_are_matched_by_place_then_text() -> None:
    """Equal sentences keep their order; one that only one run has is left aside, not counted as changed."""
    yes = Marked(text="Yes.")
    first = (
        yes,
        Marked(text="Supervision lapsed.", themes=("supervision",)),
        replace(yes, themes=("training",)),
    )
    second = (Marked(text="A new\u00a0start.", themes=("training",)), *first)
    comparison = compare(review(first), review(second))
    assert comparison.sentences == 3
    assert comparison.changed == ()
    (new,) = comparison.unmatched
    assert new.first is None
    assert new.second is not None
    assert tuple(new.second.themes) == ("training",)
    assert (new.added, new.removed) == ((), ())
    assert (comparison.first.sentences, comparison.second.sentences) == (3, 4)


def test_every_kind_of_file_says_the_same(small_model: Model, tmp_path: Path) -> None:
    """Memory, JSON lines, JSON, a corpus database: the same figures and the same changes."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text(f"Nobody told midwife {name}. Supervision lapsed for a year.\n")
    (folder / "empty.txt").touch()
    model = tmp_path / "model"
    save_model(small_model, model)
    results = list(rt.classify_corpus([folder], model=model, jobs=1))
    coded = [result for result in results if isinstance(result, CodedReview)]
    other = [
        replace(
            one, sentences=tuple(replace(s, themes=("training",), stance="context") for s in one.sentences)
        )
        for one in coded
    ]
    with pytest.raises(SystemExit) as done:
        run_cli("classify", str(folder), "-m", str(model), "-j", "1", "-o", str(tmp_path / "first.sqlite"))
    assert done.value.code == 1
    (tmp_path / "first.json").write_text(to_json(results), encoding="utf-8")
    sources = [results, written(results, tmp_path / "first.jsonl"), tmp_path / "first.json"]
    expected = compare(results, other)
    assert expected.changed
    for source in [*sources, tmp_path / "first.sqlite"]:
        found = compare(source, written(list(other), tmp_path / "second.jsonl"))
        assert figures(found) == figures(expected)
        assert found.stance == expected.stance
        assert [(c.text, c.added, c.removed) for c in found.changed] == [
            (c.text, c.added, c.removed) for c in expected.changed
        ]
        same = compare(source, tmp_path / "first.sqlite")
        assert same.changed == ()
        assert same.sentences == expected.sentences
    (tmp_path / "one.json").write_text(to_json([coded[0]]), encoding="utf-8")
    assert compare(tmp_path / "one.json", results).documents == 1


def test_labels_of_people_are_compared_with_a_run(tmp_path: Path) -> None:
    """By name of document and by text; what they did not label is left aside."""
    rows = [
        {
            "document": "holly",
            "text": CHILD_HOLLY[1].text,
            "themes": ["information-sharing"],
            "stance": "concern",
        },
        {"document": "holly", "text": CHILD_HOLLY[4].text, "themes": [], "stance": "context"},
    ]
    labels = tmp_path / "labels.jsonl"
    labels.write_text("".join(json.dumps(row) + "\n" for row in rows))
    comparison = compare(written([review()], tmp_path / "run.jsonl"), labels)
    assert comparison.sentences == 2
    assert comparison.second.models == ()
    assert len(comparison.unmatched) == len(CHILD_HOLLY) - 2
    (change,) = comparison.changed
    assert change.added == ("information-sharing",)
    assert change.second is not None
    assert change.second.themes == {"information-sharing": None}
    assert "added,information-sharing,Information sharing,,marked" in comparison_csv(comparison)


def test_codebooks_and_models_that_differ_are_told() -> None:
    """Before anybody reads the figures."""
    other = review()
    other = replace(other, model=replace(other.model, codebook="mine 2"))
    assert "mine 2" in compare(review(), other).notes[0]
    two = [review(path="a.pdf"), review(path="b.pdf", model="other")]
    assert "more than one model: default 7, other 7" in compare(two, two).notes[0]


def test_golden_terminal_output() -> None:
    """As it is shown where output is no terminal."""
    first = [review(), review(path="gone.pdf")]
    second: list[CorpusResult] = [
        review((*SECOND_READING, Marked(text="New here.")), model="other"),
        FailedReview(path="gone.pdf", kind="crash", message="It crashed."),
    ]
    console = Console(width=100, color_system=None)
    with console.capture() as capture:
        print_comparison(compare(first, second), console)
    shown = "".join(line.rstrip() + "\n" for line in capture.get().splitlines())
    assert shown == GOLDEN.read_text(encoding="utf-8")
    with console.capture() as capture:
        print_comparison(compare(first, second), console, limit=1)
    assert "1 more sentences: --limit" in capture.get()


def test_changes_as_a_table() -> None:
    """A row for each change; nothing in it is a formula."""
    evil = Marked(text="=HYPERLINK(1) was said.", themes=("training",))
    comparison = compare(review((*CHILD_HOLLY, evil)), review(SECOND_READING))
    rows = list(csv.DictReader(io.StringIO(comparison_csv(comparison))))
    assert [(row["change"], row["theme"], row["first"], row["second"]) for row in rows] == [
        ("removed", "handover-and-transfer", "0.8123", ""),
        ("added", "information-sharing", "", "0.8123"),
        ("stance", "", "good-practice", "context"),
        ("only-in-first", "", "training", ""),
    ]
    assert rows[-1]["text"] == "'=HYPERLINK(1) was said."
    assert rows[0]["section"] == "Findings"


def run_cli(*arguments: str) -> None:
    """Run a command in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["reviewtheme", *arguments])
        main()


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Shows, writes JSON and a table; and never over one of the runs."""
    first = written([review()], tmp_path / "a.jsonl")
    second = written([review(SECOND_READING)], tmp_path / "b.jsonl")
    for options in ((), ("--json", "--csv", str(tmp_path / "c.csv"))):
        with pytest.raises(SystemExit) as done:
            run_cli("compare", str(first), str(second), *options)
        assert done.value.code in (0, None)
    shown = capsys.readouterr().out
    assert "First: a.jsonl (model default 7)" in shown
    as_json = json.loads(shown[shown.index("{\n") :])
    assert as_json["schema"] == "reviewtheme-comparison/1"
    assert as_json["changed"][0]["added"] == ["information-sharing"]
    assert (tmp_path / "c.csv").read_text(encoding="utf-8").startswith("document,page,")
    before = second.read_bytes()
    with pytest.raises(SystemExit) as refused:
        run_cli("compare", str(first), str(second), "--csv", str(second))
    assert refused.value.code == 2
    assert "is one of the two runs" in capsys.readouterr().err
    assert second.read_bytes() == before


def test_files_that_cannot_be_compared(tmp_path: Path) -> None:
    """Each is told of in a sentence with what to do."""
    good = written([review()], tmp_path / "good.jsonl")
    with pytest.raises(UsageError, match=r"none\.jsonl' cannot be opened"):
        compare(good, tmp_path / "none.jsonl")
    with pytest.raises(UsageError, match=r"No document is in both.*elsewhere\.pdf"):
        compare(good, [review(path="elsewhere.pdf")])
    line = good.read_text()
    for content, place in (
        (line + line[:200] + "\n", "line 2"),
        (line + '{"schema": "reviewtheme/1"}\n', "line 2"),
        (line.replace('"sentences": [{', '"sentences": [3, {', 1), "line 1"),
        ("[" + line, "it"),
    ):
        (tmp_path / "bad.jsonl").write_text(content)
        with pytest.raises(CorpusError, match=f"bad.jsonl' is damaged at {place}"):
            compare(good, tmp_path / "bad.jsonl")
    (tmp_path / "text.txt").write_text("Nothing coded here.")
    with pytest.raises(LabelledDataError, match="no labelled data"):
        compare(good, tmp_path / "text.txt")
    sqlite3.connect(tmp_path / "other.sqlite").execute("CREATE TABLE t (a)").connection.close()
    with pytest.raises(CorpusError, match="is no corpus"):
        compare(good, tmp_path / "other.sqlite")
