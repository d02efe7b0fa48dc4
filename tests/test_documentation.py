"""README and documentation do what they say: every code block is run, and every link leads somewhere."""

import csv
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from documented_code import ROOT, Block, blocks_of, hidden_code, run_block

import reviewtheme
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import save_model
from reviewtheme.cli import main
from reviewtheme.corpus.run import Request
from reviewtheme.training.labelled import LabelledSentence

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
RUN_ELSEWHERE = {"tutorial.md": "test_tutorial.py"}
"""Pages whose code another test runs, which looks at what comes of it, too."""
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]


@pytest.fixture(scope="session")
def what_readers_have(
    small_model: Model, few_labelled: tuple[LabelledSentence, ...], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Make the folder that the pages take for granted."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "reviews").mkdir()
    for name in ("news-article.txt", "learning-summary.docx"):
        shutil.copy(ROOT / "corpus_sample" / "documents" / name, folder / "reviews")
    shutil.copy(
        ROOT / "corpus_sample" / "documents" / "child-practice-review-teasel.pdf", folder / "review.pdf"
    )
    documents = list(dict.fromkeys(sentence.document for sentence in few_labelled))[:7]
    fewer = [sentence for sentence in few_labelled if sentence.document in documents]
    for name in ("labelled", "first-coder"):
        write_labels(fewer, folder / f"{name}.csv")
    write_labels(fewer[:-1], folder / "second-coder.csv", leave_out=fewer[3].themes)
    save_model(small_model, folder / "my-model", "# Model card\n")
    with pytest.MonkeyPatch.context() as patch:
        words = ["classify", str(folder / "reviews"), "-j", "1", "-o", str(folder / "corpus.sqlite")]
        patch.setattr("sys.argv", ["reviewtheme", *words])
        with pytest.raises(SystemExit, match="0"):
            main()
    return folder


def write_labels(labelled: Sequence[LabelledSentence], path: Path, leave_out: Sequence[str] = ()) -> None:
    """Write labels as a table such as coders make."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["document", "text", "themes", "stance"])
        for sentence in labelled:
            themes = [theme for theme in sentence.themes if theme not in leave_out]
            table.writerow([sentence.document, sentence.text, "; ".join(themes), sentence.stance])


def test_there_is_something_to_run() -> None:
    """Pages whose blocks are not found would pass everything below."""
    blocks = [block for page in PAGES for block in blocks_of(page)]
    assert sum(block.language == "bash" for block in blocks) >= 5
    assert sum(block.language == "python" for block in blocks) >= 5
    assert sum(page.read_text(encoding="utf-8").count("\n```") for page in PAGES) == 2 * len(blocks)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_nothing_evades(page: Path) -> None:
    """What looks like code is in a block that is run, or that says why not."""
    assert [block.place for block in blocks_of(page) if hidden_code(block)] == []


def test_pages_that_are_run_elsewhere() -> None:
    """Are read by a test that is there."""
    for page, test in RUN_ELSEWHERE.items():
        assert page in (ROOT / "tests" / test).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "page",
    [
        page
        for page in PAGES
        if page.name not in RUN_ELSEWHERE and any(block.language for block in blocks_of(page))
    ],
    ids=lambda page: page.name,
)
def test_every_block_runs(
    page: Path, what_readers_have: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order of the page, as a reader would who starts with their own files."""
    folder = tmp_path / "reader"
    shutil.copytree(what_readers_have, folder)
    (folder / "corpus_sample").symlink_to(ROOT / "corpus_sample")
    (folder / "benchmarks").symlink_to(ROOT / "benchmarks")
    monkeypatch.chdir(folder)
    # folders are read in this process: workers have tests of their own, and start anew for each command
    monkeypatch.setattr(Request, "is_for_one_process", lambda *_: True)
    names: dict[str, object] = {}
    for block in blocks_of(page):
        run_block(block, names)


@pytest.mark.parametrize(
    ("language", "code", "reason"),
    [
        ("python", "assert False", AssertionError),
        ("bash", "reviewtheme classify no-such-file.pdf", AssertionError),
        ("bash", "false | true", AssertionError),
        ("console", "$ reviewtheme themes --no-such-option\nsome output", AssertionError),
        ("bash", 'pip install "reviewtheme[no-such-extra]"', AssertionError),
        ("json", "{", ValueError),
        ("ruby", "puts 1", pytest.fail.Exception),
    ],
)
def test_what_runs_blocks_can_fail(
    language: str, code: str, reason: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A block that does not work fails the test."""
    monkeypatch.chdir(tmp_path)
    block = Block(page="page.md", line=1, language=language, code=code, why_not="")
    with pytest.raises(reason):
        run_block(block, {})


def test_what_evades_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands in a block of text are found; with a reason, they may stay."""
    monkeypatch.setattr("documented_code.ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text(
        "```text\nreviewtheme themes\n```\n\n"
        '```bash title="Not run by the tests: needs a cluster"\nreviewtheme nothing\n```\n\n'
        "```\na ──▶ b\n```\n"
    )
    assert [hidden_code(block) for block in blocks_of(page)] == [True, False, False]
    assert [block.why_not for block in blocks_of(page)] == ["", "needs a cluster", ""]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link and picture is there."""
    targets = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_public_name_is_in_the_reference() -> None:
    """What users may import is described."""
    reference = "".join(
        page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "reference").glob("*.md")
    )
    described = set(re.findall(r"^::: reviewtheme\.(\w+)$", reference, re.MULTILINE))
    assert set(reviewtheme.__all__) - {"__version__"} == described - {"spacy_component", "errors"}
