"""Cut a review into sentences, with exact offsets; the one module that knows spaCy.

A short list of rules for published reviews says which marks end no sentence. spaCy's English tokenizer,
with nothing to download, says which marks belong to a word: a web address, "s.47", an abbreviation that
it knows. It is shown the words beside the marks only, which is most of the speed.

Where a mark can be read both ways, two sentences are left as one: half a sentence is no evidence.
A heading is one sentence, whatever stands in it; a list parted by semicolons is left whole.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from reviewtheme.document import Block, BlockKind, Review, Sentence

if TYPE_CHECKING:  # spaCy takes most of a second to import, so it waits for the first sentence
    from spacy.tokens import Doc


def split_sentences(review: Review) -> tuple[Sentence, ...]:
    """Cut every block of a review into sentences.

    The sentences are in order, do not overlap and have no outer white space; together they hold
    every character of the blocks that is not white space. A heading is always one sentence.
    """
    spans = (
        (place, block, start, end)
        for place, block in enumerate(review.blocks)
        for start, end in _block_spans(review.text, block)
    )
    return tuple(
        Sentence(
            index=index,
            text=review.text[start:end],
            start=start,
            end=end,
            page=_page_at(review, block, start),
            block=place,
            kind=block.kind,
            section=block.section,
            role=block.role,
        )
        for index, (place, block, start, end) in enumerate(spans)
    )


def split_text(text: str) -> list[tuple[int, int]]:
    """Cut plain text into sentences, given as half-open offsets into `text`.

    They are in order, do not overlap and have no outer white space; together they hold every
    character that is not white space; none for blank text. A blank line, and a list mark at the
    start of a line, always part sentences; a single line end is white space.
    """
    spans: list[tuple[int, int]] = []
    for start, end in _stretches(text):
        stretch = text[start:end].rstrip()
        cuts = [start, *(start + cut for cut in _sentence_starts(stretch)), end]
        spans.extend(_trimmed(text, first, last) for first, last in pairwise(cuts))
    return spans


def _block_spans(text: str, block: Block) -> list[tuple[int, int]]:
    """Give the sentences of one block as offsets into the review's text."""
    if block.kind is BlockKind.HEADING:
        span = _trimmed(text, block.start, block.end)
        return [span] if span[0] < span[1] else []
    return [
        (block.start + start, block.start + end) for start, end in split_text(text[block.start : block.end])
    ]


def _page_at(review: Review, block: Block, start: int) -> int:
    """Find the page on which a sentence begins: a paragraph may run over a page end."""
    place = bisect_right(review.lines, start, key=lambda line: line.end)
    if place < len(review.lines) and review.lines[place].start <= start:
        return review.lines[place].page
    return block.page


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Take white space off both ends of a span."""
    stretch = text[start:end]
    return start + len(stretch) - len(stretch.lstrip()), start + len(stretch.rstrip())


_BULLET = "•▪●◦‣■►➢✓\uf0b7"
_STRETCH_END = re.compile(
    rf"""
      (?<!\s)[^\S\n]*\n[^\S\n]*\n\s*                               # a blank line
    | (?<!\s)[^\S\n]*\n\s* (?=[-*–{_BULLET}]\s)                    # a bullet at the start of a line
    | (?<=[.:;?!])[^\S\n]*\n\s* (?=(?:\d{{1,2}}[.)]|\d{{1,2}}\.\d{{1,2}}|\(?[a-z]{{1,3}}\))\s)  # a number
    | (?<!\s)\s+ (?=[{_BULLET}]\s)                                 # a bullet in running text
    """,
    re.VERBOSE,
)


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Cut text where no sentence goes on: blank lines and list marks. Offsets, not empty."""
    start = 0
    for part in _STRETCH_END.finditer(text):
        if text[start : part.start()].strip():
            yield start, part.start()
            start = part.end()
    if text[start:].strip():
        yield start, len(text)


def _sentence_starts(stretch: str) -> list[int]:
    """Find where the second and later sentences of a stretch begin; it has no white space at its end."""
    marks = list(_END_MARK.finditer(stretch))
    if not marks:
        return []  # one sentence, as most headings, cells and list items are: nothing for spaCy to do
    brackets = _bracketed(stretch)
    starts = [0]
    for mark in marks:
        end = _possible_end(stretch, mark, starts[-1], brackets)
        if not any(rule(end) for rule in _RULES):
            starts.append(mark.end())
    return starts[1:]


