"""The README does what it says: its commands and its Python are run as they stand."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BASH = [line for block in re.findall(r"```bash\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_there_is_something_to_run() -> None:
    """A README whose blocks are not found would pass everything below."""
    assert len(BASH) >= 6
    assert len(PYTHON) >= 1


@pytest.mark.parametrize("command", [part.strip() for line in BASH for part in line.split("&&")])
def test_commands(command: str) -> None:
    """Every reviewtheme command of the README ends well; installing and testing is what called this."""
    words = shlex.split(command)
    if words[:2] == ["python", "-m"]:
        assert words[2] in {"pip", "pytest"}
        return
    assert words[0] == "reviewtheme"
    run = subprocess.run(
        [sys.executable, "-m", "reviewtheme", *words[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip()


@pytest.mark.parametrize("block", PYTHON)
def test_python(block: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Every Python block of the README runs, and prints what it promises to."""
    monkeypatch.chdir(ROOT)
    exec(compile(block, "README.md", "exec"), {})  # noqa: S102
    assert capsys.readouterr().out.strip()


def test_links_lead_somewhere() -> None:
    """Every relative link and picture is there."""
    targets = re.findall(r"\]\((?!https?://)([^)#]+)", README)
    assert targets
    missing = [target for target in targets if not (ROOT / target).exists()]
    assert not missing
