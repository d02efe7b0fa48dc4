"""All faults of all files, in one error."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from reviewtheme.errors import LabelledDataError
from reviewtheme.training.formats.found import Fault

_NAMED_FAULTS = 30
"""Kinds of fault that the message spells out; `faults` has them all."""
_NAMED_PLACES = 8
"""Places that one kind of fault is said to be at."""


class BadRowsError(LabelledDataError):
    """Labelled data has rows that cannot be used; `faults` names each with its file, place and field."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=_order))
        """Every fault, by file and in the order of rows."""
        super().__init__(_message(self.faults))


def _order(fault: Fault) -> tuple[str, int]:
    """Put faults of rows, lines and records in their order, and others first."""
    numbered = re.match(r"(?:row|line|record) (\d+)", fault.place)
    return fault.file, int(numbered[1]) if numbered else 0


def _message(faults: Sequence[Fault]) -> str:
    """Write one line for each kind of fault of a file, with its places."""
    kinds: dict[tuple[str, str, str], list[str]] = {}
    for fault in faults:
        kinds.setdefault((fault.file, fault.field, fault.message), []).append(fault.place)
    lines = []
    for path, of_file in groupby(list(kinds.items())[:_NAMED_FAULTS], key=lambda kind: kind[0][0]):
        lines.append(f"'{path}' cannot be used as it is:")
        lines += [f"  {_line(at, message, places)}" for (_, at, message), places in of_file]
    if len(kinds) > _NAMED_FAULTS:
        lines.append(f"  and {len(kinds) - _NAMED_FAULTS} other kinds of fault")
    lines.append("Mend these and read it again; nothing was read.")
    return "\n".join(lines)


def _line(at: str, message: str, places: Sequence[str]) -> str:
    named = ", ".join(dict.fromkeys(place for place in places[:_NAMED_PLACES] if place))
    more = f" and {len(places) - _NAMED_PLACES} more" if len(places) > _NAMED_PLACES else ""
    where = f"{named}{more}" + (f", {at}" if at and named else at)
    return f"{where}: {message}" if where else message
