"""The imports keep the shape of the program: arrows point one way, and heavy libraries have one home."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "reviewtheme"
LAYERS = (
    ("errors", "document", "codebook", "json_text", "refi_qda_xml"),
    ("reading", "sentences"),
    ("classification", "codebook_files", "spreadsheet"),
    ("training", "corpus"),
    ("evaluation",),
    ("comparison", "spacy_component"),
    ("output",),
    ("cli", "comparison_commands", "corpus_commands", "evaluation_commands", "training_commands", "__main__"),
)
"""Lowest first; a module imports from its own layer and from those below."""
HOMES = {
    "pypdfium2": {"reading/pdf.py", "reading/ocr.py"},
    "pdfplumber": {"reading/pdf.py"},
    "pikepdf": {
        "reading/pdf_repair.py",
        "output/marked_pdf.py",
        "output/marks/bookmarks.py",
        "output/marks/highlights.py",
    },
    "pytesseract": {"reading/ocr.py"},
    "reportlab": {"output/marks/legend.py", "output/marks/places.py"},
    "onnx": {"classification/transformer_encoder.py"},
    "onnxruntime": {"classification/transformer_encoder.py"},
    "pandas": {"classification/data_frame.py"},
    "spacy": {"sentences.py", "spacy_component.py"},
    "tokenizers": {"classification/transformer_encoder.py"},
    "typer": {"cli.py"},
    "trafilatura": {"reading/html.py"},
}
"""Libraries that only these modules know."""


def imports(path: Path) -> Iterator[str]:
    """Give the full name of every module that a file imports, at any depth of its code."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by a relative name"
            yield str(node.module)


def home(name: str) -> str:
    """Return the top-level module of the package that a name belongs to."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def modules() -> list[Path]:
    """List the modules of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def test_arrows_point_one_way() -> None:
    """No module imports from a layer above its own."""
    layer_of = {name: number for number, layer in enumerate(LAYERS) for name in layer}
    wrong = []
    for path in modules():
        place = path.relative_to(PACKAGE)
        own = place.parts[0].removesuffix(".py")
        if own == "__init__":
            continue  # the public names, which are imported when they are first used
        assert own in layer_of, f"{place} belongs to no layer: give it one"
        for name in imports(path):
            if name.split(".")[0] != "reviewtheme" or home(name) in (own, "__init__"):
                continue
            assert home(name) in layer_of, f"{name} belongs to no layer: give it one"
            if layer_of[home(name)] > layer_of[own]:
                wrong.append(f"{place} imports {name}")
    assert wrong == []


def test_training_is_known_to_nothing_below_it() -> None:
    """Classification runs without it."""
    below = [
        p for p in modules() if p.relative_to(PACKAGE).parts[0] in ("classification", "reading", "corpus")
    ]
    assert below
    assert not [p for p in below for name in imports(p) if name.startswith("reviewtheme.training")]


def test_libraries_have_one_home() -> None:
    """Each can be replaced in one place."""
    found: dict[str, set[str]] = {library: set() for library in HOMES}
    for path in modules():
        for name in imports(path):
            if name.split(".")[0] in found:
                found[name.split(".")[0]].add(path.relative_to(PACKAGE).as_posix())
    for library, homes in HOMES.items():
        assert found[library] <= homes, library
        assert found[library], f"{library} is used nowhere: take it out of the dependencies"


def test_nothing_reaches_the_network_or_unpickles() -> None:
    """No module of the package knows a way to."""
    banned = {
        "socket",
        "http",
        "urllib.request",
        "requests",
        "httpx",
        "aiohttp",
        "pickle",
        "marshal",
        "shelve",
    }
    for path in modules():
        known = {name for name in imports(path) if name in banned or name.split(".")[0] in banned}
        if path.relative_to(PACKAGE).parts[0] == "corpus":
            known -= {"pickle", "socket"}  # the program's own worker processes, never a file
        assert not known, path


HEAVY = (
    "spacy",
    "sklearn",
    "scipy",
    "numpy",
    "pdfplumber",
    "pypdfium2",
    "trafilatura",
    "docx",
    "joblib",
    "torch",
)


@pytest.mark.parametrize(
    "program",
    [
        "import reviewtheme.cli",
        "import reviewtheme; dir(reviewtheme)",
        "import sys; from reviewtheme.cli import app; app(['--help'], standalone_mode=False)",
        "import sys; from reviewtheme.cli import app; app(['themes'], standalone_mode=False)",
    ],
)
def test_help_starts_nothing_heavy(program: str) -> None:
    """No model, no spaCy, no numerical library."""
    check = f"import sys\n{program}\nprint('loaded:', *(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].strip() == "loaded:"


def test_classifying_a_text_needs_no_training_library() -> None:
    """A one-page text is done in seconds because scikit-learn and the readers of PDF stay unread."""
    program = (
        "import sys\n"
        "from reviewtheme.classification.classify import classify_sentences\n"
        "classify_sentences(['Supervision lapsed.'])\n"
        "print('loaded:', *({'sklearn', 'pdfplumber', 'pypdfium2', 'docx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].strip() == "loaded:"
