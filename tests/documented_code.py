"""The code blocks of README and documentation, and what runs them as a reader would.

Every block is run, except where its own title says why not, which the reader sees, too:

    ```bash title="Not run by the tests: needs a cluster"

Blocks of a page are run in order, in one folder and with one set of Python names, so that a later block has
what an earlier one made. In that folder stands what pages take for granted: `reviews/`, `review.pdf`,
`labelled.csv`, `first-coder.csv`, `second-coder.csv`, `my-model/`, `corpus.sqlite`, `corpus_sample/`.
"""

import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from reviewtheme.cli import main

ROOT = Path(__file__).resolve().parent.parent
NOT_RUN = "Not run by the tests: "
COMMANDS = ("bash", "console")
OTHER_TEXT = ("", "text")
"""Languages of what is no code: output, drawings."""
_FENCE = re.compile(
    r"^```(?P<language>[a-z]*)[ ]*(?P<info>[^\n]*)\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE
)
_TITLE = re.compile(r'title="([^"]*)"')
_LOOKS_LIKE_CODE = re.compile(r"^(?:\$ |(?:reviewtheme|pip|python|import|from) \S)", re.MULTILINE)
_NEEDS_A_SHELL = re.compile(r"[|<>;&`*]|\$\(")
_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A code block of a page."""

    page: str
    """The page, from the repository's root."""
    line: int
    """Line on which it begins, from 1."""
    language: str
    """As the fence names it; empty where it names none."""
    code: str
    """What stands in it."""
    why_not: str
    """Why the tests do not run it; empty where they do."""

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        return f"{self.page}:{self.line}"


def blocks_of(page: Path) -> list[Block]:
    """Return the code blocks of a page."""
    text = page.read_text(encoding="utf-8")
    found = []
    for fence in _FENCE.finditer(text):
        title = _TITLE.search(fence["info"])
        reason = title[1].removeprefix(NOT_RUN) if title and title[1].startswith(NOT_RUN) else ""
        found.append(
            Block(
                page=page.relative_to(ROOT).as_posix(),
                line=text.count("\n", 0, fence.start()) + 1,
                language=fence["language"],
                code=fence["code"],
                why_not=reason,
            )
        )
    return found


def hidden_code(block: Block) -> bool:
    """Tell whether a block that claims to be plain text holds commands or Python, and gives no reason."""
    return block.language in OTHER_TEXT and not block.why_not and bool(_LOOKS_LIKE_CODE.search(block.code))


def run_block(block: Block, names: dict[str, object]) -> None:
    """Run a block in the present folder; fail the test where it does not do what a reader would expect.

    Args:
        block: what to run.
        names: Python names of the page so far; those that the block makes are added.
    """
    if block.language in OTHER_TEXT or block.why_not:
        return
    if block.language == "python":
        exec(compile(block.code, block.place, "exec"), names)  # noqa: S102
    elif block.language in COMMANDS:
        for command in _commands(block):
            _run_command(command, block)
    elif block.language == "sql":
        with sqlite3.connect("corpus.sqlite") as database:
            assert database.execute(block.code).fetchall() is not None
        database.close()
    elif block.language in ("json", "toml"):
        (json.loads if block.language == "json" else tomllib.loads)(block.code)
    else:
        pytest.fail(
            f"{block.place}: nothing knows how to run '{block.language}'; give a reason not to, or teach it"
        )


def _commands(block: Block) -> list[str]:
    """Return the commands of a block; of a console, what stands after the prompt."""
    lines = block.code.replace("\\\n", " ").splitlines()
    if block.language == "console":
        lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    commands = [part.strip() for line in lines for part in line.split(" && ")]
    return [command for command in commands if command and not command.startswith("#")]


def _run_command(command: str, block: Block) -> None:
    words = shlex.split(command, comments=True)
    if words[:3] == ["python", "-m", "pip"] or words[0] == "pip":
        _check_installation(words, block)
    elif words[:3] == ["python", "-m", "pytest"]:
        return  # what runs this
    elif words[0] == "reviewtheme" and not _NEEDS_A_SHELL.search(command):
        _run_here(words, block)
    else:
        _run_in_shell(command, block)


def _check_installation(words: list[str], block: Block) -> None:
    """Hold the extras that are to be installed against those that there are; CI installs them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for extras in re.findall(r"(?:reviewtheme|\.)\[([^\]]+)\]", " ".join(words)):
        for extra in extras.split(","):
            assert extra in project["optional-dependencies"], f"{block.place}: there is no extra '{extra}'"


def _run_here(words: list[str], block: Block) -> None:
    """Run a command in this process, which saves its start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", words)
        try:
            main()
            status: object = 0
        except SystemExit as end:
            status = end.code or 0
    assert status == 0, f"{block.place}: '{shlex.join(words)}' ended with {status}"


def _run_in_shell(command: str, block: Block) -> None:
    programs = Path(sys.executable).parent
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{block.place}: '{command}' ended with {done.returncode}\n{done.stderr}"
