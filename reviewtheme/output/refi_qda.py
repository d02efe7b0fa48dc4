"""Coded reviews as a REFI-QDA project (`.qdpx`), and the codebook alone (`.qdc`), as the standard 1.5 says.

For NVivo, ATLAS.ti, MAXQDA, QualCoder and others. A review is a source: a PDF with its text beside it, or its
text alone. Each marked sentence of its body is a selection of that text, with a coding for each theme and one
for the stance; offsets are code points. The model is a user of its own, so that its codings can be told from
those of people. Every identifier follows from what it stands for, so that the same run gives the same bytes,
and two projects with one codebook have the same codes.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, count
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID, uuid5
from xml.sax.saxutils import quoteattr

from reviewtheme import __version__
from reviewtheme.classification.coded_review import CodedReview, CodedSentence, ModelIdentity
from reviewtheme.codebook import Codebook, Stance, Theme
from reviewtheme.corpus import CorpusResult, FailedReview
from reviewtheme.output.fact_names import named_facts
from reviewtheme.output.label_names import LabelNames
from reviewtheme.output.undated_zip import UndatedZip, undated
from reviewtheme.output.xml_text import legal

if TYPE_CHECKING:
    from lxml.etree import _Element

_PROJECT, _CODEBOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_ORIGIN = f"reviewtheme {__version__}"
_IDENTIFIERS = UUID("6f1d2c0e-5b0a-5c55-9d3a-2f6f0f5d7a11")
"""Under which all identifiers are made."""
_STANCES = "Stance"
_NO_GROUP_COLOUR = "#5f6368"
_NAME_LENGTH = 60
_FAST = 1
"""How hard PDFs are compressed, which are compressed already."""


def write_project(
    results: Iterable[CorpusResult],
    codebook: Codebook,
    file: IO[bytes],
    *,
    tell: Callable[[str], None] = lambda _: None,
) -> None:
    """Write a project, review by review; what could not be coded is named in its description.

    Args:
        results: what was coded, and what could not be.
        codebook: that of the results.
        file: where it is written, which can seek.
        tell: takes a sentence on what the project lacks.
    """
    project = _Project(codebook, tell)
    with UndatedZip(file) as archive, tempfile.TemporaryFile() as sources:
        for result in results:
            if isinstance(result, CodedReview):
                source = project.source(result, archive)
                sources.write(_xml(source))
            elif isinstance(result, FailedReview):
                project.missing.append(f"{result.path} ({result.kind})")
        sources.seek(0)
        with archive.open(undated("project.qde"), "w", force_zip64=True) as qde:
            qde.write(project.head().encode("utf-8"))
            if project.models:  # the standard knows no empty list
                qde.write(b"<Sources>\n")
                shutil.copyfileobj(sources, qde)
                qde.write(b"</Sources>\n")
            qde.write(project.tail().encode("utf-8"))


def codebook_xml(codebook: Codebook) -> str:
    """Return a codebook as the content of a `.qdc` file."""
    codes = "".join(_xml(code).decode("utf-8") for code in _codes(codebook, LabelNames(codebook)))
    root = f"<CodeBook xmlns={quoteattr(_CODEBOOK)} origin={quoteattr(_ORIGIN)}>"
    return f"{_HEAD}{root}\n<Codes>\n{codes}</Codes>\n</CodeBook>\n"


class _Project:
    """What a project holds besides its sources, gathered while these are written."""

    def __init__(self, codebook: Codebook, tell: Callable[[str], None]) -> None:
        self._codebook = codebook
        self._labels = LabelNames(codebook)
        self._tell = tell
        self._names: set[str] = set()
        self._sources: set[str] = set()
        self._variables: dict[str, None] = {}
        self.models: dict[str, ModelIdentity] = {}
        """The models that coded, by their identifiers as users."""
        self.missing: list[str] = []
        """The files that could not be coded, each with the reason."""

    def source(self, coded: CodedReview, archive: UndatedZip) -> "_Element":
        """Put a review's files into the archive, and return its element."""
        own, name = _identifier("source", coded.review.source.sha256), self._name_of(coded.review.source.path)
        if own in self._sources:
            own = _identifier("source", coded.review.source.sha256, name)
        self._sources.add(own)
        self.models.setdefault(_user(coded.model), coded.model)
        pdf = self._pdf(coded)
        if pdf is None:
            element = self._text(coded, archive, "TextSource", own, name)
        else:
            archive.writestr(f"sources/{own}.pdf", pdf, compresslevel=_FAST)
            element = _element("PDFSource", guid=own, name=name, path=f"internal://{own}.pdf")
            element.set("creatingUser", _user(coded.model))
            text = _identifier("text", own)
            element.append(self._text(coded, archive, "Representation", text, name))
        for fact, values in named_facts(coded.review.facts).items():
            self._variables[fact] = None
            value = _child(element, "VariableValue")
            _child(value, "VariableRef", targetGUID=_identifier("variable", fact))
            _child(value, "TextValue").text = legal("; ".join(values))
        return element

    def head(self) -> str:
        """Return the XML up to the sources."""
        attributes = {"xmlns": _PROJECT, "name": "Reviews", "origin": _ORIGIN}
        if self.models:
            attributes["creatingUserGUID"] = next(iter(self.models))
        parts = [f"{_HEAD}<Project {' '.join(f'{k}={quoteattr(v)}' for k, v in attributes.items())}>\n"]
        if self.models:
            users = _element("Users")
            for guid, model in self.models.items():
                _child(users, "User", guid=guid, name=f"{model.name} {model.version} (model)")
            parts.append(_text_of(users))
        book = _element("CodeBook")
        _child(book, "Codes").extend(_codes(self._codebook, self._labels))
        parts.append(_text_of(book))
        if self._variables:
            variables = _element("Variables")
            for name in self._variables:
                _child(
                    variables,
                    "Variable",
                    guid=_identifier("variable", name),
                    name=name,
                    typeOfVariable="Text",
                )
            parts.append(_text_of(variables))
        return "".join(parts)

    def tail(self) -> str:
        """Return the XML after the sources."""
        description = _element("Description")
        missing = f" Not in it, because not readable: {'; '.join(self.missing)}." if self.missing else ""
        description.text = legal(
            f"Coded by {_ORIGIN} with the codebook {self._codebook.name} {self._codebook.version}. Codings "
            f"are a model's, for a person to check.{missing}"
        )
        return f"{_text_of(description)}</Project>\n"

    def _name_of(self, path: str) -> str:
        """Return what a source is called, with a number where another has that name, in capitals or not."""
        whole = PurePath(path).name if path != "-" else "standard input"
        stem, suffix = PurePath(whole).stem, PurePath(whole).suffix
        names = chain([whole], (f"{stem} ({number}){suffix}" for number in count(2)))
        name = next(name for name in names if name.lower() not in self._names)
        self._names.add(name.lower())
        return name

    def _pdf(self, coded: CodedReview) -> bytes | None:
        """Return the bytes of the PDF that was read; None, and told, where they are not there any more."""
        source = coded.review.source
        if source.media_type != "application/pdf":
            return None
        try:
            content = Path(source.path).read_bytes() if source.path != "-" else b""
        except (OSError, ValueError):  # ValueError: a name that no file can have
            content = b""
        if hashlib.sha256(content).hexdigest() == source.sha256:
            return content
        why = "standard input is read once" if source.path == "-" else "the file is gone or has changed"
        self._tell(f"{source.path}: the project has its text without the PDF, for {why}.")
        return None

    def _text(self, coded: CodedReview, archive: UndatedZip, kind: str, guid: str, name: str) -> "_Element":
        """Put a review's text into the archive, and return its element with the selections."""
        archive.writestr(f"sources/{guid}.txt", coded.review.text.encode("utf-8", "replace"))
        element = _element(kind, guid=guid, name=name, plainTextPath=f"internal://{guid}.txt")
        element.set("creatingUser", _user(coded.model))
        rest = coded.codebook.stance_ids[-1:]
        for sentence in coded.sentences:
            told = sentence.themes or sentence.stance not in ("", *rest)
            if told and sentence.counts_as_evidence:
                element.append(self._selection(coded, sentence, guid))
        return element

    def _selection(self, coded: CodedReview, sentence: CodedSentence, text: str) -> "_Element":
        user, place = _user(coded.model), f"{sentence.start}-{sentence.end}"
        words = " ".join(sentence.text.split())
        selection = _element(
            "PlainTextSelection",
            guid=_identifier("selection", text, user, place),
            name=words if len(words) <= _NAME_LENGTH else f"{words[:_NAME_LENGTH].rstrip()}…",
            startPosition=str(sentence.start),
            endPosition=str(sentence.end),
            creatingUser=user,
        )
        _child(selection, "Description").text = legal(self._description(sentence))
        codes = [_code(self._codebook, "theme", theme) for theme in sentence.themes]
        codes += [_code(self._codebook, "stance", sentence.stance)] if sentence.stance else []
        for code in codes:
            coding = _identifier("coding", text, user, place, code)
            _child(_child(selection, "Coding", guid=coding, creatingUser=user), "CodeRef", targetGUID=code)
        return selection

    def _description(self, sentence: CodedSentence) -> str:
        marks = [f"{self._labels.themes[theme]} {sentence.scores[theme]:.2f}" for theme in sentence.themes]
        if sentence.stance:
            marks.append(f"{self._labels.stances[sentence.stance]} {sentence.stance_score:.2f}")
        return "; ".join(
            (*marks, f"page {sentence.page}", *([" > ".join(sentence.section)] * bool(sentence.section)))
        )


