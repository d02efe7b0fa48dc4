"""A PDF that no engine opens is rebuilt from what is left of it, by pikepdf (extra `[repair]`)."""

import logging
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

logging.getLogger("pikepdf").addHandler(logging.NullHandler())  # its remarks are not for the user

INSTALL_REPAIR = 'pip install "reviewtheme[repair]"'


def can_repair() -> bool:
    """Tell whether what repairs is installed."""
    return find_spec("pikepdf") is not None


def repair_pdf(content: Path | bytes) -> bytes | None:
    """Rebuild a damaged PDF from the objects that can still be found in it.

    `content` is a path or the bytes of the file, which is not changed. Gives None where pikepdf is not
    installed, where it finds no page either, and where the file asks for a password.
    """
    if not can_repair():
        return None
    import pikepdf

    repaired = BytesIO()
    try:
        with pikepdf.open(BytesIO(content) if isinstance(content, bytes) else content) as document:
            if not document.pages:
                return None
            document.save(repaired)
    except (
        pikepdf.PdfError,
        pikepdf.PasswordError,
        ValueError,
        TypeError,
        LookupError,
        RuntimeError,
        OSError,
    ):
        return None
    return repaired.getvalue()
