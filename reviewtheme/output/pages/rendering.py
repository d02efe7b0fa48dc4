"""Templates become one self-contained HTML file that can load nothing and send nothing.

Two guards keep what a document says from becoming part of the page: everything is escaped, and the page's
content security policy names the digests of its one script and its one style sheet, so that no other can run.
"""

import base64
import hashlib
import unicodedata
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from reviewtheme.errors import MissingExtraError

if TYPE_CHECKING:
    from jinja2 import Environment

_STEERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that change the direction of text: words would not stand in the order that they have."""


def render_page(template: str, *, script: str, **values: Any) -> str:  # noqa: ANN401 - what the template names
    """Return a page as HTML.

    Args:
        template: file name of the page's template.
        script: file name of the page's script, which runs after that of all pages.
        values: what the template names.

    Raises:
        MissingExtraError: Jinja is not installed.
    """
    scripts = "\n".join(_file(name) for name in ("page.js", script))
    style = _file("page.css")
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_digest(scripts)}'",
            f"style-src-elem '{_digest(style)}'",
            "style-src-attr 'unsafe-inline'",  # as the plots have them; they can load nothing either
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    page = _environment().get_template(template)
    return page.render(policy=policy, style=_raw(style), script=_raw(scripts), **values) + "\n"


def displayed(text: str) -> str:
    """Put U+FFFD in the place of each character that has no look of its own but could steer the page."""
    if text.isascii() and text.isprintable():
        return text
    return "".join("\ufffd" if _steers(character) else character for character in text)


def _steers(character: str) -> bool:
    return character in _STEERING or (
        unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t"
    )


@cache
def _environment() -> "Environment":
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError as error:
        raise MissingExtraError('A page needs Jinja: pip install "reviewtheme[report]".') from error
    environment = Environment(
        loader=PackageLoader("reviewtheme.output.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    environment.filters["percent"] = _percent
    return environment


def _finalize(value: object) -> object:
    """Make text safe to look at; what is HTML already stays."""
    return displayed(value) if type(value) is str else value


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _raw(text: str) -> object:
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - a file of this package


@cache
def _file(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
