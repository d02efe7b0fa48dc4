"""What a review states about itself: kind, publisher, date, child, age, what happened, agencies.

Each fact is found by wording that hardly ever means anything else, mostly on the first pages, and is
left out otherwise: a wrong fact is worse than none. Each keeps the place where the text states it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from reviewtheme.document import Block, BlockKind, Fact, Review, SectionRole

_FRONT = 1_500
"""Characters: the title page of a report, the first paragraphs of an article."""
_OPENING = 8_000
"""Characters: what a reader takes in before the chronology begins."""


def find_facts(review: Review) -> tuple[Fact, ...]:
    """Find what the text of a review states about the review.

    At most one fact each of "kind-of-review", "publisher", "date", "age" and "event", and one for each
    child and each agency; values are normalised (dates as ISO 8601, ages as "5 weeks"). In text order.
    """
    opening = _opening(review)
    facts = [fact for finder in _FINDERS for fact in finder(opening)]
    if {fact.name for fact in facts} <= {"event", "agency", "date"}:
        facts = [fact for fact in facts if fact.name != "event"]  # guidance speaks of deaths as well
    return tuple(sorted(facts, key=lambda fact: (fact.start, fact.end, fact.name)))


@dataclass(frozen=True, slots=True)
class _Opening:
    """A review as the finders see it."""

    text: str
    """The review's text."""
    blocks: tuple[Block, ...]
    """Blocks of the body, without tables of contents and the like."""
    front: tuple[Block, ...]
    """Those of the title page or the first paragraphs."""
    is_inspection: bool
    """Whether it reports an inspection, which is about no one child."""

    def names_kind_before(self, block: Block) -> bool:
        """Whether a line of the title page above this one says what kind of review it is."""
        return any(
            _KIND.search(self.text, other.start, other.end)
            for other in self.front
            if other.end <= block.start
        )

    def search(self, pattern: re.Pattern[str], limit: int = _OPENING) -> Iterator[re.Match[str]]:
        """Yield the places in the body where a pattern stands, up to a number of characters."""
        for block in takewhile(lambda block: block.start < limit, self.blocks):
            yield from pattern.finditer(self.text, block.start, block.end)


def _opening(review: Review) -> _Opening:
    blocks = tuple(block for block in review.blocks if block.role is SectionRole.BODY)
    front = tuple(takewhile(lambda block: block.start < _FRONT, blocks))
    is_inspection = any(_INSPECTION.search(review.text, block.start, block.end) for block in front)
    return _Opening(review.text, blocks, front, is_inspection)


# --- kind of review ------------------------------------------------------------------------------------

