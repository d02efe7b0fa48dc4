"""XML of the REFI-QDA standard (`.qdc`, `.qde`), read so that it can neither reach files nor fill the memory.

Tools differ in the namespace (`urn:QDA-XML:project:1.0`, `:2.0`, `urn:QDA-XML:codebook:0:4`), so elements are
known by their local names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Element = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code of a REFI-QDA codebook."""

    guid: str
    """Its identifier, in lower case; empty where it has none."""
    path: tuple[str, ...]
    """Names from the outermost code to this one."""
    description: str
    """What it is for; empty where not said."""
    is_codable: bool
    """False for what only groups other codes."""

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path[-1]


def parse_refi_qda(content: bytes, root: str) -> "Element":
    """Parse an XML document whose root element has the local name `root`, e.g. "Project".

    Raises:
        ValueError: it is no XML, declares a document type or entities, or has another root; a clause.
    """
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.fromstring(content, parser).getroottree()
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValueError(f"its XML is damaged ({error})") from error
    if tree.docinfo.internalDTD is not None or tree.docinfo.doctype:
        raise ValueError(
            "its XML declares a document type or entities, which REFI-QDA never does and which can reach "
            "other files; it is not read"
        )
    element = tree.getroot()
    if local_name(element) != root:
        raise ValueError(f"its XML is no REFI-QDA {root}, but a <{local_name(element)}>")
    return element


def local_name(element: "Element") -> str:
    """Return an element's name without its namespace; empty for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def children(element: "Element", *names: str) -> "Iterator[Element]":
    """Give the children of any of these local names, in order."""
    return (child for child in element if local_name(child) in names)


def guid_of(element: "Element", attribute: str = "guid") -> str:
    """Return an identifier in lower case: tools do not agree on its case."""
    return str(element.get(attribute) or "").strip().strip("{}").lower()


def read_codes(codebook: "Element") -> tuple[Code, ...]:
    """Read the codes of a `CodeBook` element, each before those within it.

    Some tools leave out the `Codes` element between.
    """
    tops = [code for part in children(codebook, "Codes") for code in children(part, "Code")]
    return tuple(_codes([*tops, *children(codebook, "Code")]))


def _codes(elements: "list[Element]") -> Iterator[Code]:
    """Walk the codes without recursion: how deep they are nested is the file's choice."""
    waiting: list[tuple[Any, tuple[str, ...]]] = [(element, ()) for element in reversed(elements)]
    while waiting:
        element, above = waiting.pop()
        guid = guid_of(element)
        path = (*above, " ".join((element.get("name") or guid or "unnamed").split()))
        yield Code(
            guid=guid,
            path=path,
            description=next(
                (" ".join("".join(d.itertext()).split()) for d in children(element, "Description")), ""
            ),
            is_codable=(element.get("isCodable") or "true").strip().lower() not in ("false", "0"),
        )
        waiting += [(child, path) for child in reversed(list(children(element, "Code")))]
