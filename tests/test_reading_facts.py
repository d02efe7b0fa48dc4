"""Facts about a review: found where the text states them, with the place, and absent otherwise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewtheme.document import Review
from reviewtheme.reading import read_text

OVERVIEW_REPORT = """\
Serious Case Review: Child Q

Overview report

Fenborough Local Safeguarding Children Board

14 March 2014

Introduction

This report looks at the services that Child Q and the family had. Child Q died at the age of five months.

The following took part: Fenborough Borough Council, Fenshire Police and Fenshire Community NHS Trust.
The review was told that Fenshire Police and Fenborough Borough Council had met twice.
"""
PRACTICE_REVIEW = """\
Concise Child Practice Review

North Fen Regional Safeguarding Board

Published: June 2019

A review was held after a nine-week-old boy suffered a serious head injury. In this report,
he is known as "Ifan".

Fen Valley University Health Board and Public Health Wales took part.
"""
INSPECTION = """\
Inspection of Fenshire children’s services

Inspection dates: 11 to 22 October 2021

Services for a 14-year-old girl who died were checked, as were those of Child A. Cafcass was asked.
"""
INSPECTION_ACROSS_MONTHS = """\
Inspection of Fenshire local authority children's services

Inspection dates: 28 November 2022 to 9 December 2022

The service is good.
"""
JOINT_INSPECTION = """\
Joint targeted area inspection of Fenshire

12 July 2023

This letter is about the work of Fenshire Constabulary and others.
"""
NEWS = """\
Toddler death 'might have been prevented'

Services in Fenborough did not act on what neighbours said before a two-year-old girl was murdered, a
review says.

A serious case review was commissioned by the Fenborough and Marsh Safeguarding Children Partnership. The
girl, called Child BD in the report, lived with her uncle. The report was published on Tuesday, 3rd May 2022.
"""
CORONER = """\
Regulation 28 Report to Prevent Future Deaths

Date: 03/09/2020

The suicide of a 16-year-old was looked into.
"""
THEMATIC = """\
Thematic review of neglect

The review by the Marshland Safeguarding Children Partnership looked at the care of six children.
"""
GUIDANCE = """\
Looking after yourself