def _codes(codebook: Codebook, labels: LabelNames) -> "Iterator[_Element]":
    """Give the code tree: themes in their groups, then the stances in one."""
    colours = labels.colours()
    groups: dict[str, list[Theme]] = {}
    for theme in codebook.themes:
        groups.setdefault(theme.group, []).append(theme)
    for group, themes in groups.items():
        codes = [_theme_code(codebook, theme, labels, colours) for theme in themes]
        if group:
            yield _group(codebook, group, colours[labels.themes[themes[0].id]], codes)
        else:
            yield from codes
    if codebook.stances:
        codes = [_stance_code(codebook, stance, labels, colours) for stance in codebook.stances]
        yield _group(codebook, _STANCES, _NO_GROUP_COLOUR, codes)


def _group(codebook: Codebook, name: str, colour: str, codes: "Iterable[_Element]") -> "_Element":
    guid = _code(codebook, "group", name)
    element = _element("Code", guid=guid, name=name, isCodable="false", color=colour)
    element.extend(codes)
    return element


def _theme_code(codebook: Codebook, theme: Theme, labels: LabelNames, colours: dict[str, str]) -> "_Element":
    leave_out = f"Not when {theme.leave_out_when}." if theme.leave_out_when else ""
    mark = f"{theme.mark_when}." if theme.mark_when else ""
    name = labels.themes[theme.id]
    guid = _code(codebook, "theme", theme.id)
    return _codable(guid, name, colours[name], " ".join(part for part in (mark, leave_out) if part))


