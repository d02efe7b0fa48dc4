"""Values as JSON that is safe to show: what steers a terminal or breaks a line is written as an escape."""

import json
import unicodedata

STEERING = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"""Unicode's categories of control and format characters, half characters, and separators of lines."""


def json_text(value: object, *, indent: int | None = None) -> str:
    r"""Return JSON that reads back equal, with \uXXXX for every character of the `STEERING` categories.

    Args:
        value: what JSON can hold.
        indent: spaces by which each level stands further in; None is one line.

    Raises:
        TypeError: JSON cannot hold it.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if text.isascii() and "\x7f" not in text:
        return text
    steering = {c for c in set(text) if unicodedata.category(c) in STEERING} - {"\n"}  # which indents
    return text.translate({ord(c): json.dumps(c)[1:-1] if c != "\x7f" else r"\u007f" for c in steering})