The death of a child is hard for staff. Ask for help when a baby has died.
"""


def facts_of(text: str) -> dict[str, list[str]]:
    """Give the values of the facts by name; check that each stands where it says."""
    review = read_text(text)
    found: dict[str, list[str]] = {}
    for fact in review.facts:
        assert 0 <= fact.start < fact.end <= len(review.text)
        found.setdefault(fact.name, []).append(fact.value)
    assert list(review.facts) == sorted(review.facts, key=lambda fact: (fact.start, fact.end, fact.name))
    return found


def stated(review: Review, name: str) -> list[str]:
    """Give the words that state a fact."""
    return [review.text[fact.start : fact.end] for fact in review.facts if fact.name == name]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            OVERVIEW_REPORT,
            {
                "kind-of-review": ["serious case review"],
                "child": ["Child Q"],
                "publisher": ["Fenborough Local Safeguarding Children Board"],
                "date": ["2014-03-14"],
                "event": ["death"],
                "agency": ["Fenborough Borough Council", "Fenshire Police", "Fenshire Community NHS Trust"],
            },
        ),
        (
            PRACTICE_REVIEW,
            {
                "kind-of-review": ["concise child practice review"],
                "publisher": ["North Fen Regional Safeguarding Board"],
                "date": ["2019-06"],
                "age": ["9 weeks"],
                "event": ["serious injury"],
                "child": ["Ifan"],
                "agency": ["Fen Valley University Health Board", "Public Health Wales"],
            },
        ),
        (
            INSPECTION,
            {"kind-of-review": ["inspection"], "date": ["2021-10-11/2021-10-22"], "agency": ["Cafcass"]},
        ),
        (INSPECTION_ACROSS_MONTHS, {"kind-of-review": ["inspection"], "date": ["2022-11-28/2022-12-09"]}),
        (
            JOINT_INSPECTION,
            {
                "kind-of-review": ["joint targeted area inspection"],
                "date": ["2023-07-12"],
                "agency": ["Fenshire Constabulary"],
            },
        ),
        (
            NEWS,
            {
                "age": ["2 years"],
                "event": ["homicide"],
                "kind-of-review": ["serious case review"],
                "publisher": ["Fenborough and Marsh Safeguarding Children Partnership"],
                "child": ["Child BD"],
                "date": ["2022-05-03"],
            },
        ),
        (CORONER, {"kind-of-review": ["coroner's report"], "date": ["2020-09-03"], "event": ["suicide"]}),
        (
            THEMATIC,
            {
                "kind-of-review": ["thematic review"],
                "publisher": ["Marshland Safeguarding Children Partnership"],
            },
        ),
        (GUIDANCE, {}),
    ],
    ids=["overview", "welsh", "inspection", "months", "joint", "news", "coroner", "thematic", "guidance"],
)
def test_facts_of_each_kind_of_review(text: str, facts: dict[str, list[str]]) -> None:
    """All that is stated is found, and nothing else."""
    assert facts_of(text) == facts


def test_the_place_states_the_fact() -> None:
    """The offsets give the words that a reader would point at."""
    review = read_text(NEWS)
    assert stated(review, "age") == ["two-year-old"]
    assert stated(review, "date") == ["3rd May 2022"]
    assert stated(review, "publisher") == ["Fenborough and Marsh Safeguarding Children Partnership"]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("A serious case review found that a boy nearly died.", "event"),
        ("The serious case review was about Child A and Child B.", "child"),
        ("The mother, aged 19, had left home.", "age"),
        ("It was told of other serious case reviews.", "kind-of-review"),
        ("The board met in May 2014.", "date"),
        ("The Fenborough Safeguarding Children Board has ten members.", "publisher"),
        ("The Fenborough Safeguarding Children Board undertook an audit.", "publisher"),
        ("Police and council met, as did His Majesty's Inspectorate of Constabulary.", "agency"),
        ("The Police and Crime Commissioner spoke of Fenshire Police and Crime Panel.", "agency"),
    ],
)
def test_what_is_not_stated_is_absent(sentence: str, name: str) -> None:
    """Words that only look like a fact are none."""
    assert name not in facts_of(f"A long afternoon in the north of the town.\n\n{sentence}")


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("3 May 2014", "2014-05-03"),
        ("21st Sept. 2009", "2009-09-21"),
        ("December 2016", "2016-12"),
        ("03/12/2016", "2016-12-03"),
        ("1.2.2010", "2010-02-01"),
        ("2018-07-25", "2018-07-25"),
    ],
)
def test_dates_are_written_as_iso_8601(written: str, date: str) -> None:
    """Day first, as in Britain."""
    assert facts_of(f"Serious case review\n\n{written}\n\nThe clinic closed.")["date"] == [date]


def test_a_date_that_cannot_be_is_no_date() -> None:
    """There is no 45th day and no 13th month."""
    assert "date" not in facts_of("Serious case review\n\n45 May 2014\n\nThe clinic closed.")
    assert "date" not in facts_of("Serious case review\n\n01/13/2014\n\nThe clinic closed.")


words = st.sampled_from(
    [
        *(
            "The",
            "Child",
            "A",
            "BD",
            "Baby",
            "death",
            "of",
            "a",
            "two",
            "5",
            "month",
            "-old",
            "girl",
            "died",
            "aged",
        ),
        *(
            "Safeguarding",
            "Children",
            "Board",
            "Fenshire",
            "Police",
            "published",
            "by",
            "on",
            "3",
            "May",
            "2014",
            "32/13/2014",
        ),
        *(
            "serious case review",
            "review",
            "Inspection dates:",
            "to",
            "\n\n",
            ".",
            ",",
            "’s",
            "(",
            ")",
            "known as",
        ),
    ]
)


@given(st.lists(words, max_size=40).map(" ".join).map(lambda text: f"Report {text}"))
def test_facts_always_stand_in_the_text(text: str) -> None:
    """Any words give facts with places in the text, without an error."""
    assert set(facts_of(text)) <= {"kind-of-review", "publisher", "date", "child", "age", "event", "agency"}


@pytest.mark.parametrize(
    ("text", "children"),
    [
        ("Serious case review\n\nThis review concerns a boy who will be called Teasel.", ["Teasel"]),
        ("The teenager, who is called Davin in the report, died at work.", ["Davin"]),
        ("The review is about two children, here called Ash and Wren. Ash was two.", ["Ash", "Wren"]),
        ("His mother’s brother, who is called Uncle in this report, was at home.", []),
        ("The child, who is called Mother in error, lived alone.", []),
    ],
)
def test_child_by_what_the_text_calls_it(text: str, children: list[str]) -> None:
    """A child gets its name where the text says so; a relative does not become the child."""
    assert facts_of(text).get("child", []) == children


def test_child_by_title_and_use() -> None:
    """A title names the child where the text goes on to use the name, and a topic does not."""
    used = "We met Merle at school. Merle was quiet. Nobody asked Merle about home, and then Merle ran."
    assert facts_of(f"Learning summary: Child Merle\n\n{used}")["child"] == ["Merle"]
    assert "child" not in facts_of("Learning summary: Child Merle\n\nNobody asked the girl about home.")
    assert "child" not in facts_of(f"Learning from Child Protection\n\n{used}")
