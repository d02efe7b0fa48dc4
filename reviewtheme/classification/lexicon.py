"""Words and phrases of the field that point to themes and stances: features of the model, and keyword list.

Text and phrases are compared word by word, in lower case, with hyphens read as spaces and
apostrophes left out, so that "Co-sleeping" and "co sleeping" are one. In a phrase, a word that ends in "*"
stands for all words that begin so, "…" for up to six words of any kind, and "^" for the sentence's beginning.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import NamedTuple

from reviewtheme.codebook import default_codebook
from reviewtheme.errors import CodebookError

WORD = re.compile(r"[a-z0-9]+")
GAP, BEGINNING = "…", "^"
_WIDEST_GAP = 6
"""Words that a gap of a phrase stands for at most."""
_MOST_WORDS, _MOST_GAPS, _MOST_STEPS = 40, 6, 500_000
"""Of a phrase, and of all together: a forged model shall not fill the memory."""
_SIGNS_OF_A_THEME = 3
"""Hints and words that together mark a theme in the keyword list; chosen on training sentences."""
_CACHED_WORDS = 100_000
"""Words whose place in the lexicon is kept, so that memory stays flat over many documents."""


def split_words(text: str) -> list[str]:
    """Return the lower-case words of a text, apostrophes left out."""
    return WORD.findall(text.lower().replace("’", "").replace("'", ""))


@dataclass(slots=True)
class _Node:
    """One step of the phrases that begin alike."""

    branches: dict[str, "_Node"] = field(default_factory=dict)
    """Word of a phrase, with the star of a stem, to the next step."""
    gap: "_Node | None" = None
    """The step after any few words."""
    ends: dict[tuple[int, bool], None] = field(default_factory=dict)
    """(column, counts for it) of each phrase that ends here, in order."""

    def branch(self, word: str) -> "_Node":
        """Return the step that a word of a phrase leads to; made where there is none."""
        if word == GAP:
            self.gap = self.gap or _Node()
            return self.gap
        return self.branches.setdefault(word, _Node())

    def after(self, words: Sequence[str]) -> tuple["_Node", ...]:
        """Return the steps that words lead to."""
        return tuple(self.branches[word] for word in words if word in self.branches)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseMatch:
    """A phrase of the lexicon found in a list of words."""

    column: int
    """Column of what it points to."""
    start: int
    """Index of its first word."""
    end: int
    """One past the index of its last word."""


class Lexicon:
    """Finds in a sentence the phrases that point to something: a theme, a hint of one, a stance.

    Args:
        columns: names of what phrases point to, in order; names without phrases are allowed.
        phrases: name to its phrases.
        exceptions: name to phrases that look like it and are not.

    Raises:
        CodebookError: a name of `phrases` or `exceptions` is not in `columns`, a column is there twice, or a
            phrase, or all together, would take more memory and time than a lexicon can need.
    """

    def __init__(
        self,
        columns: Sequence[str],
        phrases: Mapping[str, Sequence[str]],
        exceptions: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.columns = tuple(columns)
        self.phrases = {name: tuple(phrases) for name, phrases in phrases.items()}
        self.exceptions = {name: tuple(phrases) for name, phrases in (exceptions or {}).items()}
        self._places = {name: place for place, name in enumerate(self.columns)}
        if len(self._places) < len(self.columns):
            raise CodebookError("The lexicon has a column twice.")
        self._root = _Node()
        self._words: set[str] = set()
        """Words of all phrases, with the star of a stem."""
        self._words_of: dict[str, _Word] = {}
        self._steps = 0
        for entries, counts in ((self.phrases, True), (self.exceptions, False)):
            for name, its_phrases in entries.items():
                for phrase in its_phrases:
                    self._add(name, phrase, counts=counts)
        stems = {len(word) - 1 for word in self._words if word.endswith("*")}
        self._stem_lengths = sorted(stems)
        self._beginning = self._root.branches.get(BEGINNING)

    def _add(self, name: str, phrase: str, *, counts: bool) -> None:
        if name not in self._places:
            raise CodebookError(f"The lexicon names '{name}', which is none of its columns.")
        words = split_phrase(phrase)
        self._steps += len(words)
        if len(words) > _MOST_WORDS or words.count(GAP) > _MOST_GAPS or self._steps > _MOST_STEPS:
            raise CodebookError(
                f"The lexicon is too large at '{phrase[:40]}': a phrase has {_MOST_WORDS} words and "
                f"{_MOST_GAPS} gaps at most, and all phrases {_MOST_STEPS:,} words."
            )
        node = self._root
        for word in words:
            node = node.branch(word)
        self._words.update(words)
        node.ends[self._places[name], counts] = None

    def find(self, words: Sequence[str]) -> list[PhraseMatch]:
        """Return the phrases found, in order; none that shares a word with an exception of its column.

        The words that a gap stands for belong to the phrase.
        """
        return [PhraseMatch(column=column, start=start, end=end) for column, start, end in self._find(words)]

    def find_columns(self, words: Sequence[str]) -> list[int]:
        """Return the columns of the phrases found, each once, in order."""
        return sorted({column for column, _, _ in self._find(words)})

    def _find(self, words: Sequence[str]) -> list[tuple[int, int, int]]:
        """Return column, start and end of each phrase found; see `find`."""
        found: list[tuple[int, int, int]] = []
        excepted: dict[int, int] = {}
        """Column to its exceptions' words, a bit each."""
        known = [self._known(word) for word in words]
        of_phrases = [word.of_phrases for word in known]
        for start, word in enumerate(known):
            first = word.first if start or self._beginning is None else self._first_of_all(word)
            if not first:
                continue
            for node, end in _walk(first, of_phrases, start + 1):
                for column, counts in node.ends:
                    if counts:
                        found.append((column, start, end))
                    else:
                        excepted[column] = excepted.get(column, 0) | _bits(start, end)
        return [m for m in found if not excepted.get(m[0], 0) & _bits(m[1], m[2])] if excepted else found

    def _first_of_all(self, word: "_Word") -> tuple[_Node, ...]:
        """Return the steps that a sentence's first word leads to."""
        return word.first + (self._beginning.after(word.of_phrases) if self._beginning else ())

    def _known(self, word: str) -> "_Word":
        """Return what the phrases make of a word; kept, as most words come again."""
        known = self._words_of.get(word)
        if known is None:
            if len(self._words_of) >= _CACHED_WORDS:
                self._words_of.clear()
            matching = [word, *(f"{word[:length]}*" for length in self._stem_lengths if length <= len(word))]
            of_phrases = tuple(m for m in matching if m in self._words)
            known = self._words_of[word] = _Word(of_phrases, self._root.after(of_phrases))
        return known


