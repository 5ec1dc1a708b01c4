"""What the digits mean in the open case, in words and looks: the one place that facets, chips, badges and tips ask.

A digit alone says nothing to a reader who has three cases with three schemes. Until the scheme of a case has been read,
a digit is only a digit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.gui.languages import spoken

if TYPE_CHECKING:
    from core.case.schemes import Grade, Scheme

__all__ = ["color_role", "shape", "text", "use"]

_PLAIN_SHAPES = ("triangle", "diamond", "square", "hexagon", "pill", "circle")
"""Of the digits 0 to 5 where the scheme is not known: those of the schemes that come with the program."""

_scheme: Scheme | None = None


def use(scheme: Scheme | None) -> None:
    """The scheme of the case that is open now; there is one in a process, like the theme."""
    global _scheme  # noqa: PLW0603 - see above
    _scheme = scheme


def _of(key: str) -> Grade | None:
    return _scheme.grade(key) if _scheme is not None else None


def text(key: str) -> str:
    """A grade as `1 Key evidence`; one that the scheme does not have any more stays its digit."""
    found = _of(key)
    return f"{key} {found.title(spoken())}" if found is not None else key


def shape(key: str) -> str:
    """The form of its badge: the scheme's own."""
    found = _of(key)
    if found is not None:
        return found.shape
    return _PLAIN_SHAPES[int(key) % len(_PLAIN_SHAPES)] if key.isdigit() else "circle"


def color_role(key: str) -> str:
    """The role of its colour in the theme: the scheme's own."""
    found = _of(key)
    if found is not None:
        return found.color
    return f"grade-{key}" if key.isdigit() else "grade-0"
