"""Recorded sentences (problems, outcomes, errors) as the screen shows them: `core.sentences` in its language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.gui.languages import spoken
from core.errors import AsservatError
from core.sentences import Told, told

__all__ = ["complaint", "in_full", "read", "shown", "technical"]


def read(recorded: str) -> Told:
    """The sentence in the language of the screen, and apart from it what a library said in its own words."""
    return told(recorded, spoken())


def shown(recorded: str) -> str:
    """The sentence alone."""
    return read(recorded).text


def technical(detail: str) -> str:
    """A library's own words, marked as such; nothing for nothing."""
    return QCoreApplication.translate("Recorded", "Technical detail: {0}").format(detail) if detail else ""


def in_full(recorded: str, more: str = "") -> str:
    """The sentence, and below it the technical detail. `more`: detail that was recorded beside the sentence."""
    found = read(recorded)
    details = dict.fromkeys(part for part in (found.detail, more) if part and part not in found.text)
    return "\n".join(filter(None, (found.text, technical(", ".join(_outermost(list(details)))))))


def complaint(error: BaseException) -> str:
    """An error in one line or two: what happened, and what to do."""
    if not isinstance(error, AsservatError):
        return shown(str(error))
    return " ".join(filter(None, (in_full(error.message), shown(error.advice))))


def _outermost(details: list[str]) -> list[str]:
    """Without those that stand inside another one (`ValueError: x` and `x`)."""
    return [one for one in details if not any(one != other and one in other for other in details)]
