"""The codebook: the default one, others from TOML, and what is refused."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewtheme.codebook import (
    Codebook,
    Stance,
    Theme,
    codebook_from_dict,
    default_codebook,
    load_codebook,
)
from reviewtheme.errors import CodebookError

SMALL = 'name = "small"\nversion = "1"\n[[theme]]\nid = "a"\n'


def test_default_codebook_is_whole() -> None:
    """30 themes in groups, 4 stances, each with its wording; the last stance is for everything else."""
    codebook = default_codebook()
    assert (len(codebook.themes), len(codebook.stances)) == (30, 4)
    assert codebook.stance_ids == ("concern", "good-practice", "recommendation", "context")
    assert all(t.name and t.group and t.mark_when for t in codebook.themes)
    assert all(s.name and s.mark_when for s in codebook.stances)
    assert len({t.group for t in codebook.themes}) == 4
    assert codebook.rules


def test_ids_are_stable() -> None:
    """Ids are lower-case words joined by hyphens, and those that others rely on are there."""
    ids = default_codebook().theme_ids
    assert all(part.isalpha() and part.islower() for theme_id in ids for part in theme_id.split("-"))
    assert {"inter-agency-communication", "supervision", "co-sleeping-risk", "neglect"} <= set(ids)


def test_plain_values_make_an_equal_codebook() -> None:
    """What is written into a manifest is read back whole."""
    codebook = default_codebook()
    assert codebook_from_dict(json.loads(json.dumps(codebook.to_dict()))) == codebook


@given(st.lists(st.sampled_from(default_codebook().theme_ids)))
def test_in_order(chosen: list[str]) -> None:
    """Ids come out once each, in the order of the label space."""
    ordered = default_codebook().in_order(chosen)
    assert set(ordered) == set(chosen)
    assert [i for i in default_codebook().theme_ids if i in ordered] == list(ordered)


def test_unknown_theme_is_named_with_those_known() -> None:
    """The message tells what can be chosen."""
    codebook = codebook_from_dict({"name": "n", "version": "1", "theme": [{"id": "a"}, {"id": "b"}]})
    for attempt in (codebook.theme, lambda wrong: codebook.in_order(["a", wrong])):
        with pytest.raises(CodebookError, match=r"'c' is no theme of codebook 'n', .*: a, b\."):
            attempt("c")


def test_empty_codebooks_and_double_ids_are_refused() -> None:
    """A label space has labels, each once."""
    with pytest.raises(CodebookError, match="has no themes"):
        Codebook(name="n", version="1", themes=(), stances=())
    twice = (Theme(id="a", name="A"), Theme(id="a", name="B"))
    with pytest.raises(CodebookError, match="theme id 'a' more than once"):
        Codebook(name="n", version="1", themes=twice, stances=())
    stances = (Stance(id="s", name="S"), Stance(id="s", name="T"))
    with pytest.raises(CodebookError, match="stance id 's' more than once"):
        Codebook(name="n", version="1", themes=twice[:1], stances=stances)


def test_codebook_from_a_file(tmp_path: Path) -> None:
    """A theme without a name is called by its id; a byte order mark does no harm."""
    path = tmp_path / "own.toml"
    path.write_text(SMALL, encoding="utf-8-sig")
    assert load_codebook(path) == load_codebook(str(path))
    assert load_codebook(path).themes == (Theme(id="a", name="a"),)
    assert load_codebook(path).stances == ()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"name = ", "no TOML"),
        (b"name = '\xff'", "no TOML"),
        (b"name = 'n'\nversion = '1'", "no codebook"),
        (b"version = '1'\n[[theme]]\nid = 'a'", "needs 'name'"),
        (b"name = 'n'\nversion = 1\n[[theme]]\nid = 'a'", "needs 'version' as text"),
        (b"name = 'n'\nversion = '1'\n[[theme]]\nname = 'A'", r"theme\[0\] needs 'id'"),
        (b"name = 'n'\nversion = '1'\ntheme = ['a']", "no codebook"),
        (b"name = 'n'\nversion = '1'\ntheme = 3", "no codebook"),
        (b"name = 'n'\nversion = '1'\nrules = 'one'\n[[theme]]\nid = 'a'", "needs 'rules' as a list"),
    ],
)
def test_what_is_no_codebook_is_refused(content: bytes, reason: str, tmp_path: Path) -> None:
    """The message names the file and what it lacks."""
    path = tmp_path / "own.toml"
    path.write_bytes(content)
    with pytest.raises(CodebookError, match=reason) as caught:
        load_codebook(path)
    assert "own.toml" in str(caught.value)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    """A path that is no file is said to be none."""
    with pytest.raises(CodebookError, match="There is no codebook file"):
        load_codebook(tmp_path / "none.toml")
    with pytest.raises(CodebookError, match="cannot be read"):
        load_codebook(tmp_path)
