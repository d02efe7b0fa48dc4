"""Models that somebody made to do harm: each is written to a place, and must be refused there.

What runs code when it is unpickled makes a file called "sprung" beside the model.
"""

import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import pickle
import stat
import struct
import sys
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import numpy.typing as npt

MANIFEST, VOCABULARY, WEIGHTS = "manifest.json", "vocabulary.json", "weights.npz"
Files = dict[str, bytes]
Evil = Callable[[Files, Path], Path]
"""From the files of a good model, and the place of what must not be made, to the evil model's path."""


class Payload:
    """Makes a folder when it is unpickled."""

    def __init__(self, sprung: Path) -> None:
        self.sprung = sprung

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        """Say what pickle is to call."""
        return os.mkdir, (str(self.sprung),)


def payload(sprung: Path) -> bytes:
    """Give the pickle that does harm."""
    return pickle.dumps(Payload(sprung))


# --- writing -----------------------------------------------------------------------------------------------


def as_folder(files: Mapping[str, bytes], sprung: Path) -> Path:
    """Write files as a model folder."""
    folder = sprung.parent / "evil"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def as_zip(members: list[tuple[str | zipfile.ZipInfo, bytes]], sprung: Path) -> Path:
    """Write members as a zip, in order, whatever they are called."""
    path = sprung.parent / "evil.zip"
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # Python's, about names that come twice
        for name, content in members:
            archive.writestr(name, content)
    return path


def forged(files: Files, **changes: bytes) -> Files:
    """Replace files of a model (by stem) and their digests in the manifest."""
    names = {name.partition(".")[0]: name for name in files}
    new = {**files, **{names[stem]: content for stem, content in changes.items()}}
    manifest = json.loads(new[MANIFEST])
    for name in (VOCABULARY, WEIGHTS):
        manifest["files"][name] = {
            "sha256": hashlib.sha256(new[name]).hexdigest(),
            "bytes": len(new[name]),
        }
    return {**new, MANIFEST: json.dumps(manifest).encode()}


def with_manifest(files: Files, change: Callable[[dict[str, Any]], object]) -> Files:
    """Change the manifest."""
    manifest = json.loads(files[MANIFEST])
    change(manifest)
    return {**files, MANIFEST: json.dumps(manifest).encode()}


def arrays_of(files: Files) -> dict[str, bytes]:
    """Give the arrays of a model as .npy files, by the names that they have in the .npz."""
    with zipfile.ZipFile(io.BytesIO(files[WEIGHTS])) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def npz(members: Mapping[str, bytes]) -> bytes:
    """Pack .npy files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def npy(array: npt.NDArray[Any]) -> bytes:
    """Write an array as numpy does, pickled where it holds objects."""
    content = io.BytesIO()
    np.save(content, array, allow_pickle=True)
    return content.getvalue()


def npy_with_header(header: str, content: bytes = b"", version: int = 1) -> bytes:
    """Write an .npy whose header says what it likes."""
    length = len(header).to_bytes(2 if version == 1 else 4, "little")
    return b"\x93NUMPY" + bytes([version, 0]) + length + header.encode() + content


def one_array(content: Callable[[Path], bytes], name: str = "slopes.npy") -> Evil:
    """Put something in the place of one array, all else as it should be."""

    def make(files: Files, sprung: Path) -> Path:
        return as_folder(forged(files, weights=npz({**arrays_of(files), name: content(sprung)})), sprung)

    return make


def manifest(change: Callable[[dict[str, Any]], object]) -> Evil:
    """Change the manifest of a model folder."""
    return lambda files, sprung: as_folder(with_manifest(files, change), sprung)


def setting(value: object) -> Evil:
    """Put something in the place of a setting."""
    return manifest(lambda m: m["settings"].update(previous_weight=value))


def member(name: str | zipfile.ZipInfo, content: bytes = b"{}") -> Evil:
    """Zip a good model with one member more."""
    return lambda files, sprung: as_zip([*files.items(), (name, content)], sprung)


def odd_member(name: str, mode: int) -> Evil:
    """Zip a good model of which one member is a link, a device or the like."""

    def make(files: Files, sprung: Path) -> Path:
        odd = zipfile.ZipInfo(name)
        odd.external_attr = mode << 16
        rest = [(n, c) for n, c in files.items() if n != name]
        return as_zip([*rest, (odd, b"/etc/passwd")], sprung)

    return make


def patched_zip(change: Callable[[bytes], bytes]) -> Evil:
    """Zip a good model and change the bytes of the zip."""

    def make(files: Files, sprung: Path) -> Path:
        path = as_zip(list(files.items()), sprung)
        path.write_bytes(change(path.read_bytes()))
        return path

    return make


def single_file(content: Callable[[Path], bytes], name: str = "evil.zip") -> Evil:
    """Give something else in the place of a zip."""

    def make(_files: Files, sprung: Path) -> Path:
        path = sprung.parent / name
        path.write_bytes(content(sprung))
        return path

    return make


# --- the models ---------------------------------------------------------------------------------------------


def _joblib_dump(sprung: Path) -> bytes:
    content = io.BytesIO()
    joblib.dump({"model": Payload(sprung)}, content, compress=3)
    return content.getvalue()


def _object_array(sprung: Path) -> bytes:
    return npy(np.array([Payload(sprung)], dtype=object))


def _structured(sprung: Path) -> bytes:
    return npy(np.array([(1.0, Payload(sprung))], dtype=[("a", "f4"), ("b", "O")]))


def _tar(sprung: Path) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        data = payload(sprung)
        entry = tarfile.TarInfo("../../manifest.json")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return content.getvalue()


def _lying_length(content: bytes) -> bytes:
    """Make the list of contents claim that the manifest has one byte."""
    place = content.rindex(b"PK\1\2", 0, content.rindex(MANIFEST.encode()))
    return content[: place + 24] + struct.pack("<L", 1) + content[place + 28 :]


def _renamed_inside(content: bytes) -> bytes:
    """Make the member's own header name another file than the list of contents."""
    return content.replace(b"manifest.json", b"../../.bashrc", 1)


