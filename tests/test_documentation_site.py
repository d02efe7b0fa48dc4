"""The documentation site builds without a warning, is whole, and loads nothing from elsewhere."""

import importlib.util
import os
import re
import subprocess
import sys
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType, SimpleNamespace

import pytest
from browser import chromium, complaints, requests

from reviewtheme.codebook import default_codebook

ROOT = Path(__file__).resolve().parent.parent

pytest.importorskip("mkdocs", reason="the extra 'docs' is not installed")


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files, and says nothing."""

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site with warnings as errors."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def hooks() -> ModuleType:
    """Load the site's hooks, which are no package."""
    specification = importlib.util.spec_from_file_location("site_pages", ROOT / "docs" / "site_pages.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    """No script, style, font or picture of another machine, on any page."""
    pages = list(site.rglob("*.html"))
    assert len(pages) >= 15
    for page in pages:
        text = page.read_text(encoding="utf-8")
        tags = re.findall(r"<(?:script|link|img|iframe|source|object|embed)\b[^>]*>", text)
        assert tags
        assert not [tag for tag in tags if re.search(r"""(?:src|href|data)=["'](?:https?:)?//""", tag)], page
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(\s*[\"']?(?:https?:)?//|@import", style.read_text(encoding="utf-8")), (
            style
        )


@pytest.mark.usefixtures("loopback")
def test_a_reader_can_search_and_no_request_leaves(site: Path, tmp_path: Path) -> None:
    """In a real browser: pages complain of nothing, ask this machine alone, and the search finds a theme."""
    handler = partial(QuietHandler, directory=str(site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, chromium(tmp_path) as driver:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            home = f"http://127.0.0.1:{server.server_port}"
            for page in ("index.html", "codebook.html", "reference/coding.html", "python.html"):
                driver.get(f"{home}/{page}")
                assert driver.title
                assert complaints(driver) == []
            driver.get(f"{home}/index.html?q=professional+curiosity")
            deadline = time.monotonic() + 20
            found: list[str] = []
            while not any("codebook.html" in address for address in found) and time.monotonic() < deadline:
                time.sleep(0.2)
                links = driver.find_elements("css selector", ".md-search-result__link")
                found = [str(link.get_attribute("href")) for link in links]
            assert any("codebook.html" in address for address in found), found
            away = [address for address in requests(driver) if not address.startswith((home, "chrome:"))]
            assert away == []
        finally:
            server.shutdown()


def test_the_codebook_is_a_page(site: Path) -> None:
    """Every theme has an anchor to link to, every stance and rule its words."""
    page = (site / "codebook.html").read_text(encoding="utf-8")
    codebook = default_codebook()
    assert all(f'id="{theme.id}"' in page for theme in codebook.themes)
    assert all(f"<code>{stance.id}</code>" in page for stance in codebook.stances)


def test_the_reference_describes_what_it_names(site: Path) -> None:
    """Signatures, arguments, fields and errors come from the docstrings."""
    coding = (site / "reference" / "coding.html").read_text(encoding="utf-8")
    assert 'id="reviewtheme.classify"' in coding
    assert "a path, &quot;-&quot; for standard input" in coding or 'a path, "-" for standard input' in coding
    assert 'id="reviewtheme.CodedSentence.scores"' in coding
    assert "DocumentError" in coding


def test_links_lead_to_pages_of_the_site(hooks: ModuleType) -> None:
    """Those of the repository are turned; what is no part of the site becomes text; what is wrong stays."""

    def turned(markdown: str, page: str) -> str:
        return str(hooks.on_page_markdown(markdown, SimpleNamespace(file=SimpleNamespace(src_uri=page))))

    assert turned("[a](docs/quality.md#beside) ![b](docs/pictures/x.svg)", "index.md") == (
        "[a](quality.md#beside) ![b](pictures/x.svg)"
    )
    assert turned("[a](../models/default/MODEL_CARD.md)", "limits.md") == "[a](model-card.md)"
    assert turned("[a](../reviewtheme/codebook.toml)", "python.md") == "[a](codebook.md)"
    assert turned("[a](../limits.md)", "reference/coding.md") == "[a](../limits.md)"
    assert turned("[the tests](../tests/conftest.py)", "quality.md") == "the tests"
    assert turned("[a](../nowhere.md)", "quality.md") == "[a](../nowhere.md)"
    assert turned("[a](https://example.org) [b](#c)", "quality.md") == "[a](https://example.org) [b](#c)"
