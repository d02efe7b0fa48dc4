"""Speed, memory and fidelity of reading PDFs: reviewtheme beside pdfplumber, pdfium and pdftotext.

    python benchmarks/reading.py [--folder ../shared/reviews] [--every 1] [--memory]

Each engine reads the same files in a process of its own, one after the other, and prints pages a
second, peak memory, and the share of hand-transcribed sentences (tests/golden/transcribed_pages.json)
that it recovers exactly. reviewtheme's time includes repairing the layout and splitting sentences;
the others are timed for their plain text alone, which afterwards goes through the same splitter.
`--memory` reads a joined PDF of 60 pages and one of 600 instead.
"""

import argparse
import hashlib
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden" / "transcribed_pages.json"


# --- what is measured: each gives the sentences of a file, and how many pages it has ------------


def by_reviewtheme(path: Path) -> tuple[int, Callable[[], list[str]]]:
    """Read with reviewtheme, engine and all steps as a user gets them."""
    from reviewtheme.reading import read
    from reviewtheme.sentences import split_sentences

    review = read(str(path))
    sentences = split_sentences(review)
    return len(review.pages), lambda: [sentence.text for sentence in sentences]


def by_pdfplumber(path: Path) -> tuple[int, Callable[[], list[str]]]:
    """Read with pdfplumber's `extract_text`, each page closed."""
    import pdfplumber

    texts = []
    with pdfplumber.open(path) as document:
        for page in document.pages:
            texts.append(page.extract_text())
            page.close()
    return len(texts), lambda: _split("\n".join(texts))


def by_pdfium(path: Path) -> tuple[int, Callable[[], list[str]]]:
    """Read with pdfium's plain text, each page closed."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    texts = []
    for page in document:
        text_page = page.get_textpage()
        texts.append(text_page.get_text_bounded())
        text_page.close()
        page.close()
    document.close()
    return len(texts), lambda: _split("\n".join(texts))


def by_pdftotext(path: Path) -> tuple[int, Callable[[], list[str]]]:
    """Read with poppler's pdftotext."""
    text = subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True).stdout.decode()
    return text.count("\f"), lambda: _split(text.replace("\f", "\n"))


def _split(text: str) -> list[str]:
    from reviewtheme.sentences import split_text

    return [text[start:end] for start, end in split_text(text)]


ENGINES = {
    "reviewtheme": by_reviewtheme,
    "pdfplumber": by_pdfplumber,
    "pdfium": by_pdfium,
    "pdftotext": by_pdftotext,
}


# --- measuring ------------------------------------------------------------------------------------


def measure(engine: str, paths: list[Path]) -> dict[str, float]:
    """Pages, seconds, MiB at the peak and share of transcribed sentences of one engine, in this process."""
    read = ENGINES[engine]
    sys.modules.setdefault("torch", None)  # type: ignore[arg-type]  # spaCy loads it if it is there
    if engine == "reviewtheme":
        _split("The tokenizer is loaded once. It stays loaded.")
    pages = 0
    start = time.perf_counter()
    for path in paths:
        pages += read(path)[0]
    seconds = time.perf_counter() - start
    peak = _peak(engine)
    return {"pages": pages, "seconds": seconds, "peak": peak, "recovered": _recovered(engine, paths)}


def _recovered(engine: str, paths: list[Path]) -> float:
    """Share of the transcribed sentences that are among those of an engine; 0 where none is asked for."""
    wanted: dict[str, Counter[str]] = {}
    for page in json.loads(GOLDEN.read_text(encoding="utf-8"))["pages"]:
        wanted.setdefault(page["file"], Counter()).update(page["sentences"])
    found = asked = 0
    for path in paths:
        if path.name in wanted:
            got = Counter(map(_digest, ENGINES[engine](path)[1]()))
            found += (got & wanted[path.name]).total()
            asked += wanted[path.name].total()
    return found / max(asked, 1)


def _peak(engine: str) -> float:
    """MiB; a process's own peak is read from /proc, since getrusage counts that of its parent too."""
    status = Path("/proc/self/status")
    if engine == "pdftotext":
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    if status.exists() and (high := re.search(r"VmHWM:\s*(\d+)", status.read_text())):
        return int(high[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _digest(sentence: str) -> str:
    return hashlib.sha256(" ".join(sentence.split()).encode()).hexdigest()[:16]


def in_own_process(engine: str, paths: list[Path]) -> dict[str, float]:
    """`measure` in a process of its own, so that memory is the engine's alone."""
    command = [sys.executable, __file__, "--engine", engine, *map(str, paths)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def pdf_files(folder: Path, every: int) -> list[Path]:
    """Every n-th of the folder's files that are PDFs by their content."""
    files = [path for path in sorted(folder.glob("*.pdf")) if path.read_bytes()[:5] == b"%PDF-"]
    transcribed = {page["file"] for page in json.loads(GOLDEN.read_text(encoding="utf-8"))["pages"]}
    return [path for place, path in enumerate(files) if place % every == 0 or path.name in transcribed]


def joined(files: list[Path], pages: int, target: Path) -> Path:
    """Join files into one PDF of so many pages."""
    import pypdfium2

    whole = pypdfium2.PdfDocument.new()
    for path in [*files, *files]:
        part = pypdfium2.PdfDocument(path)
        whole.import_pages(part, pages=list(range(min(len(part), pages - len(whole)))))
        part.close()
        if len(whole) == pages:
            break
    whole.save(target)
    whole.close()
    return target


# --- printing ---------------------------------------------------------------------------------------


def compare(paths: list[Path]) -> None:
    """Print the table of all engines."""
    results = {engine: in_own_process(engine, paths) for engine in ENGINES}
    slowest = _speed(results["pdfplumber"])
    print(f"{len(paths)} files, {results['reviewtheme']['pages']:.0f} pages, one process each\n")
    print(f"{'engine':<12} {'pages/s':>8} {'x pdfplumber':>13} {'peak MiB':>9} {'sentences recovered':>20}")
    for engine, result in results.items():
        speed = _speed(result)
        print(f"{engine:<12} {speed:>8.1f} {speed / slowest:>13.1f}", end="")
        print(f" {result['peak']:>9.0f} {result['recovered']:>20.1%}")


def _speed(result: dict[str, float]) -> float:
    return result["pages"] / result["seconds"]


def compare_memory(paths: list[Path]) -> None:
    """Print the peak memory of reading a short and a long PDF."""
    with tempfile.TemporaryDirectory() as folder:
        files = {pages: joined(paths, pages, Path(folder) / f"{pages}.pdf") for pages in (60, 600)}
        peaks = {pages: in_own_process("reviewtheme", [file])["peak"] for pages, file in files.items()}
    for pages, peak in peaks.items():
        print(f"{pages:>4} pages: {peak:.0f} MiB at the peak")
    print(f"ratio: {peaks[600] / peaks[60]:.2f}")


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, default=ROOT.parent / "shared" / "reviews")
    parser.add_argument("--every", type=int, default=1, help="read every n-th file only")
    parser.add_argument("--memory", action="store_true", help="joined PDFs of 60 and 600 pages")
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("paths", nargs="*", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.engine:
        print(json.dumps(measure(arguments.engine, arguments.paths)))
    elif arguments.memory:
        compare_memory(pdf_files(arguments.folder, 1))
    else:
        compare(pdf_files(arguments.folder, arguments.every))


if __name__ == "__main__":
    main()