def _many_members(_sprung: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(3000):
            archive.writestr(f"{number:0100}", b"")
    return content.getvalue()


def _bomb(files: Files, sprung: Path) -> Path:
    return as_zip(
        [*((n, c) for n, c in files.items() if n != VOCABULARY), (VOCABULARY, bytes(60 << 20))], sprung
    )


def _bomb_beyond_limits(files: Files, sprung: Path) -> Path:
    return as_zip([*((n, c) for n, c in files.items() if n != MANIFEST), (MANIFEST, bytes(5 << 20))], sprung)


def _nested_bomb(files: Files, sprung: Path) -> Path:
    inner = npz({**arrays_of(files), "slopes.npy": bytes(257 << 20)})
    return as_folder(forged(files, weights=inner), sprung)


def _huge_file(files: Files, sprung: Path) -> Path:
    folder = as_folder(files, sprung)
    with (folder / VOCABULARY).open("wb") as file:
        file.truncate(1 << 40)  # sparse: it takes no room on the disk
    return folder


def _huge_zip(_files: Files, sprung: Path) -> Path:
    path = sprung.parent / "evil.zip"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    return path


def _pipe(files: Files, sprung: Path) -> Path:
    folder = as_folder(files, sprung)
    (folder / WEIGHTS).unlink()
    os.mkfifo(folder / WEIGHTS)
    return folder


def _endless_device(files: Files, sprung: Path) -> Path:
    folder = as_folder(files, sprung)
    (folder / WEIGHTS).unlink()
    (folder / WEIGHTS).symlink_to("/dev/zero")
    return folder


def _without(*names: str) -> Evil:
    return lambda files, sprung: as_zip([(n, c) for n, c in files.items() if n not in names], sprung)


def _npz_with_two(files: Files, sprung: Path) -> Path:
    content = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(content, "w") as archive:
        warnings.simplefilter("ignore")
        for name, array in [*arrays_of(files).items(), ("slopes.npy", _object_array(sprung))]:
            archive.writestr(name, array)
    return as_folder(forged(files, weights=content.getvalue()), sprung)


def _manifest_text(text: bytes) -> Evil:
    return lambda files, sprung: as_folder({**files, MANIFEST: text}, sprung)


def _wrong_hash_in_zip(files: Files, sprung: Path) -> Path:
    changed = files[VOCABULARY].replace(b"a", b"b", 1)
    return as_zip(list({**files, VOCABULARY: changed}.items()), sprung)


EVIL: dict[str, tuple[Evil, str]] = {
    # pickles, in every wrapping
    "a pickle": (single_file(payload, "evil.pkl"), "There is no model in"),
    "a pickle called zip": (single_file(payload), "There is no model in"),
    "a gzipped pickle": (single_file(lambda s: gzip.compress(payload(s))), "There is no model in"),
    "a bzip2ed pickle": (single_file(lambda s: bz2.compress(payload(s))), "There is no model in"),
    "an xz pickle": (single_file(lambda s: lzma.compress(payload(s))), "There is no model in"),
    "a joblib dump": (single_file(_joblib_dump, "evil.joblib"), "There is no model in"),
    "a tar": (single_file(_tar, "evil.tar.gz"), "There is no model in"),
    "a saved object array": (single_file(_object_array, "evil.npy"), "There is no model in"),
    "a pickle before a zip": (patched_zip(lambda c: pickle.dumps("x") + c), "before the zip begins"),
    "a pickle as manifest": (lambda f, s: as_folder({**f, MANIFEST: payload(s)}, s), "is damaged"),
    "a pickle as vocabulary": (lambda f, s: as_folder(forged(f, vocabulary=payload(s)), s), "is damaged"),
    "a pickle as weights": (lambda f, s: as_folder(forged(f, weights=payload(s)), s), "plain arrays"),
    "a gzipped pickle as weights": (
        lambda f, s: as_folder(forged(f, weights=gzip.compress(payload(s))), s),
        "plain arrays",
    ),
    "a joblib dump as weights": (
        lambda f, s: as_folder(forged(f, weights=_joblib_dump(s)), s),
        "plain arrays",
    ),
    "a pickle as an array": (one_array(payload), "plain arrays"),
    "a gzipped pickle as an array": (one_array(lambda s: gzip.compress(payload(s))), "plain arrays"),
    "a pickle after an array": (
        one_array(lambda s: npy(np.zeros(30, np.float32)) + payload(s)),
        "plain arrays",
    ),
    "an npz in an npz": (one_array(lambda s: npz({"slopes.npy": _object_array(s)})), "plain arrays"),
    "an array of objects": (one_array(_object_array), "an array of object"),
    "an array with objects in a field": (one_array(_structured), "an array of"),
    "a pickle in a model zip": (
        lambda f, s: as_zip(list(forged(f, weights=payload(s)).items()), s),
        "plain arrays",
    ),
    "an npz with one array twice": (_npz_with_two, "twice"),
    "an npz with one array more": (one_array(_object_array, "more.npy"), "other arrays"),
    # arrays that lie
    "a header that is code": (
        one_array(lambda s: npy_with_header(f"__import__('os').mkdir({str(s)!r})\n")),
        "plain arrays",
    ),
    "a header that nests": (one_array(lambda _: npy_with_header("(" * 900 + "\n")), "plain arrays"),
    "a header without end": (one_array(lambda _: npy_with_header(" " * 60000)), "plain arrays"),
    "a header of a later version": (
        one_array(
            lambda _: npy_with_header("{'descr':'<f4','fortran_order':False,'shape':(30,)}", version=2)
        ),
        "another format",
    ),
    "an array that claims to be huge": (
        one_array(lambda _: npy_with_header("{'descr':'<f4','fortran_order':False,'shape':(10**15,),}\n")),
        "plain arrays",
    ),
    "an array of huge shape": (
        one_array(
            lambda _: npy_with_header(
                "{'descr':'<f4','fortran_order':False,'shape':(4611686018427387904,4),}\n"
            )
        ),
        "an array of shape",
    ),
    "an array of negative length": (
        one_array(
            lambda _: npy_with_header("{'descr':'<f4','fortran_order':False,'shape':(-5,-6),}\n", bytes(120))
        ),
        "an array of shape",
    ),
    "an array of no width": (
        one_array(lambda _: npy_with_header("{'descr':'V0','fortran_order':False,'shape':(9,),}\n")),
        "an array of",
    ),
    "an array of texts": (one_array(lambda _: npy(np.array(["a"] * 30))), "an array of <U1"),
    "an array of dates": (one_array(lambda _: npy(np.zeros(30, "M8[s]"))), "an array of datetime64"),
    "an array of another shape": (one_array(lambda _: npy(np.zeros(29, np.float32))), "has shape"),
    "an array of two dimensions": (one_array(lambda _: npy(np.zeros((30, 1), np.float32))), "has shape"),
    "an array of no dimension": (one_array(lambda _: npy(np.zeros((), np.float32))), "has shape"),
    "an array of NaN": (one_array(lambda _: npy(np.full(30, np.nan, np.float32))), "no numbers"),
    "an array of infinity": (one_array(lambda _: npy(np.full(30, np.inf, np.float32))), "no numbers"),
    # manifests that lie
    "a past version": (manifest(lambda m: m.update(format_version=1)), "train the model again"),
    "a future version": (manifest(lambda m: m.update(format_version=4)), "update reviewtheme"),
    "a transformer that is not there": (manifest(lambda m: m.update(format_version=3)), "does not name it"),
    "a version far in the future": (
        manifest(lambda m: m.update(format_version=10**300)),
        "update reviewtheme",
    ),
    "a version that is text": (manifest(lambda m: m.update(format_version="1")), "train the model again"),
    "a version that is true": (manifest(lambda m: m.update(format_version=True)), "train the model again"),
    "settings in settings": (manifest(lambda m: m.update(settings={"settings": {}})), "its settings are not"),
    "a setting that is NaN": (setting(float("nan")), "no numbers"),
    "a setting that is infinite": (setting(float("inf")), "no numbers"),
    "a setting beyond all numbers": (setting(10**400), "changed by hand"),
    "a setting that is text": (setting("1"), "is no number"),
    "a setting that is a list": (setting([1]), "is no number"),
    "a setting that is true": (setting(True), "is no number"),
    "a setting that is not known": (
        manifest(lambda m: m["settings"].update({"pattern": "(a+)+$"})),
        "its settings are not",
    ),
    "a name that is a list": (manifest(lambda m: m.update(name=["x"])), "is no text"),
    "a name without end": (manifest(lambda m: m.update(name="x" * 10_000)), "longer than"),
    "a codebook that is text": (manifest(lambda m: m.update(codebook="x")), "changed by hand"),
    "themes that are numbers": (manifest(lambda m: m["codebook"].update(theme=[1, 2])), "changed by hand"),
    "digests that are numbers": (manifest(lambda m: m["files"].update({WEIGHTS: 1})), "does not name it"),
    "digests that are missing": (manifest(lambda m: m["files"].pop(VOCABULARY)), "does not name it"),
    "a wrong digest": (
        manifest(lambda m: m["files"][WEIGHTS].update(sha256="0" * 64)),
        "not the file that its manifest names",
    ),
    "a wrong digest in a zip": (_wrong_hash_in_zip, "not the file that its manifest names"),
    "a manifest that is deep": (_manifest_text(b'{"a":' * 100_000), "is damaged"),
    "a manifest with an endless number": (_manifest_text(b'{"a": ' + b"9" * 100_000 + b"}"), "is damaged"),
    "a manifest with half a character": (_manifest_text(b'{"a": "\xed\xa0\x80"}'), "is damaged"),
    # zips that lie
    "a zip bomb": (_bomb, "a zip bomb"),
    "a zip bomb of a manifest": (_bomb_beyond_limits, "larger than a model needs"),
    "a zip bomb of an array": (_nested_bomb, "unpacks to more"),
    "a zip of 3,000 files": (single_file(_many_members), "list of contents"),
    "a zip of a tebibyte": (_huge_zip, "larger than a model needs"),
    "a path that climbs": (member("../manifest.json"), "'../manifest.json'"),
    "a path from the root": (member("/etc/cron.d/evil"), "'/etc/cron.d/evil'"),
    "a path of another system": (member("..\\..\\evil.dll"), "evil.dll"),
    "a path with a control character": (member("weights.npz\x1b[2J\n"), "nothing else"),
    "a path with a NUL": (member(zipfile.ZipInfo("weights.npzXa")), "nothing else"),
    "a folder in a zip": (member("model/"), "'model/'"),
    "one member more": (member("model.py", b"import os"), "'model.py'"),
    "a second manifest": (member(MANIFEST), "two files called"),
    "a second weights": (member(WEIGHTS), "two files called"),
    "no manifest in a zip": (_without(MANIFEST), "lacks manifest.json"),
    "no weights in a zip": (_without(WEIGHTS, VOCABULARY), "lacks vocabulary.json and weights.npz"),
    "an empty zip": (single_file(lambda _: b"PK\5\6" + bytes(18)), "before the zip begins"),
    "a link in a zip": (odd_member(VOCABULARY, stat.S_IFLNK | 0o777), "is a link or a device"),
    "a device in a zip": (odd_member(WEIGHTS, stat.S_IFCHR | 0o666), "is a link or a device"),
    "a pipe in a zip": (odd_member(MANIFEST, stat.S_IFIFO | 0o666), "is a link or a device"),
    "a zip with a length that lies": (patched_zip(_lying_length), "evil.zip"),
    "a zip with a name that lies": (patched_zip(_renamed_inside), "evil.zip"),
    "a zip cut short": (patched_zip(lambda c: c[:-40]), "There is no model in"),
    "a zip with a byte changed": (
        patched_zip(lambda c: c[: len(c) // 2] + bytes([c[len(c) // 2] ^ 0xFF]) + c[len(c) // 2 + 1 :]),
        "evil.zip",
    ),
    "a zip that asks for a password": (
        patched_zip(lambda c: c.replace(b"PK\1\2\x14\x03\x14\x00\x00", b"PK\1\2\x14\x03\x14\x00\x01")),
        "is encrypted",
    ),
    # folders that lie
    "a file of a tebibyte": (_huge_file, "larger than a model needs"),
}
"""Name of an evil model to what makes it, and words of the line that it must be refused with."""

if sys.platform != "win32":
    EVIL["a pipe in a folder"] = (_pipe, "is a device, pipe or socket")
    EVIL["a link to an endless device"] = (_endless_device, "is a device, pipe or socket")
