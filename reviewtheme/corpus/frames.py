"""Messages between the program and its workers: a length of 8 bytes, then that many bytes."""

import struct
from typing import BinaryIO

_LENGTH = struct.Struct(">Q")
_MOST_BYTES = 4 << 30


def write_frame(file: BinaryIO, content: bytes) -> None:
    """Send one message."""
    file.write(_LENGTH.pack(len(content)))
    file.write(content)
    file.flush()


def read_frame(file: BinaryIO) -> bytes | None:
    """Receive one message; None where the other side has gone, or sent what is no message."""
    header = file.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(header)
    if length > _MOST_BYTES:
        return None
    content = file.read(length)
    return content if len(content) == length else None