@cache
def _tokenizer() -> "Callable[[str], Doc]":
    """Build spaCy's English tokenizer; once in a process."""
    from spacy.lang.en import English

    return English().tokenizer


@cache
def _exceptions() -> frozenset[str]:
    """Give the abbreviations that spaCy knows for English, with their full stops."""
    from spacy.lang.en import English

    return frozenset(word for word in English.Defaults.tokenizer_exceptions if word.endswith("."))


# --- the rules -----------------------------------------------------------------------------------

_END_MARK = re.compile(
    r"""
    (?P<mark> (?:\.\s){2,3}\. | (?<![.?!…])[.?!…]++ )
    (?P<close> ["'”’)\]»]* (?:\s+["”»](?=\s|$))? )    # "poor. ” The": the quotation mark belongs here
    (?P<note> (?<=[a-z]\.)\d{1,2}(?=\s+[A-Z]) )?      # a footnote's number that stayed in the text
    (?: \s+ | (?=(?<=[a-z]{2}[.?!])[A-Z][a-z] | (?<=[.?!]["”’])[A-Z][a-z]) )  # white space; or it was lost
    """,
    re.VERBOSE,
)
_WORD_BEFORE = re.compile(r"""(?:(?P<last>[^\s("“‘\[]+)\s+)?(?P<word>[^\s("“‘'\[/–—]*)\Z""")
_WORD_AFTER = re.compile(r"""["“”‘’'«(\[–—\-*\s]*(?P<word>[^\W_][\w'’-]*)?(?P<dot>\.)?""")
_WINDOW = 80
"""Characters beside a mark that are looked at."""
_LONGEST_START = 200
"""Characters; the rules on what a sentence so far consists of are about short ones."""
_LONGEST_BRACKET = 250
"""Characters; a bracket that is closed later than this was most likely never closed."""


@dataclass(frozen=True, slots=True)
class _PossibleEnd:
    """A mark that may end a sentence, with what stands around it."""

    sentence: str
    """The sentence so far, mark included; only its last part where it is long."""
    mark: str
    """The mark itself: ".", "?", "…", "?!" …"""
    close: str
    """Closing quotation marks and brackets after it."""
    last: str
    """Word before the word before it."""
    word: str
    """Word before it, with the full stops within."""
    following: str
    """The text after it, beginning with the next word's opening quotation marks and brackets."""
    next_word: str
    """Word after it; empty where a symbol follows."""
    next_is_initial: bool
    """Whether the next word is one letter with a full stop."""
    in_bracket: bool
    """Whether it stands in a bracket that was opened within the sentence."""
    in_word: bool
    """Whether spaCy takes it for a character within a word: in a web address, "s.47", "Ph.D."."""
    is_exception: bool
    """Whether spaCy knows the word with its full stop as an abbreviation."""


def _possible_end(
    text: str, mark: re.Match[str], sentence_start: int, brackets: list[tuple[int, int]]
) -> _PossibleEnd:
    """Look at what stands around a mark."""
    start = mark.start()
    before = _WORD_BEFORE.search(text, max(sentence_start, start - _WINDOW), start)
    after = _WORD_AFTER.match(text, mark.end())
    next_word = (after and after["word"]) or ""
    word_start, whole_word = _word_at(text, start)
    word = (before and before["word"]) or ""
    return _PossibleEnd(
        sentence=text[max(sentence_start, mark.end("mark") - _LONGEST_START) : mark.end("mark")],
        mark=mark["mark"],
        close=mark["close"],
        last=(before and before["last"]) or "",
        word=word,
        following=text[mark.end() : mark.end() + 2 * _WINDOW],
        next_word=next_word,
        next_is_initial=len(next_word) == 1 and bool(after and after["dot"]),
        in_word=not mark["note"] and word_start + len(whole_word) > mark.end("mark"),
        is_exception=len(word) > 1 and whole_word == word + "." and whole_word in _exceptions(),
        in_bracket=_is_inside(brackets, sentence_start, start, mark.end()),
    )


