"""Facts of a review under the names that people know them by."""

from collections.abc import Iterable

from reviewtheme.document import Fact

_NAMES = {
    "kind-of-review": "Kind of review",
    "publisher": "Published by",
    "date": "Date",
    "child": "Child",
    "age": "Age",
    "event": "What happened",
    "agency": "Agencies",
}


def named_facts(facts: Iterable[Fact]) -> dict[str, tuple[str, ...]]:
    """Return the values of each kind of fact under its name for people, once each, in order of the text."""
    values: dict[str, dict[str, None]] = {}
    for fact in facts:
        values.setdefault(_NAMES.get(fact.name, fact.name), {})[fact.value] = None
    return {name: tuple(found) for name, found in values.items()}
