"""The page of promises names tests that there are, and every kind of failure."""

import ast
import re
from pathlib import Path

from reviewtheme.corpus import FailureKind

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")


def test_each_promise_has_its_test() -> None:
    """Every test named exists."""
    named = re.findall(r"\| `(tests/\w+\.py)::(\w+)` \|", PAGE)
    rows = PAGE.split("## Promises")[1].strip().splitlines()[2:]
    assert len(named) == len(rows) > 15
    for path, test in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, (
            f"{path}::{test}"
        )


def test_every_kind_of_failure_is_documented() -> None:
    """And no other."""
    part = PAGE.split("## What becomes of a file")[1].split("## Exit statuses")[0]
    assert re.findall(r"^\| `([\w-]+)` \|", part, flags=re.MULTILINE) == [str(kind) for kind in FailureKind]
