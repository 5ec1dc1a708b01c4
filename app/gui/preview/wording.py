"""What the stage says: the title painted into the picture, what has been taken away from it, the card of words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.gui.columns import bytes_text
from app.gui.preview.canvas import Title
from app.gui.preview.clock import number, timecode
from app.gui.preview.subject import Subject, summary
from core.decode.preview import Shown, Treatment

__all__ = ["badge", "card", "nothing_to_see", "other", "title"]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Stage", text)


def title(subject: Subject, facts: Shown | None, *, film: bool) -> Title:
    """Name, hash, and the place in a film or a file of several pages."""
    place = ""
    if facts is not None and film:
        place = _tr("{0} · frame {1}").format(timecode(facts.time or 0.0), number(facts.number))
    elif facts is not None and facts.count > 1:
        place = f"{number(facts.number + 1)} / {number(facts.count)}"
    return Title(subject.name, subject.details.sha256, place)


def badge(treated: Treatment) -> str:
    """What these pixels lack; empty when they are as they are."""
    words = []
    if treated.side:
        words.append(_tr("very small"))
    if treated.masks:
        words.append(_tr("bodies covered"))
    if treated.blur:
        words.append(_tr("blurred"))
    if treated.grey:
        words.append(_tr("grey"))
    return " · ".join([*words, _tr("hold Space to see")]) if words else ""


def nothing_to_see(subject: Subject, otherwise: str) -> str:
    """Why there is no picture. A file without one byte is something else than one of a strange kind."""
    return otherwise if subject.details.size else _tr("Empty file: not one byte")


def other(subject: Subject) -> str:
    """What a file is that cannot be looked at here."""
    return f"{subject.details.mime or _tr('unknown type')} · {bytes_text(subject.details.size)}"


def card(subject: Subject) -> str:
    """What can be known before a pixel is seen."""
    lines = summary(subject)
    if lines:
        return "\n".join(lines)
    return _tr("Nothing was found in it.") if subject.analysed else _tr("Not analysed: nothing is known of it yet.")
