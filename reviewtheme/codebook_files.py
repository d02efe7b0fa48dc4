"""Codebooks from files (TOML, CSV, Excel, REFI-QDA `.qdc`), and from the labels that data have."""

import os
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from reviewtheme.codebook import Codebook, Stance, Theme, codebook_from_dict, default_codebook
from reviewtheme.errors import CodebookError
from reviewtheme.refi_qda_xml import Code, parse_refi_qda, read_codes
from reviewtheme.spreadsheet import Row, Table, is_workbook, read_tables

LABELS_FOUND = "labels-found"
"""Name of a codebook that was made of the labels that occur in data."""
STANCE_MARK = " (stance)"
"""What the name of a stance ends with, where themes and stances are in one list of codes or labels."""
_IDS = ("theme id", "id")
_NAMES = ("name", "theme name", "title", "theme", "code", "code name", "tag", "label")
_DESCRIPTIONS = ("mark when", "description", "definition", "memo", "comment")
_EXCLUSIONS = ("leave out when", "exclude", "exclusion")
_GROUPS = ("group", "category", "parent", "parent code")


def read_codebook(path: str | os.PathLike[str]) -> Codebook:
    """Read a codebook, known by its content: TOML, CSV, Excel (.xlsx) or REFI-QDA (.qdc).

    A table has a row for each theme, and the columns `id` or `name` (one is enough), `description` (or
    `mark_when`), `leave_out_when` and `group`; what Taguette exports (`tag`, `description`) is read too. Of a
    `.qdc`, each code that can be coded with becomes a theme, and the codes above it its group. A TOML file
    names stances; elsewhere, only what is called "… (stance)" is one.

    Raises:
        CodebookError: the file is missing, damaged, or no codebook.
        MissingExtraError: it is a workbook, and openpyxl is not installed.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise CodebookError(f"The codebook '{path}' cannot be read ({reason}): check the path.") from error
    try:
        return _codebook(content, path)
    except ValueError as fault:
        raise CodebookError(f"'{path}' is no codebook that can be read: {fault}.") from fault


def codebook_from_labels(
    labels: Iterable[str], *, stances: Iterable[str] = (), name: str = LABELS_FOUND
) -> Codebook:
    """Make a codebook of the labels that occur in data.

    A label becomes a theme: its id in lower case with hyphens ("Co-sleeping risk" is `co-sleeping-risk`), its
    name as first written. Labels that give the same id are one theme. Themes are sorted by id, so that the
    order of rows does not matter. Stances are the default codebook's where all are among them, else those
    found.

    Raises:
        CodebookError: there are no labels.
    """
    themes: dict[str, Theme] = {}
    for label in labels:
        plain = " ".join(label.split())
        themes.setdefault(label_id(plain), Theme(id=label_id(plain), name=plain))
    return codebook_of_themes([themes[key] for key in sorted(themes)], stances=stances, name=name)


def codebook_of_themes(themes: Sequence[Theme], *, stances: Iterable[str] = (), name: str) -> Codebook:
    """Make a codebook of themes in their order, and of stances as `codebook_from_labels` does.

    A theme whose name ends with "(stance)" is a stance: so this program writes it where a tool has one list.

    Raises:
        CodebookError: there are no themes, or two have one id.
    """
    listed = [theme.name.removesuffix(STANCE_MARK) for theme in themes if theme.name.endswith(STANCE_MARK)]
    return Codebook(
        name=name,
        version="1",
        themes=tuple(theme for theme in themes if not theme.name.endswith(STANCE_MARK)),
        stances=_stances([*stances, *listed]),
    )


def label_id(label: str) -> str:
    """Return what is the same for labels that differ only in case, spaces and punctuation."""
    plain = unicodedata.normalize("NFKC", label).casefold()
    return re.sub(r"[\W_]+", "-", plain).strip("-") or plain.strip()


def themes_of_codes(codes: Sequence[Code]) -> dict[Code, Theme]:
    """Make a theme of each codable code; where two have one name, the names above it are put before it."""
    codable = [code for code in codes if code.is_codable]
    ids = [label_id(code.name) for code in codable]
    themes: dict[Code, Theme] = {}
    taken: set[str] = set()
    for code, own in zip(codable, ids, strict=True):
        name = code.name if ids.count(own) == 1 else " > ".join(code.path)
        if label_id(name) in taken:  # the same path twice: tools tell codes by their identifier only
            name = f"{name} {code.guid}"
        taken.add(label_id(name))
        themes[code] = Theme(
            id=label_id(name), name=name, group=" > ".join(code.path[:-1]), mark_when=code.description
        )
    return themes


def _codebook(content: bytes, path: str | os.PathLike[str]) -> Codebook:
    name = label_id(Path(path).stem) or "codebook"
    if content.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t\0").startswith(b"<"):
        codes = read_codes(parse_refi_qda(content, "CodeBook"))
        return codebook_of_themes(list(themes_of_codes(codes).values()), name=name)
    toml = None if is_workbook(content) else _toml(content)
    if toml is not None:
        return codebook_from_dict(toml, str(path))
    tables = read_tables(content, str(path))
    if not tables:
        raise ValueError("it is empty")
    return codebook_of_themes(_themes_of_table(tables[0]), name=name)


def _toml(content: bytes) -> dict[str, object] | None:
    """Return what a TOML file says; None where it is no TOML, as a table is not."""
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None
    except tomllib.TOMLDecodeError as error:
        text = content.decode("utf-8-sig")
        if re.search(r"^\s*\[\[?\s*(theme|stance)\s*\]\]?", text, re.MULTILINE):
            raise ValueError(f"it is TOML with an error: {error}") from error
        return None


def _themes_of_table(table: Table) -> list[Theme]:
    ids, names = table.column(*_IDS), table.column(*_NAMES)
    if ids is None and names is None:
        raise ValueError("a table of themes needs a column 'id' or 'name'")
    columns = [table.column(*aliases) for aliases in (_GROUPS, _DESCRIPTIONS, _EXCLUSIONS)]
    themes, faults = [], []
    for row in table.rows:
        identity, name = _cell(row, ids), _cell(row, names)
        group, mark_when, leave_out_when = (_cell(row, column) for column in columns)
        if row.fault or not (identity or name):
            faults.append(f"row {row.number}: {row.fault or 'it has neither id nor name'}")
            continue
        themes.append(
            Theme(
                id=identity or label_id(name),
                name=name or identity,
                group=group,
                mark_when=mark_when,
                leave_out_when=leave_out_when,
            )
        )
    if faults:
        raise ValueError("; ".join(faults))
    return themes


def _cell(row: Row, column: int | None) -> str:
    return row.cells[column] if column is not None else ""


def _stances(found: Iterable[str]) -> tuple[Stance, ...]:
    names: dict[str, str] = {}
    for stance in found:
        names.setdefault(label_id(stance), " ".join(stance.split()))
    default = default_codebook().stances
    known = {key for stance in default for key in (label_id(stance.id), label_id(stance.name))}
    if names and names.keys() <= known:
        return default
    return tuple(Stance(id=key, name=names[key]) for key in sorted(names))
