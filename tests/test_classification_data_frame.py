"""Coded reviews as pandas sees them."""

import sys
from pathlib import Path

import pytest
from coded_reviews import CHILD_HOLLY, Marked, coded_review

import reviewtheme as rt
from reviewtheme.classification import data_frame as frames
from reviewtheme.classification.model import Model
from reviewtheme.codebook import Codebook, Theme, default_codebook
from reviewtheme.corpus import CorpusResults, FailedReview
from reviewtheme.document import SectionRole
from reviewtheme.errors import MissingExtraError, UsageError

pd = pytest.importorskip("pandas")


def test_a_row_for_each_sentence() -> None:
    """Every sentence with its place, its stance and all themes, in the types that pandas counts with."""
    coded = coded_review()
    frame = coded.to_dataframe()
    assert frame["text"].tolist() == [one.text for one in CHILD_HOLLY]
    assert frame["sentence"].tolist() == list(range(len(CHILD_HOLLY)))
    assert [coded.review.text[s:e] for s, e in zip(frame["start"], frame["end"], strict=True)] == frame[
        "text"
    ].tolist()
    assert frame["page"].tolist() == [1, 1, 2, 2, 3, 3]
    assert frame["section"].tolist()[:2] == ["", "Findings"]
    assert frame["part"].tolist()[-1] == "glossary"
    assert frame["themes"].tolist()[1] == ("inter-agency-communication", "handover-and-transfer")
    assert frame["supervision"].dtype == bool
    assert frame["supervision"].tolist() == [False, False, True, False, False, True]
    assert frame["handover-and-transfer_score"].dtype == "float32"
    assert frame["handover-and-transfer_score"][1] == pytest.approx(0.81234567)
    assert frame["stance"].dtype == pd.CategoricalDtype(default_codebook().stance_ids)
    assert not frame.isna().any().any()
    theme_ids = list(default_codebook().theme_ids)
    assert [tuple(row.index[row]) for _, row in frame[theme_ids].iterrows()] == frame["themes"].tolist()


def test_a_row_for_each_mark() -> None:
    """The tidy form counts by a plain group-by, also of themes that do not occur."""
    frame = coded_review().to_dataframe("marks")
    assert len(frame) == sum(len(one.themes) for one in CHILD_HOLLY)
    evidence = frame[frame["part"] == "body"]
    counts = evidence.groupby(["theme", "stance"], observed=False).size()
    assert counts["inter-agency-communication", "concern"] == 1
    assert counts["inter-agency-communication", "recommendation"] == 1
    assert counts["neglect"].sum() == 0
    assert frame["theme_name"].tolist()[0] == default_codebook().theme(CHILD_HOLLY[0].themes[0]).name
    assert frame["score"].between(0, 1).all()


@pytest.mark.parametrize("rows", ["sentences", "marks"])
def test_columns_do_not_depend_on_what_is_found(rows: frames.Rows) -> None:
    """Frames can be put together, whatever is in each, and keep their types."""
    one, other = (
        coded_review(marked, path=path).to_dataframe(rows)
        for marked, path in ((CHILD_HOLLY, "a.pdf"), ([Marked(text="Holly was four.")], "b.pdf"))
    )
    assert list(one) == list(other)
    assert one.dtypes.tolist() == other.dtypes.tolist()
    both = pd.concat([one, other], ignore_index=True)
    assert both.dtypes.tolist() == one.dtypes.tolist()
    assert len(both) == len(one) + len(other)


def test_chunks_are_one_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rows are packed at a time."""
    whole = coded_review().to_dataframe()
    monkeypatch.setattr(frames, "_CHUNK", 2)
    pd.testing.assert_frame_equal(coded_review().to_dataframe(), whole)


def test_parquet_keeps_it(tmp_path: Path) -> None:
    """What is saved for later is what was there; a tuple comes back as an array."""
    pytest.importorskip("pyarrow")
    frame = coded_review().to_dataframe()
    frame.to_parquet(tmp_path / "frame.parquet")
    back = pd.read_parquet(tmp_path / "frame.parquet")
    assert [tuple(themes) for themes in back["themes"]] == frame["themes"].tolist()
    pd.testing.assert_frame_equal(back.drop(columns="themes"), frame.drop(columns="themes"))


def test_a_codebook_without_stances_and_one_that_clashes() -> None:
    """Unknown stances are missing values; columns of one name are refused with the way out."""
    plain = Codebook(name="plain", version="1", themes=(Theme(id="page", name="Page"),), stances=())
    coded = coded_review([Marked(text="A page.", themes=("page",), stance="")], codebook=plain)
    with pytest.raises(UsageError, match=r"'plain'.*second 'page'.*rows=\"marks\""):
        coded.to_dataframe()
    frame = coded.to_dataframe("marks")
    assert frame["theme"].tolist() == ["page"]
    assert frame["stance"].isna().all()
    assert frame["stance_score"].isna().all()
    scored = Codebook(
        name="s", version="1", themes=(Theme(id="a", name="A"), Theme(id="a_score", name="B")), stances=()
    )
    with pytest.raises(UsageError, match="second 'a_score'"):
        coded_review([], codebook=scored).to_dataframe()


def test_requests_that_make_no_sense(monkeypatch: pytest.MonkeyPatch) -> None:
    """Are told what there is, and what to install."""
    with pytest.raises(UsageError, match="sentences, marks"):
        coded_review().to_dataframe("themes")  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtraError, match=r'pip install "reviewtheme\[pandas\]"'):
        coded_review().to_dataframe()


def test_a_corpus_is_one_frame(small_model: Model, tmp_path: Path) -> None:
    """All sentences of all files; failures are told, counted and kept with the frame."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(f"Nobody told midwife {name}. Supervision lapsed for a year.\n")
    (tmp_path / "copy.txt").write_bytes((tmp_path / "a.txt").read_bytes())
    (tmp_path / "empty.txt").touch()
    results = rt.classify_corpus([tmp_path], model=small_model, jobs=1)
    assert isinstance(results, CorpusResults)
    with pytest.warns(UserWarning, match=r"have no row: 1.*empty\.txt is empty"):
        frame = results.to_dataframe()
    alone = pd.concat(
        [rt.classify(tmp_path / f"{name}.txt", model=small_model).to_dataframe() for name in ("a", "b")],
        ignore_index=True,
    )
    pd.testing.assert_frame_equal(frame, alone)
    assert [failure["kind"] for failure in frame.attrs["failures"]] == ["empty"]
    assert [Path(copy["path"]).name for copy in frame.attrs["duplicates"]] == ["copy.txt"]


def test_a_frame_of_what_is_left(small_model: Model, tmp_path: Path) -> None:
    """Results that were taken before are not in it; a frame of nothing has its columns all the same."""
    (tmp_path / "a.txt").write_text("Supervision lapsed for a year.\n")
    results = rt.classify_corpus([tmp_path / "a.txt"], model=small_model)
    first = next(results)
    assert not isinstance(first, FailedReview)
    frame = results.to_dataframe()
    assert len(frame) == 0
    assert list(frame) == list(coded_review().to_dataframe())
    assert set(frame["part"].cat.categories) == {str(role) for role in SectionRole}
