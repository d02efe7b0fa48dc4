"""Text that is not what the page shows: letters of fonts that do not say which characters they stand for.

Such a page looks right and reads as nonsense: every letter shifted ("7KLV LV"), signs of no meaning, or
"(cid:12)". It is told by pairs of letters that stand side by side in English or Welsh words, and by
characters that no text has. Text in other letters than the Latin ones is not judged.
"""

import re
import unicodedata
from collections.abc import Sequence

_PAIRS = {
    "a": "bcdefghiklmnprstuvwy",
    "b": "aeilorsuwy",
    "c": "acehiklorstuwy",
    "d": "adegiloruwy",
    "e": "abcdefghiklmnopqrstuvwxy",
    "f": "aefiloruwy",
    "g": "aeghilnoruwy",
    "h": "aeinorstuwy",
    "i": "abcdefgklmnoprstuvwz",
    "j": "aou",
    "k": "einsy",
    "l": "adefilkmostuvwy",
    "m": "abeimopruwy",
    "n": "acdefghiklnostuvwy",
    "o": "abcdefghiklmnopqrstuvwxy",
    "p": "aehilooprtsuwy",
    "q": "u",
    "r": "acdefghiklmnoprstuvwy",
    "s": "acehiklmnopqstuwy",
    "t": "acehilmorstuwy",
    "u": "abcdefgilmnoprstw",
    "v": "aeioy",
    "w": "aehinorsuy",
    "x": "acept",
    "y": "abcdegilmnoprstw",
    "z": "aei",
}
"""Letters that follow a letter within English and Welsh words; 97 pairs of 100 in reviews are among these."""
_FAMILIAR = frozenset(first + second for first, followers in _PAIRS.items() for second in followers)
_WORD = re.compile(r"[^\W\d_]{2,}")
_LEAST_PAIRS = 60
"""Pairs of letters from which on a text can be judged; fewer are a heading or some names."""
_LEAST_FAMILIAR = 0.6
"""Share of familiar pairs under which a text is nonsense; a page of a review has 0.92 and more."""
_LEAST_PAIRS_OF_LONG = 300
_LEAST_FAMILIAR_OF_LONG = 0.76
"""The same for a long text without common words; lists of abbreviations and foreign names have 0.7 to 0.8."""
_COMMON_WORDS = frozenset(
    re.findall(
        r"\w+",
        """the and was for that with from were had not this are her his she they their who been have which
        there but has will should when what would could did you your our child children wedi gan bod mae oedd
        nad fod hyn cael gyda mewn plant plentyn und der die les des que los dla nie jest""",
    )
)
"""Of English and Welsh; and a few of other languages, which are no nonsense."""
_USUAL_COMMON = 0.15
"""Share of common words in running text, at least; English has twice as many."""
_LEAST_COMMON = 0.01
"""Share of the words of a text that are common ones, under which it has none to speak of."""
_LEAST_SIGNS = 40
_MOST_MEANINGLESS = 0.3
"""Share of characters without meaning over which a text is nonsense."""
_MEANINGLESS = frozenset(("Co", "Cn", "Cc", "Cs"))


def is_garbled(texts: Sequence[str]) -> bool:
    """Tell whether the lines of a page are nonsense. Short texts and other scripts are taken as they are."""
    text = "\n".join(texts)
    if _is_plainly_text(text):
        return False
    if _meaningless_share(text) > _MOST_MEANINGLESS:
        return True
    words = [plain for word in _WORD.findall(text) if not _is_of_another_script(plain := _plain(word))]
    pairs = sum(len(word) - 1 for word in words)
    if pairs < _LEAST_PAIRS:
        return False
    share = (
        sum(word[place : place + 2] in _FAMILIAR for word in words for place in range(len(word) - 1)) / pairs
    )
    if share >= _LEAST_FAMILIAR_OF_LONG:
        return False
    common = sum(word in _COMMON_WORDS for word in words) / len(words)
    return share < _LEAST_FAMILIAR or (pairs >= _LEAST_PAIRS_OF_LONG and common < _LEAST_COMMON)


def _is_plainly_text(text: str) -> bool:
    """Whether common words are as many as in running text: nearly every page, and quickly told."""
    words = text.lower().split()
    return sum(word in _COMMON_WORDS for word in words) > _USUAL_COMMON * len(words)


def _plain(word: str) -> str:
    lower = word.lower()
    if lower.isascii():
        return lower
    return "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))


def _is_of_another_script(word: str) -> bool:
    """Whether the letters of a word are all beyond the Latin ones, as Greek or Arabic ones are."""
    return all(character > "\u036f" for character in word)


def _meaningless_share(text: str) -> float:
    signs = [c for c in text if not c.isspace()]
    if len(signs) < _LEAST_SIGNS:
        return 0.0
    return sum(c == "\ufffd" or unicodedata.category(c) in _MEANINGLESS for c in signs) / len(signs)