_INSPECTION = re.compile(
    r"""(?P<joint>\b[Jj]oint\s[Tt]argeted\s[Aa]rea\s[Ii]nspection\b)
    | \bInspection\s(?:of|report|dates?|outcome)\b | \b(?:SEND|[Ss]hort|[Ff]ocused)\s[Ii]nspection\b""",
    re.VERBOSE,
)
_KINDS: tuple[tuple[str, str], ...] = (
    ("local child safeguarding practice review", r"local\s+child\s+safeguarding\s+practice\s+review|LCSPR"),
    ("national child safeguarding practice review", r"national\s+child\s+safeguarding\s+practice\s+review"),
    ("child safeguarding practice review", r"child(?:ren)?\s+safeguarding\s+practice\s+review|CSPR"),
    ("concise child practice review", r"concise\s+child\s+practice\s+review"),
    ("extended child practice review", r"extended\s+child\s+practice\s+review"),
    ("child practice review", r"child\s+practice\s+review"),
    ("serious case review", r"serious\s+case\s+review"),
    ("significant case review", r"significant\s+case\s+review"),
    ("case management review", r"case\s+management\s+review"),
    ("safeguarding adults review", r"safeguarding\s+adults?\s+review"),
    ("domestic homicide review", r"domestic\s+homicide\s+review"),
    ("thematic review", r"thematic\s+review"),
    ("rapid review", r"rapid\s+review"),
    ("learning review", r"(?:multi-agency\s+)?learning\s+review"),
    (
        "coroner's report",
        r"(?:regulation\s+28|prevention?\s+of\s+future\s+deaths?|prevent\s+future\s+deaths?)\b[^\n]{0,20}?\breport",
    ),
)
_KIND = re.compile(
    "|".join(rf"(?P<kind_{place}>\b(?:{pattern})\b)" for place, (_, pattern) in enumerate(_KINDS)),
    re.IGNORECASE,
)
_KIND_STATED = re.compile(
    rf"""\b(?:this|the|a|an)\s+(?:{"|".join(pattern for _, pattern in _KINDS)})\s
    (?:into|by|of|has|was|is|found|says|said|examine[sd]|considers?|concern(?:s|ed)|report)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def _kind_of_review(opening: _Opening) -> Iterator[Fact]:
    """Find the kind of review: on the title page, else where the text says what it reports on."""
    for block in opening.front:
        if found := _INSPECTION.search(opening.text, block.start, block.end):
            kind = "joint targeted area inspection" if found["joint"] else "inspection"
            yield _fact("kind-of-review", kind, found)
            return
        if found := _KIND.search(opening.text, block.start, block.end):
            yield _kind_fact(found)
            return
    for stated in opening.search(_KIND_STATED):
        if found := _KIND.search(opening.text, stated.start(), stated.end()):
            yield _kind_fact(found)
            return


def _kind_fact(found: re.Match[str]) -> Fact:
    place = next(name for name, text in found.groupdict().items() if text is not None)
    return _fact("kind-of-review", _KINDS[int(place.removeprefix("kind_"))][0], found)


def _fact(name: str, value: str, found: re.Match[str], group: int | str = 0) -> Fact:
    return Fact(name=name, value=value, start=found.start(group), end=found.end(group))


# --- publisher -----------------------------------------------------------------------------------------

_NAME = r"[A-Z][\w’'.-]*(?:(?:,|,?\s(?:and|&|of|on|upon|in|the|with))?\s[A-Z&][\w’'.-]*){0,7}?"
_BOARD = (
    rf"{_NAME}\s(?:Local\s)?Safeguarding\s(?:Children(?:['’]?s)?|Child(?:ren)?\sand\sAdults?)?\s?"
    r"(?:Board|Partnership|Partners)(?:\s\([A-Z]{2,8}\))?"
    rf"|{_NAME}\s(?:Child\sProtection\sCommittee|Regional\sSafeguarding\sBoard|Safeguarding\sBoard)"
)
_COUNCIL = rf"{_NAME}\s(?:County\sBorough|Metropolitan\sBorough|County|City|Borough|District)\sCouncil"
_PUBLISHER_ALONE = re.compile(
    rf"(?:Published\sby:?\s|Produced\sby:?\s|by\s)?(?:the\s|The\s)?(?P<publisher>{_BOARD}|{_COUNCIL})"
)
_DOES = r"(?:publish(?:ed|es)|commission(?:ed|s)|releas(?:ed|es)|order(?:ed|s)|undertook|initiated|issued)"
_DONE = (
    r"(?:published|commissioned|released|ordered|undertaken|carried\sout|produced|conducted|initiated|issued)"
)
_PUBLISHER_STATED = re.compile(
    rf"""(?P<publisher>{_BOARD})\s(?:has\s|have\s|today\s|also\s)*{_DOES}\b
      (?=[^\n.]{{0,60}}\b(?:[Rr]eviews?|[Rr]eports?|[Ii]nquiry|SCR)\b)
    | \b{_DONE}\b[^\n.]{{0,30}}?\sby\s(?:the\s)?(?P<by>{_BOARD})
    | \b[Rr]eview(?:\sreport)?\s(?:by|for|from)\s(?:the\s)?(?P<from>{_BOARD})
    | \bon\sbehalf\sof\s(?:the\s)?(?P<behalf>{_BOARD})""",
    re.VERBOSE,
)
_STARTERS = re.compile(
    r"(?:The|A|An|In|At|On|By|For|From|Following|When|While|After|Although|Since|As|If|And|But)\s"
)


def _publisher(opening: _Opening) -> Iterator[Fact]:
    """Find the board that publishes the review: alone on the title page, else where the text says so."""
    for block in opening.front:
        found = _PUBLISHER_ALONE.fullmatch(opening.text, block.start, block.end)
        if found and not opening.is_inspection:
            yield _fact("publisher", found["publisher"], found, "publisher")
            return
    for found in opening.search(_PUBLISHER_STATED):
        group = next(name for name, text in found.groupdict().items() if text is not None)
        skipped = _STARTERS.match(found[group])
        start = found.start(group) + (skipped.end() if skipped else 0)
        yield Fact(
            name="publisher", value=opening.text[start : found.end(group)], start=start, end=found.end(group)
        )
        return


# --- date ----------------------------------------------------------------------------------------------

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = "|".join(
    (
        *(month.capitalize() for month in _MONTHS),
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "Jun",
        "Jul",
        "Aug",
        "Sept?",
        "Oct",
        "Nov",
        "Dec",
    )
)
_DAY = r"(?:\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
_DATE = rf"(?:{_DAY}\s)?(?:{_MONTH})\.?,?\s{_YEAR}|\d{{1,2}}[./]\d{{1,2}}[./]{_YEAR}|{_YEAR}-\d\d-\d\d"
_DATE_ALONE = re.compile(
    rf"""(?:(?:Report\s)?(?:[Pp]ublished|[Pp]ublication\s[Dd]ate|[Dd]ate\s(?:of\s)?(?:[Pp]ublication|[Rr]eport)|[Dd]ate)
    (?:\son|\sin)?:?\s)?(?P<date>{_DATE})\.?""",
    re.VERBOSE,
)
_DATE_STATED = re.compile(
    rf"""\b(?:[Rr]eport|[Rr]eview)\s(?:was\s|is\s|were\s|has\sbeen\s)?(?:first\s)?(?:published|released|issued)\s(?:on|in)
    \s(?:\w+day,?\s)?(?P<date>{_DATE})
    | \b(?:Published|Publication\sdate|Date\sof\s(?:publication|report)):?\s(?:on\s|in\s)?
      (?P<labelled>{_DATE})""",
    re.VERBOSE,
)
_INSPECTION_DATES = re.compile(
    rf"""\bInspection\sdates?:?\s(?P<first>{_DAY})(?:\s(?P<month>{_MONTH}))?(?:\s(?P<year>\d{{4}}))?
    \s?(?:to|-|–|and)\s?(?P<last>{_DAY}\s(?:{_MONTH})\s\d{{4}})|\bInspection\sdates?:?\s(?P<only>{_DATE})""",
    re.VERBOSE,
)


def _date(opening: _Opening) -> Iterator[Fact]:
    """Find the date of publication or inspection: alone on the title page, else where the text says so."""
    for block in opening.front:
        if found := _INSPECTION_DATES.search(opening.text, block.start, block.end):
            start = found.start("only") if found["only"] else found.start("first")
            yield from _dated(_interval(found), start, found.end())
            return
        if found := _DATE_ALONE.fullmatch(opening.text, block.start, block.end):
            yield from _dated(_iso(found["date"]), *found.span("date"))
            return
    for found in opening.search(_DATE_STATED):
        group = "date" if found["date"] else "labelled"
        yield from _dated(_iso(found[group]), *found.span(group))
        return


def _dated(value: str, start: int, end: int) -> Iterator[Fact]:
    """Yield a date, if there is such a day."""
    try:
        for day in value.split("/"):
            date.fromisoformat(f"{day}-01"[:10])
    except ValueError:
        return
    yield Fact(name="date", value=value, start=start, end=end)


def _interval(found: re.Match[str]) -> str:
    """Write the dates of an inspection as an ISO 8601 interval."""
    if found["only"]:
        return _iso(found["only"])
    last = found["last"]
    month = found["month"] or last.split()[1]
    year = found["year"] or last.split()[-1]
    first = f"{found['first']} {month} {year}"
    return f"{_iso(first)}/{_iso(last)}"


def _iso(written: str) -> str:
    """Write a date as ISO 8601, without the day where none is given."""
    if re.match(r"\d{4}-", written):
        return written
    if "/" in written or re.match(r"\d+\.", written):
        day, month, year = re.split(r"[./]", written)
        return f"{year}-{int(month):02}-{int(day):02}"
    parts = re.findall(r"\d+|[A-Za-z]{3,}", written)
    month_number = next(
        place
        for place, month in enumerate(_MONTHS, 1)
        if any(part.lower()[:3] == month[:3] for part in parts)
    )
    numbers = [part for part in parts if part.isdigit()]
    day_part = f"-{int(numbers[0]):02}" if len(numbers) == 2 else ""
    return f"{numbers[-1]}-{month_number:02}{day_part}"


# --- child, age, what happened -------------------------------------------------------------------------

_CHILD = re.compile(
    r"\b(?P<child>(?:Child|Baby|Infant|Young\sPerson|Twin)\s(?:[A-Z]{1,2}\d{0,2}|[A-Z]\d{1,2}|\d{1,2}))(?![\w-])"
)
_KNOWN_AS = re.compile(
    r"""\b(?:known|referred\sto)\s(?:in\sth(?:e|is)\s(?:report|review)\s)?(?:only\s)?as\s["“'‘]?(?P<child>(?:Child\s|Baby\s)?
    [A-Z][a-z]{2,}|(?:Child|Baby)\s[A-Z]{1,2}\d?)(?=["”'’,.;)\s])(?!\s[A-Z])""",
    re.VERBOSE,
)
_YOUNG = (
    r"(?:baby|child|boy|girl|infant|toddler|teenager|twins?|son|daughter|schoolboy|schoolgirl|young\sperson)"
)
_GIVEN_NAME = (
    r"(?!(?:Mother|Father|Uncle|Aunt|Grand\w+|Step\w+|Sister|Brother|Sibling|Partner|Adult|Mr|Mrs|Ms|Miss|Dr|The)\b)"
    r"[A-Z][a-z]{2,}"
)
_CALLED = re.compile(
    rf"""\b(?:{_YOUNG}|children|siblings|brothers|sisters|subject)\b[^.;:\n]{{0,60}}?
    (?:,\s(?:here\s)?|\b(?:will\sbe|is|are|was|were|be|been|have|has|we|shall)\s(?:\w+\s)?)
    (?:called|named|given\sthe\s(?:name|pseudonym)|known\s(?:here\s)?as|referred\sto\s(?:here\s)?as)\s["“'‘]?
    (?P<child>{_GIVEN_NAME})["”'’]?(?:\sand\s["“'‘]?(?P<other>{_GIVEN_NAME}))?(?=["”'’]?(?:[,.;)]|\s(?![A-Z])))""",
    re.VERBOSE,
)
"""A child, and not its uncle, "who will be called …"."""
_TITLED_NAME = re.compile(
    rf"""(?:(?<![^\n])|\b(?:Child|Baby|Infant|Young\sPerson)\s|\bReview\s?[:–—-]\s|
    \b(?:[Rr]eview|[Rr]eport|[Ss]ummary|[Bb]riefing)\s(?:of|on|into|for|concerning|regarding|in\srespect\sof)\s
      (?:[Tt]he\s[Dd]eath\sof\s)?)
    ["“'‘]?(?P<child>{_GIVEN_NAME})["”'’]?$""",
    re.VERBOSE,
)
_LONGEST_TITLE = 120
"""Characters."""
_LEAST_MENTIONS = 3
"""Times that a word of a title is used as a name before it is taken for one."""
_NUMBER_WORDS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
)
_NUMBER = rf"(?:\d{{1,2}}|{'|'.join(_NUMBER_WORDS)})"
_AGE = re.compile(
    rf"""\b(?P<old>(?P<number>{_NUMBER})[-\s](?P<unit>day|week|month|year)s?[-\s]old)\s(?:[a-z]+\s){{0,2}}?{_YOUNG}\b
    | \b(?:{_YOUNG}|Child\s[A-Z]{{1,2}}\d?|Baby\s[A-Z]{{1,2}}\d?)(?:\s(?:boy|girl))?,?\s
      (?:who\s)?(?:was\s|died\s)?(?:at\s)?
      (?P<aged>aged\s(?:just\s|only\s|about\s|around\s)?(?P<years>{_NUMBER})(?:\s(?P<unit_aged>day|week|month|year)s?)?)\b
    | \b(?:died|killed|murdered|death)\b[^\n.]{{0,60}}?\b(?:when|at)\s(?:he|she|they)\s(?:was|were)\s
      (?:just\s|only\s|about\s)?
      (?P<was>(?P<count>{_NUMBER})\s(?P<unit_was>day|week|month|year)s?\sold)\b""",
    re.VERBOSE,
)
_VICTIM = rf"(?:{_YOUNG}\b|Child\s[A-Z]|Baby\s[A-Z]|{_NUMBER}-(?:day|week|month|year)-old)"
_EVENTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "homicide",
        re.compile(
            rf"""\b[Mm]urdered\s(?:[a-z]+\s)?{_VICTIM}
            | \b(?:murder|killing|manslaughter)\sof\s(?:[^\n.,;]{{0,40}}?){_VICTIM}
            | {_VICTIM}[^\n.;]{{0,60}}?\b(?:was|were)\s
              (?:murdered|killed\sby|stabbed\sto\sdeath|beaten\sto\sdeath)\b""",
            re.VERBOSE,
        ),
    ),
    (
        "suicide",
        re.compile(
            rf"\bsuicide\sof\s(?:[^\n.,;]{{0,40}}?){_VICTIM}|{_VICTIM}[^\n.;]{{0,60}}?\btook\s(?:his|her|their)\sown\slife\b"
        ),
    ),
    (
        "death",
        re.compile(
            rf"""\b(?:[Dd]eath|[Ll]oss)\sof\s(?:[^\n.,;]{{0,40}}?){_VICTIM}
            | {_VICTIM}[^\n.;]{{0,60}}?(?<!nearly\s)(?<!almost\s)(?<!have\s)\b
              (?:died|was\sfound\sdead|was\spronounced\sdead)\b""",
            re.VERBOSE,
        ),
    ),
    (
        "serious injury",
        re.compile(
            rf"""\b(?:[Ss]erious|[Ll]ife-threatening|[Cc]ritical|[Ss]evere)\s(?:head\s|brain\s|physical\s)?
              (?:injur(?:y|ies)|harm)\s(?:to|of|suffered\sby|sustained\sby)\s(?:[^\n.,;]{{0,40}}?){_VICTIM}
            | {_VICTIM}[^\n.;]{{0,60}}?\b(?:suffered|sustained|had)\s[^\n.;]{{0,30}}?\b
              (?:injur(?:y|ies)|fractures|brain\sdamage|burns)\b
            | {_VICTIM}[^\n.;]{{0,40}}?\bwas\s
              (?:left\sbrain[-\s]damaged|seriously\s(?:injured|hurt|harmed))\b""",
            re.VERBOSE,
        ),
    ),
    (
        "sexual abuse",
        re.compile(rf"\b(?:[Ss]exual\s(?:abuse|exploitation)|[Rr]ape)\sof\s(?:[^\n.,;]{{0,40}}?){_VICTIM}"),
    ),
    ("neglect", re.compile(rf"\b[Nn]eglect\s(?:of|suffered\sby)\s(?:[^\n.,;]{{0,40}}?){_VICTIM}")),
)


