"""REFI-QDA projects of several tools, well-formed, damaged and hostile."""

import warnings
import zipfile
from pathlib import Path

import pytest
from labelled_files import LABELLED, faults_of, skipped, themes_by_text, zip_folder

from reviewtheme.codebook import default_codebook
from reviewtheme.errors import LabelledDataError
from reviewtheme.training.formats import BadRowsError, read_labelled

NVIVO_TEXT = "Sources/56a79789-0000-4fb8-bedd-a915504c54ba.txt"


def project(tmp_path: Path, tool: str) -> Path:
    """Pack the project of a tool."""
    return zip_folder(LABELLED / tool, tmp_path / f"{tool}.qdpx")


def changed(tmp_path: Path, tool: str, member: str, old: str, new: str) -> Path:
    """Pack the project of a tool with one thing changed in one of its files."""
    path = tmp_path / "changed.qdpx"
    source = project(tmp_path, tool)
    with zipfile.ZipFile(source) as parts, zipfile.ZipFile(path, "w") as packed:
        for name in parts.namelist():
            content = parts.read(name).decode("utf-8")
            assert name != member or old in content
            packed.writestr(name, content.replace(old, new) if name == member else content)
    return path


def test_nvivo(tmp_path: Path) -> None:
    """Byte order mark, Windows line ends, a capital "Sources", another project name, cases among codes."""
    data = read_labelled(project(tmp_path, "nvivo"), default_codebook())
    assert [(s.text, s.themes) for s in data.sentences] == [
        ("What we found.", ()),
        ("In May: No one told the school.", ("information-sharing",)),
        ("Supervision had simply lapsed.", ("supervision",)),
    ]
    assert data.documents == ("review-heron",)
    assert skipped(data) == {
        "the coding is to a case, and to no code": 1,
        "the selection has no coding (a note or a link)": 1,
        "the source has no coded selection, and counts as not coded yet": 1,
        "the source is a picture, sound or video, and no text": 1,
    }


def test_codebook_of_the_project(tmp_path: Path) -> None:
    """Codes that were never used are in it, with their descriptions; groups and cases are not."""
    codebook = read_labelled(project(tmp_path, "nvivo")).codebook
    assert codebook.theme_ids == ("information-sharing", "neglect", "supervision")
    supervision = codebook.theme("supervision")
    assert (supervision.group, supervision.mark_when) == ("Practice", "Oversight of a worker by a manager")


def test_atlas_ti(tmp_path: Path) -> None:
    """A line end counts as one though two are stored; an area of a page is found by its words."""
    data = read_labelled(project(tmp_path, "atlas_ti"), default_codebook())
    assert themes_by_text(data) == {
        "In May: No one told the school.": ("information-sharing",),
        "Supervision had simply lapsed.": ("supervision",),
    }
    assert skipped(data) == {
        "the selection is an area of a page, and its words are not there or not found once": 1,
        "the source is a picture, sound or video, and no text": 1,
    }


def test_names_of_selections_tell_how_offsets_count(tmp_path: Path) -> None:
    """Where the words are there, they decide: here another tool that counts line ends as ATLAS.ti does."""
    path = changed(tmp_path, "atlas_ti", "project.qde", 'origin="ATLAS.ti"', 'origin="Another"')
    assert "In May: No one told the school." in themes_by_text(read_labelled(path, default_codebook()))
    text = (LABELLED / "atlas_ti/sources/31B5.txt").read_bytes().decode("utf-8")
    units = len(text[: text.index("No one")].encode("utf-16-le")) // 2
    path = changed(
        tmp_path,
        "atlas_ti",
        "project.qde",
        'startPosition="26" endPosition="49"',
        f'startPosition="{units}" endPosition="{units + 23}"',
    )
    data = read_labelled(path, default_codebook())
    coded = next(s for s in data.sentences if "information-sharing" in s.themes)
    assert coded.text == "In May: No one told the school."


