"""Files that are hostile by their name, their kind or their place, and not by what is in them."""

import os
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from hostile_pdfs import BODY, Kinds, ends_in

Place = Callable[[bytes], None]
DONE = ends_in("done")
SPECIAL = ends_in("special-file")

NAMES: dict[str, bytes] = {
    "a line end": b"one\ntwo.txt",
    "a return": b"one\rtwo.txt",
    "a command to a terminal": b"\x1b]0;owned\x07\x1b[2Jevil.txt",
    "a command in eight bits": "\x9b2Jevil.txt".encode(),
    "no UTF-8": b"caf\xe9.txt",
    "half a character": b"\xed\xa0\x80.txt",
    "right to left": "\u202etxt.exe.txt".encode(),
    "a dash": b"--output=owned.txt",
    "a dash alone": b"-",
    "a tab": b"one\ttwo.txt",
    "spaces": b"   ",
    "quotes": b"a'b\"c`d$(touch owned).txt",
    "markup": b"[bold red][link=file:]a.txt",
    "a formula": b"=cmd|'x'!A1.txt",
    "per cent": b"%s%n%00{0}.txt",
    "an address": b"file:%2f%2fetc?mode=rw&x=#y.txt",
    "the longest name": b"a" * 251 + b".txt",
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467.txt".encode(),
    "another form": "cafe\u0301.txt".encode(),
    "no ending": b"review",
    "two dots": b"..txt",
}
"""What is odd about a name, and the name."""


def _fifo(path: bytes) -> None:
    os.mkfifo(path)


def _socket(path: bytes) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        here = os.open(os.path.dirname(path), os.O_RDONLY)  # noqa: PTH120 - bytes
        try:  # by way of the folder: a socket's own path may have 107 bytes at most
            listening.bind(b"/proc/self/fd/%d/" % here + os.path.basename(path))  # noqa: PTH119
        finally:
            os.close(here)


def _link_to(target: bytes) -> Place:
    return lambda path: os.symlink(target, path)  # noqa: PTH211 - bytes


def _sparse(start: bytes) -> Place:
    def make(path: bytes) -> None:
        with open(path, "wb") as file:  # noqa: PTH123 - bytes
            file.write(start)
            file.truncate(1 << 40)

    return make


SPECIALS: dict[str, tuple[Place, Kinds]] = {
    "pipe.pdf": (_fifo, SPECIAL),
    "socket.pdf": (_socket, SPECIAL),
    "zeros.pdf": (_link_to(b"/dev/zero"), SPECIAL),
    "noise.txt": (_link_to(b"/dev/urandom"), SPECIAL),
    "nothing.txt": (_link_to(b"/dev/null"), SPECIAL),
    "terminal.txt": (_link_to(b"/dev/tty"), ends_in("special-file", "unreadable-path")),
    "link-to-a-folder.docx": (_link_to(b"/etc"), SPECIAL),
    "link-to-nothing.pdf": (_link_to(b"no-such-file"), ends_in("unreadable-path")),
    "link-to-itself.pdf": (_link_to(b"link-to-itself.pdf"), ends_in("unreadable-path")),
    "a-tebibyte.txt": (_sparse(BODY.encode()), ends_in("out-of-memory")),
    "a-tebibyte.pdf": (_sparse(b"%PDF-1.7\n"), ends_in("out-of-memory")),
    "a-tebibyte.png": (_sparse(b"\x89PNG\r\n\x1a\n"), ends_in("not-a-document")),
    "memory-of-a-process": (_link_to(b"/proc/self/mem"), ends_in("unreadable-path", "empty", "damaged")),
}
"""Name of a special file to what makes it, and what it must end in."""


def write_names(folder: Path) -> Iterator[str]:
    """Write a good text under every odd name; yields what each is, in the order of `NAMES`."""
    for number, (what, name) in enumerate(NAMES.items()):
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:  # noqa: PTH123
            file.write(f"{BODY} Family number {number} had moved.".encode())
        yield what


def deep_folder(folder: Path, depth: int) -> None:
    """Write a text at the bottom of folders in folders, deeper than any path may name at once."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(b"d", dir_fd=here)
        below = os.open(b"d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    file = os.open(b"deep.txt", os.O_WRONLY | os.O_CREAT, stat.S_IRUSR | stat.S_IWUSR, dir_fd=here)
    os.write(file, BODY.encode() + b" It stood far below.")
    os.close(file)
    os.close(here)