def _children(opening: _Opening) -> Iterator[Fact]:
    """Find the child by what the review calls it: in its title, else where it says so, else most often."""
    if opening.is_inspection:
        return
    headings = [block for block in opening.front if block.kind is BlockKind.HEADING]
    titled = [found for block in headings for found in _CHILD.finditer(opening.text, block.start, block.end)]
    if titled:
        yield from _named(titled, {found["child"] for found in titled})
        return
    called = next(opening.search(_CALLED), None) or next(_titled_names(opening), None)
    if called:
        yield from (_fact("child", called[group], called, group) for group in _groups(called))
        return
    mentions = list(opening.search(_KNOWN_AS)) or list(opening.search(_CHILD))
    counts = Counter(found["child"] for found in mentions)
    wanted = {child for child, count in counts.items() if count == max(counts.values())}
    if len(wanted) == 1:  # of several named alike often, which one the review is about is not stated
        yield from _named(mentions, wanted)


def _named(mentions: Sequence[re.Match[str]], wanted: Set[str]) -> Iterator[Fact]:
    """Yield each of the wanted names where it is first mentioned."""
    for child in sorted(wanted):
        first = next(found for found in mentions if found["child"] == child)
        yield _fact("child", " ".join(child.split()), first, "child")


def _groups(found: re.Match[str]) -> list[str]:
    return [name for name, text in found.groupdict().items() if text is not None]