def _stance_code(
    codebook: Codebook, stance: Stance, labels: LabelNames, colours: dict[str, str]
) -> "_Element":
    name = labels.listed_stances[stance.id]
    mark = f"{stance.mark_when}." if stance.mark_when else ""
    return _codable(_code(codebook, "stance", stance.id), name, colours[name], mark)


def _codable(guid: str, name: str, colour: str, description: str) -> "_Element":
    element = _element("Code", guid=guid, name=name, isCodable="true", color=colour)
    if description:
        _child(element, "Description").text = legal(description)
    return element


def _user(model: ModelIdentity) -> str:
    return _identifier("user", model.sha256)


def _code(codebook: Codebook, kind: str, name: str) -> str:
    return _identifier("code", codebook.name, kind, name)


def _identifier(*parts: str) -> str:
    """Make the identifier of what these words stand for."""
    return str(uuid5(_IDENTIFIERS, "\n".join(parts).encode("utf-8", "backslashreplace").decode("utf-8")))


def _element(tag: str, **attributes: str) -> "_Element":
    from lxml import etree

    return etree.Element(tag, {key: legal(value) for key, value in attributes.items()})


def _child(parent: "_Element", tag: str, **attributes: str) -> "_Element":
    element = _element(tag, **attributes)
    parent.append(element)
    return element


def _text_of(element: "_Element") -> str:
    return _xml(element).decode("utf-8")


def _xml(element: "_Element") -> bytes:
    from lxml import etree

    content: Any = etree.tostring(element, encoding="utf-8", xml_declaration=False)
    return bytes(content) + b"\n"
