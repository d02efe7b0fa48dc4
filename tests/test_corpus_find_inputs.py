"""Which files a run reads, and what is refused before it is read."""

import hashlib
import io
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from reviewtheme.corpus.find_inputs import Content, Input, find_inputs, look_at, readable_name
from reviewtheme.corpus.outcome import FailedReview
from reviewtheme.errors import UsageError

MOST = 1 << 20


def names(*paths: Path, leave_out: tuple[Path, ...] = ()) -> list[str]:
    """Names."""
    return [file.name for file in find_inputs(paths, leave_out=leave_out)]


def failure(path: Path, most_bytes: int = MOST) -> FailedReview:
    """Failure."""
    found = look_at(Input(path=str(path), name=str(path)), most_bytes=most_bytes)
    assert isinstance(found, FailedReview)
    return found


def test_folder_gives_its_files_by_name_then_its_folders(tmp_path: Path) -> None:
    """Folder gives its files by name then its folders."""
    for name in ("b.pdf", "a.txt", "z/deep/er/c", "m/b", ".hidden", ".git/config", "~$lock.docx"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    expected = [str(tmp_path / name) for name in ("a.txt", "b.pdf", "m/b", "z/deep/er/c")]
    assert names(tmp_path) == expected


def test_arguments_keep_their_order_and_each_path_comes_once(tmp_path: Path) -> None:
    """Arguments keep their order and each path comes once."""
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    expected = [str(tmp_path / "b"), str(tmp_path / "a")]
    assert names(tmp_path / "b", tmp_path) == expected
    assert names(tmp_path / ".missing") == [str(tmp_path / ".missing")]


def test_output_in_the_folder_is_no_input(tmp_path: Path) -> None:
    """Output in the folder is no input."""
    (tmp_path / "a").write_text("a")
    (tmp_path / "corpus.sqlite").write_text("x")
    assert names(tmp_path, leave_out=(tmp_path / "corpus.sqlite",)) == [str(tmp_path / "a")]


def test_folder_without_files_is_a_wrong_request(tmp_path: Path) -> None:
    """Folder without files is a wrong request."""
    with pytest.raises(UsageError, match="There is no file in"):
        find_inputs([tmp_path])
    assert find_inputs([]) == ()


def test_links_to_files_are_followed_and_links_to_folders_named(tmp_path: Path) -> None:
    """Links to files are followed and links to folders named."""
    (tmp_path / "in").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a").write_text("text")
    (tmp_path / "in" / "file").symlink_to(tmp_path / "elsewhere" / "a")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "in" / "circle").symlink_to(tmp_path / "in")
    assert [Path(name).name for name in names(tmp_path / "in")] == ["file", "circle", "folder"]
    digest = hashlib.sha256(b"text").hexdigest()
    file = tmp_path / "in" / "file"
    assert look_at(Input(path=str(file), name="file"), most_bytes=MOST) == Content(sha256=digest)
    assert failure(tmp_path / "in" / "folder").kind == "special-file"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_special_files_are_refused_at_once(tmp_path: Path) -> None:
    """Special files are refused at once."""
    os.mkfifo(tmp_path / "pipe")
    assert failure(tmp_path / "pipe").kind == "special-file"
    assert failure(Path("/dev/zero")).kind == "special-file"


def test_paths_that_cannot_be_opened_say_why(tmp_path: Path) -> None:
    """Paths that cannot be opened say why."""
    (tmp_path / "link").symlink_to("nowhere")
    assert failure(tmp_path / "missing").kind == "unreadable-path"
    assert "does not exist" in failure(tmp_path / "missing").message
    assert "link to a file that does not exist" in failure(tmp_path / "link").message
    assert failure(tmp_path / ("x" * 300)).kind == "unreadable-path"
    assert failure(Path("nul\0byte")).kind == "unreadable-path"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_file_and_folder_without_permission_are_named(tmp_path: Path) -> None:
    """File and folder without permission are named."""
    (tmp_path / "closed").mkdir(mode=0)
    (tmp_path / "file").touch(mode=0)
    assert [Path(name).name for name in names(tmp_path)] == ["file", "closed"]
    assert failure(tmp_path / "file").kind == failure(tmp_path / "closed").kind == "unreadable-path"


def test_file_larger_than_the_memory_is_not_read(tmp_path: Path) -> None:
    """File larger than the memory is not read."""
    (tmp_path / "text").write_bytes(b"word " * 100)
    (tmp_path / "picture").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    assert failure(tmp_path / "text", most_bytes=100).kind == "out-of-memory"
    assert failure(tmp_path / "picture", most_bytes=100).kind == "not-a-document"


def test_name_that_is_no_utf8_can_be_written_down(tmp_path: Path) -> None:
    """Name that is no utf8 can be written down."""
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    try:
        Path(os.fsdecode(path)).write_text("text")
    except OSError:
        pytest.skip("this file system takes no such name")
    (file,) = find_inputs([tmp_path])
    assert file.name.endswith("caf\\xe9.txt")
    assert file.name.encode("utf-8")
    assert isinstance(look_at(file, most_bytes=MOST), Content)
    assert readable_name("déjà.pdf") == "déjà.pdf"


def test_standard_input_is_read_once_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input is read once and kept."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"words")))
    (file,) = find_inputs(["-"])
    content = look_at(file, most_bytes=MOST)
    assert content == Content(sha256=hashlib.sha256(b"words").hexdigest(), data=b"words")