def _titled_names(opening: _Opening) -> Iterator[re.Match[str]]:
    """Yield the names at the end of titles that the text uses as names, on their own and in small."""
    for block in opening.front:
        title = opening.text[block.start : block.end]
        found = _TITLED_NAME.search(opening.text, block.start, block.end)
        if (
            len(title) > _LONGEST_TITLE
            or found is None
            or (found["child"] == title and not opening.names_kind_before(block))
        ):
            continue
        alone = re.compile(rf"(?<![A-Z]\w\s)\b{found['child']}(?:[’']s)?\b(?=[\s,.;](?![A-Z]))")
        if sum(1 for _ in opening.search(alone)) >= _LEAST_MENTIONS:
            yield found


def _age(opening: _Opening) -> Iterator[Fact]:
    """Find the age of the child that the review is about, where it is first given."""
    if opening.is_inspection:
        return
    for found in opening.search(_AGE):
        number = found["number"] or found["years"] or found["count"]
        unit = found["unit"] or found["unit_aged"] or found["unit_was"] or "year"
        group = next(name for name in ("old", "aged", "was") if found[name])
        value = int(number) if number.isdigit() else _NUMBER_WORDS.index(number) + 1
        if value <= 18 or unit != "year":
            yield _fact("age", f"{value} {unit}{'' if value == 1 else 's'}", found, group)
        return


