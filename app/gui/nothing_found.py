"""An empty list in words: what was searched, and what of it nobody has read, so that nothing found means nothing."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from PySide6.QtCore import QCoreApplication

from app.gui.columns import amount
from core.case.filters import Filter, Term
from core.case.overview import Reading
from core.evidence.naming import shown

__all__ = ["nothing_found", "searched_words"]

MOST = 60  # characters of what was typed


def _tr(text: str) -> str:
    return QCoreApplication.translate("NothingFound", text)


def searched_words(wanted: Filter) -> str:
    """What the list must hold in words; "" where nothing was typed."""
    terms = [part for part in wanted.parts if isinstance(part, Term) and part.key == "words" and not part.negated]
    return " ".join(value for term in terms for value in term.values)


def nothing_found(wanted: Filter, readings: Mapping[str, Reading] | None = None) -> str:
    """Rich text for an empty list under this filter. `readings`: `core.case.overview.readings`, None while unknown.
    The links `clear` and `words` (only the words) lead on."""
    words = searched_words(wanted)
    if not words:
        text = _tr("Nothing matches this filter.<br>What has not been analysed yet cannot appear here.")
    else:
        text = _tr("No match for “{0}” in {1}.").format(escape(_short(words)), ", ".join(_places(readings)))
    links = [f"<a href='clear'>{_tr('Show everything')}</a>"]
    if words and len(wanted.parts) > 1:
        text += "<br>" + _tr("Other filters are in force as well.")
        links.insert(0, f"<a href='words'>{_tr('Search the whole case')}</a>")
    return f"{text}<br><br>{'   ·   '.join(links)}"


def _short(words: str) -> str:
    """As much of what was typed as fits, with nothing in it that turns the sentence around."""
    said = shown(words)
    return said if len(said) <= MOST else f"{said[: MOST - 1]}…"


def _places(readings: Mapping[str, Reading] | None) -> list[str]:
    """Where words were looked for: names and notes always, what analyzers read as far as they have read it."""
    places = [_tr("names"), _tr("notes"), _tr("tags")]
    if readings is not None:
        places.append(_tr("text in pictures ({0})").format(_how_far(readings.get("ocr"))))
        places.append(_tr("speech ({0})").format(_how_far(readings.get("speech"))))
    return places


def _how_far(reading: Reading | None) -> str:
    if reading is None:
        return _tr("not analysed")
    if not reading.writes:
        return _tr("not written down: no model for it")
    return _tr("{0} of {1} items read").format(amount(reading.read), amount(reading.of))