def _is_inside(brackets: list[tuple[int, int]], sentence_start: int, start: int, end: int) -> bool:
    """Tell whether a mark stands in a bracket that the sentence did not begin with."""
    place = bisect_right(brackets, start, key=lambda bracket: bracket[0]) - 1
    return place >= 0 and sentence_start < brackets[place][0] and end < brackets[place][1]


def _word_at(text: str, place: int) -> tuple[int, str]:
    """Give the word of spaCy's that holds a character, and where it starts.

    Only what stands between white space is cut, and no more than a window of it: a word cannot be longer.
    """
    before = text[max(0, place - _WINDOW) : place].rsplit(maxsplit=1)
    head = before[-1] if before and not text[place - 1].isspace() else ""
    tail = text[place : place + _WINDOW].split(maxsplit=1)[0]
    start, word = _word_in(head + tail, len(head))
    return place - len(head) + start, word


@lru_cache(maxsize=1 << 16)
def _word_in(chunk: str, place: int) -> tuple[int, str]:
    """Let spaCy cut a text without white space, and give the word that holds a character."""
    return next((word.idx, word.text) for word in reversed(_tokenizer()(chunk)) if word.idx <= place)


def _bracketed(text: str) -> list[tuple[int, int]]:
    """Find the outermost brackets that are closed, as half-open spans."""
    spans: list[tuple[int, int]] = []
    first = depth = 0
    for bracket in re.finditer(r"[()\[\]]", text):
        place = bracket.start()
        if bracket[0] in "([":
            if depth == 0 or place - first > _LONGEST_BRACKET:
                first, depth = place, 0
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0 and place - first <= _LONGEST_BRACKET:
                spans.append((first, place + 1))
    return spans


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_TITLES = _words("mr mrs ms mx dr prof rev revd cllr sgt insp supt det cpl capt lt col gen hon messrs fr sr")
_NEVER_LAST = _words("e.g i.e eg ie cf viz vs v approx ca incl excl esp nee née")
_BEFORE_NUMBER = _words(
    """no nos para paras p pp pt fig figs s ss sec secs sect art arts reg regs ch chap vol vols cl sch
    ref refs ext tel min max ed eds app ann c jan feb mar apr jun jul aug sep sept oct nov dec"""
)
_MAY_BE_LAST = _words(
    """al st rd ave ln sq jr snr jnr ltd co inc plc corp dept depts govt bros hrs hr mins yrs yr wks mths
    mon tue tues wed thu thur thurs fri"""
)
_ABBREVIATIONS = _TITLES | _NEVER_LAST | _BEFORE_NUMBER | _MAY_BE_LAST | _words("etc")
_MONTHS_AND_DAYS = _words(
    """january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday gmt bst"""
)
_LETTERED = _words(
    """child children mother father baby adult sibling family parent subject person twin boy girl man woman
    brother sister cousin uncle aunt grandmother grandfather stepfather stepmother partner carer male
    female infant pupil student resident patient case appendix annex section part group hepatitis vitamin
    category grade plan option level type school hospital agency worker officer witness area team table
    figure"""
)
"""Words after which a letter is a name of its own ("Child A."), and no initial."""
_STARTERS = _words(
    """the a an he she it they we you i this that these those there here his her hers its their our your
    my who what when where why how which whose in on at by to from for with without within of as if after
    before during since until while whilst although though because despite following however therefore
    moreover furthermore nevertheless nonetheless instead also both all each every some many most much few
    several no none neither either another other others such but and or so yet not nor only even once then
    now later today between under over through throughout about against among upon unless whether given
    overall finally firstly secondly thirdly first second third next nobody somebody everybody anybody
    everyone someone anyone nothing everything something"""
)
"""Words that seldom are names: with a capital letter, they begin a sentence."""
_LABEL = re.compile(
    r"(?:\A|[;:]\s+(?:(?:and|or)\s+)?)[(\[]?(?:\d{1,2}(?:\.\d{1,2})*|[A-Za-z]|[ivx]{1,4}|[IVX]{1,4})\)?\.\Z"
)
_TIME_FIRST = re.compile(
    r"(?:[\d.]+\s+)?(?:At|By|From|On|Until|Around|About|After|Before|Between|Just|Shortly)\s(?:\S+\s+){0,5}\S+"
)
_INITIALISM = re.compile(r"(?:\d{1,2}(?:[.:]\d\d)?)?(?:[A-Za-z]\.)+[A-Za-z]")
_REPORTED = re.compile(
    r"(?:[A-Z][\w'’.-]*\s+){1,4}(?:\w+\s+)?(?:said|says|asked|asks|added|wrote|replied|wondered|told)[.,:;]"
)