def _event(opening: _Opening) -> Iterator[Fact]:
    """Find what happened to the child: the gravest that the first pages state."""
    if opening.is_inspection:
        return
    for value, pattern in _EVENTS:
        for found in opening.search(pattern):
            yield _fact("event", value, found)
            return


# --- agencies ------------------------------------------------------------------------------------------

_AGENCY_END = re.compile(
    r"""\s(?P<end>Police|Constabulary|Fire\sand\sRescue\sService|Ambulance\sService(?:\sNHS(?:\sFoundation)?\sTrust)?
    |NHS\s(?:Foundation\s)?Trust|Health\sBoard|Clinical\sCommissioning\sGroup|Integrated\sCare\sBoard|Primary\sCare\sTrust
    |primary\scare\strusts?|Community\sRehabilitation\sCompany|Probation\s(?:Service|Trust)|Youth\s(?:Offending|Justice)\s(?:Service|Team)
    |(?:County\sBorough|Metropolitan\sBorough|County|City|Borough|District)\sCouncil)(?![\w-])(?!\s(?:and\sCrime|Service|Federation))""",
    re.VERBOSE,
)
_AGENCY_NAME = re.compile(
    r"(?<![\w.’'-])[A-Z][\w’'.-]*(?:(?:\s(?:and|&|of|on|upon|in|with))?\s(?:[A-Z][\w’'.-]*)){0,6}\Z"
)
_OTHER_NAME = re.compile(
    r"""\A(?:The|A|An|In|At|On|By|For|From|Following|When|While|After|Although|Since|As|If|And|But|Both|Local)\s
    | \b(?:Police|Council|Constabulary|Trusts?|Board|Group|Services?|Wales|Cafcass|CAFCASS|Partnership|Team)\s
      (?:and|&|with)\s
    | (?<!City)(?<!Borough)(?<!University)(?<!Hospital)(?<!Hospitals)(?<!Isle)(?<!Vale)(?<!County)\sof\s""",
    re.VERBOSE,
)
"""What parts a name from another before it, or from the word that begins the sentence."""
_AGENCIES_BY_NAME = re.compile(r"\b(?:Cafcass|CAFCASS|Public\sHealth\sWales|National\sProbation\sService)\b")
_NO_AGENCY = re.compile(
    r"\b(?:HMI|HM|Her|His|Majesty|Inspectorate|Chief|College|Association|Commissioner|Minister|The|Military|Secret|National|British)\b"
)


