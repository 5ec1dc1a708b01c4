"""What the examiner did, in words: for the line below, the undo bar and the history."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from core.case.acts import Label

__all__ = ["label_text", "likeness_text", "verdict_text"]


def _tr(text: str, count: int = -1) -> str:
    return QCoreApplication.translate("Acts", text, "", count)


def label_text(label: Label) -> str:
    """An act in words."""
    n, value = label.count, label.value if len(label.value) <= 40 else f"{label.value[:39]}…"
    texts: dict[str, Callable[[], str]] = {
        "grade": lambda: _tr("Graded %n item(s) as {0}", n).format(value),
        "ungrade": lambda: _tr("Took the grade from %n item(s)", n),
        "tag": lambda: _tr("Tagged %n item(s) “{0}”", n).format(value),
        "untag": lambda: _tr("Took the tag “{0}” from %n item(s)", n).format(value),
        "note": lambda: _tr("Wrote a note to %n item(s)", n),
        "bookmark": lambda: _tr("Set a bookmark"),
        "flag": lambda: _tr("Flagged %n item(s) for a second look", n),
        "unflag": lambda: _tr("Took the flag from %n item(s)", n),
        "review": lambda: _tr("Marked %n item(s) as reviewed", n),
        "unreview": lambda: _tr("Marked %n item(s) as not reviewed", n),
        "verdict": lambda: _tr("Verdict on a finding: {0}").format(verdict_text(value)),
        "likeness": lambda: _tr("Likeness of two faces: {0}").format(likeness_text(value)),
        "exclude": lambda: _tr("Excluded %n item(s)", n),
        "include": lambda: _tr("Took %n item(s) back in", n),
        "exclude_problem": lambda: _tr("Settled %n problem(s)", n),
        "include_problem": lambda: _tr("Took up %n problem(s) again", n),
        "withdraw": lambda: _tr("Took back a note"),
        "describe": lambda: _tr("Changed %n fact(s) of “{0}”", n).format(value),
    }
    made = texts.get(label.key)
    return made() if made is not None else str(label)


def verdict_text(value: str) -> str:
    """A verdict on a finding in a word; anything else: none."""
    names = {"right": _tr("right"), "wrong": _tr("wrong"), "unclear": _tr("unclear")}
    return names.get(value, _tr("none"))


def likeness_text(value: str) -> str:
    """What was said of a candidate for a face in a word; anything else: it was taken back."""
    names = {"yes": _tr("confirmed"), "no": _tr("rejected")}
    return names.get(value, _tr("taken back"))
