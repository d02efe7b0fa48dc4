"""Text of documents as XML 1.0 can hold it."""

import re

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def legal(text: str) -> str:
    """Put U+FFFD in the place of each character that XML cannot hold; no other character changes."""
    return _ILLEGAL.sub("\ufffd", text)
