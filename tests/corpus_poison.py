"""Folders of small documents, some of which do what hostile documents do to the program that reads them.

Real libraries can be made to crash, to hang and to swell, but not reliably on every machine: here a
worker's `read` does so itself when a document asks for it by its first word. Workers find this through
`sitecustomize`, which Python runs at its start.
"""

import os
import zlib
from collections.abc import Callable
from pathlib import Path

POISONS = {
    "SEGFAULT": "crash",
    "ABORT": "crash",
    "EXIT": "crash",
    "KILLED": "crash",
    "EXCEPTION": "crash",
    "RECURSION": "damaged",
    "SWELL": "out-of-memory",
    "MEMORY-ERROR": "out-of-memory",
    "FOR-EVER": "time-out",
    "FOR-EVER-ALONE": "time-out",
}
"""First word of a document to the kind of failure that it must end in."""

_PATCH = """
import ctypes, os, re, signal, sys, time

def _read(source, **options):
    import reviewtheme.reading as reading
    content = b"" if not isinstance(source, str) else open(source, "rb").read(64)
    word = content.split(b" ")[0].decode("ascii", "replace")
    if word == "SEGFAULT":
        os.kill(os.getpid(), signal.SIGSEGV); time.sleep(60)
    elif word == "ABORT":
        os.abort()
    elif word == "EXIT":
        os._exit(3)
    elif word == "KILLED":
        os.kill(os.getpid(), signal.SIGKILL); time.sleep(60)
    elif word == "EXCEPTION":
        raise RuntimeError("a secret of the document")
    elif word == "RECURSION":
        def deeper(): deeper()
        deeper()
    elif word == "SWELL":
        hoard = []
        while True:
            hoard.append(bytearray(os.urandom(1) * (8 << 20)))
            time.sleep(0.001)
    elif word == "MEMORY-ERROR":
        raise MemoryError
    elif word == "FOR-EVER":
        while True:
            pass
    elif word == "FOR-EVER-ALONE":
        re.match("(a+)+$", "a" * 64 + "b")
    elif word == "NOISE":
        os.write(1, b"text of a document on standard output"); print("more of it")
    elif word == "SLOW":
        time.sleep(float(content.split(b" ")[1]))
    return reading.__dict__["_read_for_real"](source, **options)

if "reviewtheme.corpus.worker" in " ".join(sys.orig_argv):
    import socket
    import reviewtheme.reading as reading
    reading._read_for_real = reading.read
    reading.read = _read
    def _refuse(*_):
        raise AssertionError("no network")
    socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = _refuse
"""


def install_poison(folder: Path) -> Path:
    """Write the `sitecustomize` that workers must find on their path; the folder it is in."""
    place = folder / "poison"
    place.mkdir()
    (place / "sitecustomize.py").write_text(_PATCH, encoding="utf-8")
    return place


def write_review(path: Path, number: int) -> None:
    """Write a short invented review, different for each number."""
    year = 2012 + number % 10
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"Serious case review into the death of Child {chr(65 + number % 26)}{number}\n\n"
        f"Published on {1 + number % 28} March {year}.\n\n"
        f"Family number {number} had moved {2 + number % 5} times. The midwife did not tell the health "
        "visitor about the bruise.\n\n"
        f"Nobody asked the child. Supervision of social worker {number} took place every month.\n\n"
        "The board should make sure that records of a handover go with the child.\n",
        encoding="utf-8",
    )


def write_poison(path: Path, word: str) -> None:
    """Write a document that does what its first word says; each has its own content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"{word} {0.0 if word == 'SLOW' else ''} from {path.name}. A sentence.\n", encoding="utf-8"
    )


def encrypted_pdf(path: Path) -> None:
    """Write a PDF that asks for a password."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    writer.encrypt("a password")
    with path.open("wb") as file:
        writer.write(file)


def pdf_without_pages(path: Path) -> None:
    """Write a PDF whose page tree is empty."""
    from pypdf import PdfWriter

    with path.open("wb") as file:
        PdfWriter().write(file)


def blank_pdf(path: Path) -> None:
    """Write a PDF of one page without anything on it."""
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    with path.open("wb") as file:
        writer.write(file)


REAL_FAILURES: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty.txt": (lambda path: path.write_bytes(b""), "empty"),
    "picture.pdf": (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64)), "not-a-document"),
    "no-pages.pdf": (pdf_without_pages, "no-pages"),
    "blank.pdf": (blank_pdf, "no-text-layer"),
    "password.pdf": (encrypted_pdf, "encrypted"),
    "broken.docx": (lambda path: path.write_bytes(b"PK\x03\x04" + bytes(100)), "damaged"),
    "truncated.pdf": (lambda path: path.write_bytes(b"%PDF-1.7\n" + zlib.compress(bytes(500))), "damaged"),
    "noise.txt": (lambda path: path.write_bytes(bytes(range(256)) * 40), "encoding"),
    "pipe": (os.mkfifo, "special-file"),
    "nowhere.pdf": (lambda path: path.symlink_to("there-is-no-such-file"), "unreadable-path"),
}
"""Name of a file to what makes it, and the kind of failure it must end in; nothing is simulated."""
