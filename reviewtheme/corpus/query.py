"""What a user asks for in words, as a query of SQLite's full-text search.

    handover discharge            both words, in any order
    "hand over"                   the words one after the other
    handover NEAR discharge       at most ten words apart; NEAR/3 for three
    neglect OR abuse, a AND b, a NOT b, ( … )
    disclos*                      words that begin so

Words are compared by their stem ("discharged" finds "discharge") and without regard to case and accents.
"""

import re
from dataclasses import dataclass

from reviewtheme.errors import UsageError

_NEAR = re.compile(r"NEAR(?:/(\d{1,3}))?")
_DISTANCE = 10
_DEEPEST = 50
_TOKEN = re.compile(
    r"""\s*(?: (?P<open>\() | (?P<close>\)) | "(?P<phrase>[^"]*)" | (?P<word>[^\s()"]+) )""", re.VERBOSE
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """"open", "close", "phrase", "word", or "operator"."""
    text: str


def full_text_query(asked: str) -> str:
    """Return the FTS5 query for what a user asked; nothing the user writes is read as FTS5's own syntax.

    Raises:
        UsageError: an operator has nothing to join, a bracket or a quotation mark is alone, or there is no
            word.
    """
    asked = asked.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    parser = _Parser(_tokens(asked), asked)
    query = parser.either()
    parser.expect_end()
    return query


def _tokens(asked: str) -> list[_Token]:
    tokens: list[_Token] = []
    place = 0
    text = asked.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise UsageError(f"The search '{asked}' has a quotation mark without its other one: add it.")
        kind = str(found.lastgroup)
        value = found[kind]
        operator = kind == "word" and (value in ("AND", "OR", "NOT") or _NEAR.fullmatch(value))
        tokens.append(_Token("operator" if operator else kind, value))
        place = found.end()
    return tokens


class _Parser:
    """Reads tokens from left to right: OR binds least, then AND and NOT, then NEAR."""

    def __init__(self, tokens: list[_Token], asked: str) -> None:
        self._tokens = tokens
        self._asked = asked
        self._place = 0
        self._depth = 0

    def either(self) -> str:
        parts = [self._both()]
        while self._take_operator("OR"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"

    def expect_end(self) -> None:
        if self._next() is not None:
            raise UsageError(f"The search '{self._asked}' has a bracket that does not belong: remove it.")

    def _both(self) -> str:
        query = self._near()
        while (token := self._next()) is not None and token.kind != "close" and token.text != "OR":
            if self._take_operator("NOT"):
                query = f"({query} NOT {self._near()})"
            else:
                self._take_operator("AND")
                query = f"({query} AND {self._near()})"
        return query

    def _near(self) -> str:
        first = self._term()
        near = [first]
        distance = 0
        while (
            (token := self._next()) is not None and token.kind == "operator" and _NEAR.fullmatch(token.text)
        ):
            found = _NEAR.fullmatch(token.text)
            self._place += 1
            distance = max(distance, int((found and found[1]) or _DISTANCE))
            near.append(self._term())
        if len(near) == 1:
            return first
        if any(term.startswith("(") for term in near):
            raise UsageError(f"NEAR in the search '{self._asked}' joins words and phrases, not brackets.")
        return f"NEAR({' '.join(near)}, {distance})"

    def _term(self) -> str:
        token = self._next()
        if token is None or token.kind in ("operator", "close"):
            raise UsageError(f"The search '{self._asked}' lacks a word after an operator or bracket: add it.")
        self._place += 1
        if token.kind == "open":
            return self._bracketed()
        text = token.text
        prefix = token.kind == "word" and text.endswith("*")
        words = text.rstrip("*") if prefix else text
        if not any(character.isalnum() for character in words):
            raise UsageError(f"'{text}' in the search '{self._asked}' holds no word: leave it out.")
        return f'"{words}"{" *" if prefix else ""}'

    def _bracketed(self) -> str:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UsageError(f"The search has more than {_DEEPEST} brackets in each other: make it simpler.")
        inner = self.either()
        closing = self._next()
        if closing is None or closing.kind != "close":
            raise UsageError(f"The search '{self._asked}' has a bracket that is not closed: close it.")
        self._place += 1
        self._depth -= 1
        return f"({inner})"

    def _next(self) -> _Token | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _take_operator(self, name: str) -> bool:
        token = self._next()
        taken = token is not None and token.kind == "operator" and token.text == name
        self._place += taken
        return taken