def _is_in_word(end: _PossibleEnd) -> bool:
    """Tell whether the mark is a character of a word."""
    return end.in_word


def _continues_in_lower_case(end: _PossibleEnd) -> bool:
    """Tell whether the next word is in lower case, as after an abbreviation or a quoted question.

    A mark after a whole plain word ends its sentence even so: a capital was forgotten.
    """
    if not end.next_word[:1].islower():
        return False
    plain = end.word.isalpha() and end.word.islower() and len(end.word) > 3
    whole = plain and len(end.mark) == 1 and end.mark in ".?!" and not end.close
    return not (whole and end.word not in _ABBREVIATIONS)


def _is_label(end: _PossibleEnd) -> bool:
    """Tell whether the sentence so far is only its number: "4.", "(iii).", "B."."""
    return end.mark == "." and end.close in ("", ")") and _LABEL.search(end.sentence) is not None


def _is_abbreviated(end: _PossibleEnd) -> bool:
    """Tell whether the full stop belongs to an abbreviation in mid-sentence."""
    if end.mark != "." or end.close or _is_time(end):
        return False
    word = end.word.casefold()
    if word in _NEVER_LAST or word in _TITLES:
        return True
    if word in _BEFORE_NUMBER:
        return end.next_word[:1].isdigit() or (word != "no" and not _begins_sentence(end))
    return (word in _MAY_BE_LAST or end.is_exception) and not _begins_sentence(end)


def _is_initialism(end: _PossibleEnd) -> bool:
    """Tell whether the full stop belongs to "p.m.", "U.K." or "B.A." in mid-sentence."""
    if end.mark != "." or end.close or _INITIALISM.fullmatch(end.word) is None:
        return False
    if _is_time(end):
        if _TIME_FIRST.fullmatch(end.sentence):  # "At 4.50 a.m. Mother rang …"
            return True
        return end.next_word.casefold() in _MONTHS_AND_DAYS
    return not _begins_sentence(end)


def _is_time(end: _PossibleEnd) -> bool:
    return end.word.casefold().endswith(("a.m", "p.m"))


def _is_initial(end: _PossibleEnd) -> bool:
    """Tell whether the full stop belongs to the initial of a name: "J. Smith", but not "Child A."."""
    if end.mark != "." or end.close or len(end.word) != 1 or not end.word.isupper():
        return False
    if _begins_sentence(end) or end.last.casefold() in _LETTERED:
        return False
    return end.next_word[:1].isalpha() and not (end.word in "XYZ" and end.last)


def _begins_sentence(end: _PossibleEnd) -> bool:
    """Tell whether the next word, with its capital, can hardly be a name."""
    return end.next_word[:1].isupper() and end.next_word.casefold() in _STARTERS and not end.next_is_initial


def _is_in_bracket(end: _PossibleEnd) -> bool:
    """Tell whether the mark is inside a bracket within its sentence, or is itself "[…]"."""
    return end.in_bracket


def _is_reported_question(end: _PossibleEnd) -> bool:
    """Tell whether a quoted question goes on with who asked it: “Why?” Ms Smith asked."""
    return end.mark[-1] in "?!" and bool(end.close) and _REPORTED.match(end.following) is not None


def _is_elision(end: _PossibleEnd) -> bool:
    """Tell whether the mark stands for words left out: "[…]", "(...)"."""
    return end.sentence.endswith(("[" + end.mark, "(" + end.mark)) and set(end.mark) <= set(".…")


_RULES: tuple[Callable[[_PossibleEnd], bool], ...] = (
    _is_in_word,
    _continues_in_lower_case,
    _is_label,
    _is_abbreviated,
    _is_initialism,
    _is_initial,
    _is_in_bracket,
    _is_reported_question,
    _is_elision,
)
"""Each says why a mark does not end a sentence; where none does, it ends one."""