def _agencies(opening: _Opening) -> Iterator[Fact]:
    """Find the agencies that are named as bodies of their own, each where it is first named."""
    seen: set[str] = set()
    for block in opening.blocks:
        named = [
            _agency(opening.text, end, block)
            for end in _AGENCY_END.finditer(opening.text, block.start, block.end)
        ]
        named += [
            _fact("agency", found[0], found)
            for found in _AGENCIES_BY_NAME.finditer(opening.text, block.start, block.end)
        ]
        for fact in named:
            if fact is not None and not _is_seen(fact.value, seen):
                seen.add(_key(fact.value))
                yield fact


def _agency(text: str, end: re.Match[str], block: Block) -> Fact | None:
    """Read the name of an agency backwards from the word that says what it is."""
    name = _AGENCY_NAME.search(text, max(block.start, end.start() - 90), end.start())
    if name is None:
        return None
    parted = list(_OTHER_NAME.finditer(name[0]))
    start = name.start() + (parted[-1].end() if parted else 0)
    value = text[start : end.end()]
    if start >= end.start() or _NO_AGENCY.search(value):
        return None
    return Fact(name="agency", value=value, start=start, end=end.end())


def _key(name: str) -> str:
    return name.casefold().removeprefix("nhs ")


def _is_seen(name: str, seen: set[str]) -> bool:
    """Tell whether an agency is known already, by itself or as the last of "X and Y"."""
    key = _key(name)
    return key in seen or key.rpartition(" and ")[2] in seen


_FINDERS: tuple[Callable[[_Opening], Iterator[Fact]], ...] = (
    _kind_of_review,
    _publisher,
    _date,
    _children,
    _age,
    _event,
    _agencies,
)