class _Word(NamedTuple):
    """What the phrases of a lexicon make of a word."""

    of_phrases: tuple[str, ...]
    """The words and stems of phrases that it matches."""
    first: tuple[_Node, ...]
    """The steps that it leads to at the beginning of a phrase."""


def _walk(first: Sequence[_Node], words: Sequence[tuple[str, ...]], place: int) -> list[tuple[_Node, int]]:
    """Return every step reached, with the place one past its last word.

    Args:
        first: the steps of the first word.
        words: of a sentence, as the phrases have them.
        place: of the second word.
    """
    reached = [(node, place) for node in first]
    after_gap: set[tuple[int, int]] = set()
    for node, end in reached:
        if node.branches and end < len(words):
            branches = node.branches
            reached += [(branches[word], end + 1) for word in words[end] if word in branches]
        if node.gap is None:
            continue
        branches = node.gap.branches
        for after in range(end, min(end + _WIDEST_GAP + 1, len(words))):
            for word in words[after]:
                if word in branches and (id(branches[word]), after) not in after_gap:  # gaps would multiply
                    after_gap.add((id(branches[word]), after))
                    reached.append((branches[word], after + 1))
    return reached


def split_phrase(phrase: str) -> list[str]:
    """Return the words and signs of a lexicon phrase, a closing "*" kept on its word.

    A gap that has no words before and behind it is left out.
    """
    found = re.findall(r"^\^|[a-z0-9]+\*?|…", phrase.strip().lower().replace("’", "").replace("'", ""))
    words = [place for place, word in enumerate(found) if word not in (GAP, BEGINNING)]
    if not words:
        return []
    return [w for p, w in enumerate(found) if w != GAP or (words[0] < p < words[-1] and found[p - 1] != GAP)]


def _bits(start: int, end: int) -> int:
    """Return a number with a bit for each word of a place."""
    return (1 << end) - (1 << start)


def hint_of(name: str) -> str:
    """Return the column of phrases that only hint at a theme or stance."""
    return f"{name}, hint"


def word_of(name: str) -> str:
    """Return the column of the plain words of a theme."""
    return f"{name}, word"


def themes_by_keywords(lexicon: Lexicon, words: Sequence[str]) -> set[str]:
    """Mark as a keyword list does: by one strong phrase, or by three finds among the hints and words.

    A phrase that is listed as both is two finds, and so are two phrases that share a word: in such a list,
    that is what makes a sign surer.

    Returns:
        Names of the columns that are marked, those of the themes among them.
    """
    signs = Counter(lexicon.columns[match.column] for match in lexicon.find(words))
    return {
        name
        for name in lexicon.columns
        if signs[name] or signs[hint_of(name)] + signs[word_of(name)] >= _SIGNS_OF_A_THEME
    }


@cache
def default_lexicon() -> Lexicon:
    """Return the lexicon that comes with the program.

    Its columns are the themes of the default codebook, stances, hints and words of each, and families of
    words that are no stance by themselves ("lack", "praise", "obligation" ...).
    """
    text = resources.files("reviewtheme.classification").joinpath("lexicon.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    phrases: dict[str, list[str]] = {}
    exceptions: dict[str, list[str]] = {}
    for name, entry in [*tables["themes"].items(), *tables["stances"].items()]:
        for column, tier in ((name, "strong"), (hint_of(name), "hints"), (word_of(name), "words")):
            if tier in entry:
                phrases[column], exceptions[column] = entry[tier], entry.get("not", [])
    phrases |= {family: entry["words"] for family, entry in tables["families"].items()}
    columns = [*default_codebook().theme_ids, *(name for name in phrases if name not in tables["themes"])]
    return Lexicon(columns, phrases, exceptions)
