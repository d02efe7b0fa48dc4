"""Archives of the same content are the same bytes."""

import io
import zipfile
from pathlib import Path

import pytest

from reviewtheme.output.undated_zip import UndatedZip


def archive(folder: Path) -> bytes:
    """Make an archive in every way that there is."""
    file = io.BytesIO()
    with UndatedZip(file) as parts:
        parts.writestr("a/text.txt", "ü\n")
        parts.writestr("bytes", bytes(1000), compresslevel=1)
        parts.write(folder / "given", "b/given")
    return file.getvalue()


def test_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the clock says, and whenever and with what rights a file was made."""
    (tmp_path / "given").write_bytes(b"given")
    first = archive(tmp_path)
    (tmp_path / "given").chmod(0o600)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert archive(tmp_path) == first
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert parts.testzip() is None
        assert {name: len(parts.read(name)) for name in parts.namelist()} == {
            "a/text.txt": 3,
            "bytes": 1000,
            "b/given": 5,
        }
        assert {part.compress_type for part in parts.infolist()} == {zipfile.ZIP_DEFLATED}
