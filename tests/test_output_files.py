"""Results as files: whole or not at all, each with a name of its own."""

import os
from pathlib import Path

import pytest

from reviewtheme.errors import UsageError
from reviewtheme.output.files import (
    OutputFolder,
    is_device,
    make_folder,
    name_in_folder,
    refuse_inputs,
    whole_file,
    write_whole,
)


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    """It replaces what was there, as UTF-8 with the line ends as given, and leaves nothing beside it."""
    path = tmp_path / "result.csv"
    path.write_text("old")
    write_whole(path, "ü\r\n")
    assert path.read_bytes() == "ü\r\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a result is worse than none."""
    path = tmp_path / "result.csv"
    path.write_text("old")

    def interrupted(*_: object, **__: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr("reviewtheme.output.files.os.fdopen", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_file_names_that_are_no_text(tmp_path: Path) -> None:
    """Are written as an escape that JSON reads back."""
    write_whole(tmp_path / "a", '"caf\udce9"')
    assert (tmp_path / "a").read_bytes() == b'"caf\\udce9"'


def test_folders_that_cannot_be(tmp_path: Path) -> None:
    """A missing folder, and one where a file is."""
    with pytest.raises(UsageError, match="cannot be written"):
        write_whole(tmp_path / "none" / "a", "")
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be made"):
        make_folder(tmp_path / "file" / "folder")


def test_no_document_is_overwritten(tmp_path: Path) -> None:
    """However it is named; other names are free."""
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    for name in ("a.txt", "link.txt", "../" + tmp_path.name + "/a.txt"):
        with pytest.raises(UsageError, match="is one of the documents"):
            refuse_inputs(tmp_path / name, [str(tmp_path / "a.txt")])
    refuse_inputs(tmp_path / "b.txt", [str(tmp_path / "a.txt"), "-", "none", "x" * 5000, "a\0b"])


def test_no_result_among_the_documents(tmp_path: Path) -> None:
    """Where the next run would take it for one."""
    with pytest.raises(UsageError, match="is the folder of the documents"):
        refuse_inputs(tmp_path, [f"{tmp_path}/."])
    refuse_inputs(tmp_path / "results", [str(tmp_path)])


def test_devices_and_links_stay(tmp_path: Path) -> None:
    """A pipe is written to, not replaced, and so is what a link leads to."""
    pipe, link = tmp_path / "pipe", tmp_path / "link.txt"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with whole_file(pipe) as file:
        file.write("results")
    assert os.read(reading, 100) == b"results"
    os.close(reading)
    assert is_device(pipe)
    (tmp_path / "target.txt").write_text("old")
    link.symlink_to("target.txt")
    with whole_file(link) as file:
        file.write("results")
    assert link.is_symlink()
    assert (tmp_path / "target.txt").read_text() == "results"
    assert not any(map(is_device, (link, tmp_path, tmp_path / "none")))


@pytest.mark.parametrize("letter", ["a", "\u00e9", "\U0001f476"])
def test_names_that_become_too_long(letter: str, tmp_path: Path) -> None:
    """Lose letters before the ending, and are told apart all the same."""
    folder = OutputFolder(tmp_path)
    longest = letter * (251 // len(letter.encode())) + ".pdf"
    names = [folder.name_for(f"{place}/{longest}", ".marked.pdf") for place in "ab"]
    for name in names:
        with folder.file(name) as file:
            file.write("results")
    assert names[0].endswith(f"{letter}.marked.pdf")
    assert names[1].endswith(f"{letter}-2.marked.pdf")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


def test_names_in_a_folder() -> None:
    """Two documents of one name, in capitals or not, get two files."""
    taken: set[str] = set()
    names = [name_in_folder(Path("out"), s, ".csv", taken).name for s in ("a/r.pdf", "b/R.pdf", "-", "r.pdf")]
    assert names == ["r.pdf.csv", "R.pdf-2.csv", "standard-input.csv", "r.pdf-3.csv"]


def half_written(path: Path) -> None:
    """Stop in the middle of writing."""
    with whole_file(path, is_binary=True) as file:
        file.write(b"half")
        raise KeyboardInterrupt


def test_bytes_are_written_whole(tmp_path: Path) -> None:
    """Or not at all; an empty result is no file, and leaves what was there."""
    path = tmp_path / "result.qdpx"
    with whole_file(path, is_binary=True) as file:
        file.write(b"\x00\r\n")
        assert not path.exists()
    assert path.read_bytes() == b"\x00\r\n"
    with pytest.raises(KeyboardInterrupt):
        half_written(path)
    with whole_file(path, is_binary=True):
        pass
    assert path.read_bytes() == b"\x00\r\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_gives_each_file_a_name_of_its_own(tmp_path: Path) -> None:
    """Also beside files with fixed names; and none in the place of a document."""
    (tmp_path / "tasks.json").write_text("a document")
    folder = OutputFolder(tmp_path, [str(tmp_path / "tasks.json")])
    with folder.file("Corpus.html") as file:
        file.write("all")
    assert folder.name_for("a/corpus", ".html") == "corpus-2.html"
    with pytest.raises(UsageError, match="is one of the documents"):
        folder.file("tasks.json")
    assert (tmp_path / "tasks.json").read_text() == "a document"
