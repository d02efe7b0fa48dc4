"""Documents changed by chance, read for a minute: each must end in a documented record, and no process.

    python benchmarks/fuzzing.py                      # a minute, from case 0
    python benchmarks/fuzzing.py --seconds 3600 --first 100000
    python benchmarks/fuzzing.py --only 4711 --keep found/     # one case again, its file kept

Case number N is the same file on every machine, so that a fault that is found can be told by its number.
A crash is a fault, and so is a sentence that does not stand where it says: exit status 1 if there was one.
A case that came to its deadline or its memory limit is named; some begin as bombs, which may end so.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from fuzzed_documents import case_of  # noqa: E402

from reviewtheme.classification.coded_review import CodedReview  # noqa: E402
from reviewtheme.corpus import CorpusResult, FailedReview, classify_corpus  # noqa: E402

AT_ONCE = 100
DEADLINE, MEMORY = 20, 1024
FAULTS = ("crash",)
LIMITS = ("time-out", "out-of-memory")


def main() -> int:
    """Read cases until the time is over; 1 if one of them was a fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--only", type=int, nargs="+", help="these cases alone")
    parser.add_argument("--keep", type=Path, help="folder for the files of faults")
    chosen = parser.parse_args()
    ends: Counter[str] = Counter()
    faults: list[str] = []
    over = time.monotonic() + chosen.seconds
    number = chosen.first
    while chosen.only or time.monotonic() < over:
        numbers = chosen.only or range(number, number + AT_ONCE)
        faults += _read(numbers, ends, chosen.keep)
        number += AT_ONCE
        if chosen.only:
            break
    for kind, count in sorted(ends.items()):
        print(f"{count:7,}  {kind}")
    print(f"{sum(ends.values()):,} cases from number {chosen.first}, {len(faults)} faults.")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def _read(numbers: Iterable[int], ends: Counter[str], keep: Path | None) -> list[str]:
    """Read some cases; return a line for each fault."""
    faults = []
    with tempfile.TemporaryDirectory(prefix="reviewtheme-fuzzing-") as folder:
        cases = {str(number): case_of(number) for number in numbers}
        for name, case in cases.items():
            (Path(folder) / name).write_bytes(case.content)
        paths = [os.path.join(folder, name) for name in cases]  # noqa: PTH118
        for result in classify_corpus(paths, deadline=DEADLINE, memory=MEMORY):
            case = cases[Path(_path(result)).name]
            fault = _fault(result)
            ends[f"{case.kind:5} {'fault' if fault else _kind(result)}"] += 1
            if _kind(result) in LIMITS:
                print(f"case {case.number} ({case.kind}, from {case.name}): {_kind(result)}")
            if fault:
                faults.append(f"case {case.number} ({case.kind}, from {case.name}): {fault}")
                if keep is not None:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{case.number}.{case.kind}").write_bytes(case.content)
    return faults


def _fault(result: CorpusResult) -> str:
    """Say what is wrong with a result; empty where nothing is."""
    if isinstance(result, FailedReview) and result.kind in FAULTS:
        return result.message
    if isinstance(result, CodedReview):
        text = result.review.text
        if any(text[s.start : s.end] != s.text for s in result.sentences):
            return "a sentence does not stand where it says"
    return ""


def _path(result: CorpusResult) -> str:
    return result.review.source.path if isinstance(result, CodedReview) else result.path


def _kind(result: CorpusResult) -> str:
    if isinstance(result, CodedReview):
        return "done"
    return result.kind if isinstance(result, FailedReview) else "duplicate"


if __name__ == "__main__":
    sys.exit(main())
