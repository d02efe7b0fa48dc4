"""Hooks of the documentation site: pages made from files that stand elsewhere, and links that fit there.

The start page is the README; the codebook's page is made from `codebook.toml`. Links are written for readers
of the repository: what is a page of the site is linked there, what is no part of it (code, tests) becomes
plain text, and what leads nowhere is left for MkDocs to tell.
"""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

from reviewtheme.codebook import Codebook, default_codebook

ROOT = Path(__file__).resolve().parent.parent
ELSEWHERE = {
    "README.md": "index.md",
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changes.md",
    "models/default/MODEL_CARD.md": "model-card.md",
    "models/accurate/MODEL_CARD.md": "model-card-accurate.md",
    "corpus_sample/DATASHEET.md": "datasheet.md",
}
"""Files of the repository, and the pages that they are."""
CODEBOOK, CODEBOOK_PAGE = "reviewtheme/codebook.toml", "codebook.md"
_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?![a-z]+:|#)([^)\s#]+)(#[^)]*)?\)")


def on_files(files: Files, config: Any, **_: object) -> Files:  # noqa: ANN401 - MkDocs' own
    """Add the pages whose text stands elsewhere."""
    for source, page in ELSEWHERE.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text(encoding="utf-8")))
    files.append(File.generated(config, CODEBOOK_PAGE, content=codebook_page(default_codebook())))
    return files


def on_page_markdown(markdown: str, page: Any, **_: object) -> str:  # noqa: ANN401 - MkDocs' own
    """Let links lead to pages of the site."""
    uri = page.file.src_uri
    home = next((source for source, made in ELSEWHERE.items() if made == uri), f"docs/{uri}")

    def replaced(link: re.Match[str]) -> str:
        sign, text, target, anchor = link[1], link[2], link[3], link[4] or ""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(home), target))
        if path in ELSEWHERE or path == CODEBOOK:
            there = ELSEWHERE.get(path, CODEBOOK_PAGE)
        elif path.startswith("docs/"):
            there = path.removeprefix("docs/")
        else:
            return (
                text if (ROOT / path).exists() else link[0]
            )  # what leads nowhere is left for MkDocs to tell
        return f"{sign}[{text}]({posixpath.relpath(there, posixpath.dirname(uri) or '.')}{anchor})"

    return _LINK.sub(replaced, markdown)


def codebook_page(codebook: Codebook) -> str:
    """Return a codebook as Markdown: rules, stances, and every theme with when it is marked."""
    return "\n".join(_codebook_lines(codebook)) + "\n"


def _codebook_lines(codebook: Codebook) -> Iterator[str]:
    yield f"# {codebook.title or codebook.name}\n"
    yield (
        f"Codebook `{codebook.name}`, version {codebook.version}: {len(codebook.themes)} themes and "
        f"{len(codebook.stances)} stances. A sentence carries any number of themes, or none, and one stance. "
        "`reviewtheme themes` prints the same.\n"
    )
    yield "## Rules\n"
    yield from (f"- {rule}" for rule in codebook.rules)
    yield "\n## Stances\n"
    for stance in codebook.stances:
        yield f"**{stance.name}** (`{stance.id}`): {stance.mark_when}.\n"
    group = ""
    for theme in codebook.themes:
        if theme.group != group:
            group = theme.group
            yield f"## {group}\n"
        yield f"### {theme.name} {{ #{theme.id} }}\n"
        yield f"`{theme.id}`\n"
        yield f"Marked when: {theme.mark_when}.\n"
        if theme.leave_out_when:
            yield f"Not when: {theme.leave_out_when}.\n"
