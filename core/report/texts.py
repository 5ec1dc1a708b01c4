"""The words of a report in one language, and how numbers, sizes and times are written in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from core.errors import ReportError
from core.report.content import Language

__all__ = ["RESOURCES", "Texts", "texts"]

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
_THIN = "\u202f"  # narrow space that does not break, between groups of three digits
_STEP = 1000.0


class Texts:
    """Looks words up by key (`sources.intro`); see resources/report/<language>.json. Unknown keys are our mistake."""

    def __init__(self, language: Language, words: dict[str, str]) -> None:
        self.language = language
        self._words = words

    def __call__(self, key: str, **values: object) -> str:
        """The text with `{name}` filled in; whole numbers are grouped."""
        said = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return self._words[key].format(**said) if said else self._words[key]

    def filled(self, key: str, escape: Callable[[str], str], values: Mapping[str, object]) -> str:
        """The text escaped for markup, then filled with values that are markup already."""
        said = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return escape(self._words[key]).format(**said)

    def counted(self, key: str, n: int) -> str:
        """`key.one` for one, `key.other` for all other numbers."""
        return self(f"{key}.one" if n == 1 else f"{key}.other", n=n)

    def named(self, kind: str, word: str) -> str:
        """The word for a label, group, state or code; one that the data does not know stands as it is."""
        return self._words.get(f"{kind}.{word}", word)

    def knows(self, key: str) -> bool:
        return key in self._words

    def number(self, value: int) -> str:
        """`9999`, `12 431` (narrow spaces from five digits on)."""
        digits = str(abs(value))
        if len(digits) > 4:
            digits = f"{abs(value):,}".replace(",", _THIN)
        return f"−{digits}" if value < 0 else digits

    def decimal(self, value: float, places: int = 2) -> str:
        return f"{value:.{places}f}".replace(".", self._words["decimal"])

    def score(self, value: float | None) -> str:
        """Two places, never rounded up to 1 or across a threshold: 0.9996 is written 0.99."""
        return "–" if value is None else self.decimal(int(value * 100 + 1e-9) / 100)

    def size(self, count: int) -> str:
        """Decimal units as file managers show them; the exact number stands in the tables."""
        if count < _STEP:
            return f"{count}{_THIN}B"
        value = float(count)
        for unit in ("kB", "MB", "GB", "TB"):
            value /= _STEP
            if value < _STEP or unit == "TB":
                return f"{self.decimal(value, 1 if value < 100 else 0)}{_THIN}{unit}"
        raise AssertionError

    def duration(self, seconds: float) -> str:
        """`0:07.25` or `1:02:03.00`: hours, minutes, seconds of a medium's own clock or of a run."""
        whole = round(abs(seconds) * 100)
        minutes, hundredths = divmod(whole, 6000)
        hours, minutes = divmod(minutes, 60)
        tail = f"{hundredths // 100:02d}{self._words['decimal']}{hundredths % 100:02d}"
        sign = "−" if seconds < 0 else ""
        return f"{sign}{hours}:{minutes:02d}:{tail}" if hours else f"{sign}{minutes}:{tail}"

    def moment(self, stamp: str | None) -> str:
        """An ISO 8601 UTC stamp, to the second, readable in every language: `2026-11-22 20:46:12`."""
        if not stamp:
            return "–"
        return stamp.replace("T", " ").split(".")[0].removesuffix("Z").removesuffix("+00:00")


@cache
def texts(language: Language) -> Texts:
    path = RESOURCES / "report" / f"{language}.json"
    try:
        return Texts(language, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ReportError(
            f"The words of the report ({path.name}) are missing or damaged.", "Install Asservat again."
        ) from error