def test_qualcoder(tmp_path: Path) -> None:
    """Codes of one name are told apart by their groups, sources of one name by a number."""
    data = read_labelled(project(tmp_path, "qualcoder"))
    assert {(s.document, s.text): s.themes for s in data.sentences if s.themes} == {
        ("otter", "No one told the school."): ("risk-other",),
        ("otter", "The nursery kept a careful diary."): ("practice-other",),
        ("otter (2)", "Nobody wrote it down."): ("risk",),
    }
    assert skipped(data) == {"a coding is of the whole source, and of no stretch of it": 1}


def test_pdf_whose_text_the_tool_did_not_export(tmp_path: Path) -> None:
    """The PDF in the archive is read, and the areas found in it by their words."""
    from reportlab.pdfgen.canvas import Canvas

    source = tmp_path / "project"
    (source / "sources").mkdir(parents=True)
    canvas = Canvas(str(source / "sources" / "31B5.pdf"))
    canvas.drawString(72, 700, "No one told the school. Supervision had simply lapsed.")
    canvas.save()
    qde = (LABELLED / "atlas_ti" / "project.qde").read_text("utf-8")
    start, end = qde.index('<Representation guid="31B6"'), qde.index("</PDFSource>")
    (source / "project.qde").write_text(qde[:start] + qde[end:], "utf-8")
    data = read_labelled(zip_folder(source, tmp_path / "pdf.qdpx"), default_codebook())
    assert themes_by_text(data) == {"Supervision had simply lapsed.": ("supervision",)}
    (source / "sources" / "31B5.pdf").unlink()
    with pytest.raises(LabelledDataError, match="holds neither its text nor its PDF"):
        read_labelled(zip_folder(source, tmp_path / "none.qdpx"), default_codebook())


def test_what_another_program_writes(tmp_path: Path) -> None:
    """A project written by pyrefiqda, which follows the standard's schema, is read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pydantic, about generated classes
        pyrefiqda = pytest.importorskip("pyrefiqda")
        from pyrefiqda.models import project as models

        text = "What we found.\n\nNo one told the school – not once. Supervision had lapsed.\n"
        start = text.index("No one")
        guids = [f"0000000{n}-0000-4000-8000-000000000000" for n in range(6)]
        (tmp_path / "media").mkdir()
        (tmp_path / "media" / f"{guids[0]}.txt").write_text(text, "utf-8")
        coding = models.CodingType(guid=guids[1], code_ref=models.CodeRefType(target_guid=guids[2]))
        selection = models.PlainTextSelectionType(
            guid=guids[3], start_position=start, end_position=start + 30, coding=[coding]
        )
        source = models.TextSourceType(
            guid=guids[0],
            name="heron",
            plain_text_path=f"internal://{guids[0]}.txt",
            plain_text_selection=[selection],
        )
        code = models.CodeType(guid=guids[2], name="Information sharing", is_codable=True)
        written = models.Project(
            name="p",
            code_book=models.CodeBookType(codes=models.CodesType(code=[code])),
            sources=models.SourcesType(text_source=[source]),
        )
        path = tmp_path / "written.qdpx"
        pyrefiqda.RefiProject.save(written, path, tmp_path / "media")
    data = read_labelled(path, default_codebook())
    assert themes_by_text(data) == {"No one told the school – not once.": ("information-sharing",)}


@pytest.mark.parametrize(
    ("member", "old", "new", "at", "part"),
    [
        (
            "Project.qde",
            'endPosition="50"',
            'endPosition="5000"',
            "startPosition, endPosition",
            "not in the text",
        ),
        (
            "Project.qde",
            'startPosition="27"',
            'startPosition="-1"',
            "startPosition, endPosition",
            "not in the text",
        ),
        (
            "Project.qde",
            'startPosition="27"',
            'startPosition="x"',
            "startPosition, endPosition",
            "whole numbers",
        ),
        ("Project.qde", "4D62F0CC-0001", "4D62F0CC-9999", "CodeRef", "does not have"),
        (
            "Project.qde",
            "internal://56a79789-0000",
            "internal://00000000-0000",
            "plainTextPath",
            "has no file",
        ),
        (
            "Project.qde",
            "internal://56a79789-0000",
            "relative:///heron",
            "plainTextPath",
            "outside the archive",
        ),
        ("Project.qde", "</CodeBook>", "", "", "XML is damaged"),
        ("Project.qde", "<Project ", "<CodeBook ", "", "XML is damaged"),
        (
            "Project.qde",
            '<?xml version="1.0" encoding="utf-8"?>',
            '<!DOCTYPE Project [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
            "",
            "declares a document type",
        ),
    ],
)
def test_damaged(tmp_path: Path, member: str, old: str, new: str, at: str, part: str) -> None:
    """Each fault has its place and its attribute."""
    faults = faults_of(changed(tmp_path, "nvivo", member, old, new))
    assert any(field == at and part in message for _, field, message in faults)


def test_faults_of_a_project_are_named_together(tmp_path: Path) -> None:
    """A bad offset and an unknown code are said at once."""
    path = changed(tmp_path, "nvivo", "Project.qde", 'endPosition="50"', 'endPosition="5000"')
    path = changed_again(
        path, "4d62f0cc-0000-48b8-a043-339c90779e9e", "00000000-0000-48b8-a043-339c90779e9e", 1
    )
    assert len(faults_of(path)) == 2


def changed_again(path: Path, old: str, new: str, times: int) -> Path:
    """Change the last occurrences in a packed project."""
    with zipfile.ZipFile(path) as parts:
        contents = {name: parts.read(name).decode("utf-8") for name in parts.namelist()}
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in contents.items():
            packed.writestr(name, new.join(content.rsplit(old, times)) if name.endswith(".qde") else content)
    return path


def test_entities_do_not_fill_the_memory(tmp_path: Path) -> None:
    """A "billion laughs" is refused before it is expanded."""
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    declared = f"<!DOCTYPE Project [{entities}]>"
    path = changed(tmp_path, "nvivo", "Project.qde", '<?xml version="1.0" encoding="utf-8"?>', declared)
    path = changed_again(path, ">Oversight of a worker by a manager<", ">&a11;<", 1)
    assert faults_of(path)[0][0] == "Project.qde"


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/evil.txt", "Sources\\..\\..\\evil.txt", "C:evil.txt"])
def test_zip_slip(tmp_path: Path, name: str) -> None:
    """An archive whose files would land outside of it is not opened."""
    path = project(tmp_path, "nvivo")
    with zipfile.ZipFile(path, "a") as packed:
        info = zipfile.ZipInfo("x")
        info.filename = name
        packed.writestr(info, "evil")
    assert "leads out of the archive" in faults_of(path)[0][2]


def test_zip_bomb(tmp_path: Path) -> None:
    """A text that would unpack to far more than texts do is not unpacked."""
    source = project(tmp_path, "nvivo")
    path = tmp_path / "bomb.qdpx"
    with zipfile.ZipFile(source) as parts, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in parts.namelist():
            packed.writestr(name, b" " * (32 << 20) if name == NVIVO_TEXT else parts.read(name))
    assert path.stat().st_size < 100_000
    assert "zip bomb" in faults_of(path)[0][2]


def test_archive_that_was_cut_short(tmp_path: Path) -> None:
    """And one that is no project, or two."""
    whole = project(tmp_path, "nvivo").read_bytes()
    path = tmp_path / "p.qdpx"
    path.write_bytes(whole[: len(whole) // 2])
    assert "cut short" in faults_of(path)[0][2]
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("admin.jsonl", "{}")
    assert "unpack it" in faults_of(path)[0][2]
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("one.qde", "<Project/>")
        packed.writestr("two.qde", "<Project/>")
    assert "several projects" in faults_of(path)[0][2]


def test_damage_within_a_source(tmp_path: Path) -> None:
    """A member whose bytes do not agree with their sum is a fault of its source."""
    path = project(tmp_path, "nvivo")
    with zipfile.ZipFile(path) as packed:
        info = packed.getinfo(NVIVO_TEXT)
    content = bytearray(path.read_bytes())
    middle = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    content[middle] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(BadRowsError, match="is damaged: export it again"):
        read_labelled(path, default_codebook())
