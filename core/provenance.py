"""What is known of a source beside its files: which exhibit it is, from where, and how it was acquired.

All of it is optional and comes from people, not from the bytes. Empty (or None for the clock) means that nobody has
stated it, and is shown as such: "no write blocker" and "nobody said whether there was one" are different facts.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from core.errors import UsageError

__all__ = ["DEVICES", "FIELDS", "NO_BLOCKER", "UNKNOWN", "Provenance", "clock_text", "time_zones"]

DEVICES = (
    "phone",
    "tablet",
    "computer",
    "disk",
    "usb-stick",
    "memory-card",
    "camera",
    "optical-disc",
    "cloud",
    "other",
)
"""Kinds of device; data, so that a report can say them in its own language."""
NO_BLOCKER = "none"
"""The value of `write_blocker` that states that none was used."""
UNKNOWN = "unknown"
"""What a person may write for "not stated"; stored as empty."""

_LONG = ("description", "notes")
_AT_MOST = {"long": 4000, "line": 300}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")
_CLOCK = re.compile(r"([+-]?)(?:(\d+):([0-5]\d):([0-5]\d)|(\d+))")
_GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(.*)", re.DOTALL)


class Provenance(BaseModel):
    """The facts of one source. Text is one line without control characters, but `description` and `notes`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str = ""
    """What the examiner calls it; shown in place of its folder wherever a source is named."""
    exhibit: str = ""
    description: str = ""
    device: str = ""
    """One of `DEVICES`."""
    serial: str = ""
    seized_at: str = ""
    """Day, or day and time, as ISO 8601 (`2026-11-20`, `2026-11-20 06:15`), on the clock of who wrote it down."""
    seized_place: str = ""
    seized_by: str = ""
    acquired_with: str = ""
    """Tool and version that made the copy."""
    image_type: str = ""
    """What the copy is: E01, raw, a folder that was copied."""
    write_blocker: str = ""
    """Make and model; `NO_BLOCKER`: none was used; empty: nobody stated it."""
    time_zone: str = ""
    """IANA name (`Europe/Berlin`) of the zone that the device's clock showed. For reading times that carry no zone;
    nothing that is stored is ever shifted by it."""
    clock_offset: int | None = None
    """Seconds that the device's clock was ahead of the true time (negative: behind). 0: compared, and right."""
    notes: str = ""

    @field_validator("*", mode="before")
    @classmethod
    def _clean(cls, value: Any, info: Any) -> Any:
        if not isinstance(value, str) or info.field_name == "clock_offset":
            return value
        long = info.field_name in _LONG
        text = _CONTROL.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n"))
        text = text.strip() if long else " ".join(text.split())
        if len(text) > (most := _AT_MOST["long" if long else "line"]):
            raise ValueError(f"longer than {most} characters")
        return text

    @field_validator("device")
    @classmethod
    def _known_device(cls, value: str) -> str:
        word = value.lower()
        if word in ("", UNKNOWN):
            return ""
        if word not in DEVICES:
            raise ValueError(f"no kind of device; known: {', '.join(DEVICES)}")
        return word

    @field_validator("seized_at")
    @classmethod
    def _a_day(cls, value: str) -> str:
        if value.lower() in ("", UNKNOWN):
            return ""
        german = _GERMAN_DAY.fullmatch(value)
        text = f"{german[3]}-{int(german[2]):02d}-{int(german[1]):02d}{german[4]}" if german else value
        try:
            if len(text) <= len("2026-11-20"):
                return date.fromisoformat(text).isoformat()
            found = datetime.fromisoformat(text)
        except ValueError as error:
            raise ValueError("no day; write it like 2026-11-20 or 2026-11-20 06:15") from error
        return found.isoformat(sep=" ", timespec="seconds" if found.second else "minutes")

    @field_validator("write_blocker")
    @classmethod
    def _blocker(cls, value: str) -> str:
        word = value.lower()
        return "" if word == UNKNOWN else NO_BLOCKER if word == NO_BLOCKER else value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value.lower() in ("", UNKNOWN):
            return ""
        known = {zone.lower(): zone for zone in time_zones()}
        if value.lower() in known:
            return known[value.lower()]
        if known or not _ZONE.fullmatch(value):
            raise ValueError("no time zone; write it as its IANA name, like Europe/Berlin")
        return value  # this computer has no list of zones: the form is all that can be checked

    @field_validator("clock_offset", mode="before")
    @classmethod
    def _seconds(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        text = value.strip().replace("−", "-")
        if text.lower() in ("", UNKNOWN):
            return None
        found = _CLOCK.fullmatch(text)
        if found is None:
            raise ValueError("no offset of a clock; write it like +0:05:30, -0:00:12 or seconds")
        sign, hours, minutes, seconds, plain = found.groups()
        amount = int(plain) if plain else int(hours) * 3600 + int(minutes) * 60 + int(seconds)
        return -amount if sign == "-" else amount

    # ------------------------------------------------------------------ changing and keeping

    def changed(self, **values: str | int | None) -> Self:
        """With these fields set anew. Raises `UsageError` that names the field and what is wrong with it."""
        try:
            return type(self).model_validate(self.model_dump() | values)
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0]) if first["loc"] else "?"
            said = str(first["msg"]).removeprefix("Value error, ")
            if first["type"] == "extra_forbidden":
                raise UsageError(f"A source has no {name}.", f"Known: {', '.join(FIELDS)}.") from error
            raise UsageError(f"{name} cannot be {values.get(name)!r}: {said}.", "Nothing was changed.") from error

    def texts(self) -> dict[str, str]:
        """Every field as text, "" where nothing is stated: how a case keeps them."""
        return {name: "" if (value := getattr(self, name)) is None else str(value) for name in FIELDS}

    @classmethod
    def of_texts(cls, stored: Mapping[str, str]) -> Self:
        """Back from `texts`. What a newer version kept in fields that this one does not know is left out; nothing is
        judged again, because a zone that this computer does not know is still what the examiner stated."""
        known: dict[str, Any] = {name: stored[name] for name in FIELDS if stored.get(name)}
        if "clock_offset" in known:
            known["clock_offset"] = int(known["clock_offset"])
        return cls.model_construct(**known)

    def stated(self) -> dict[str, str | int]:
        """Only what somebody has stated."""
        return {name: value for name in FIELDS if (value := getattr(self, name)) not in ("", None)}


FIELDS = tuple(Provenance.model_fields)


def clock_text(seconds: int) -> str:
    """`+0:05:30`, `−1:00:00`, `0:00:00`: how far ahead of the true time."""
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    sign = "+" if seconds > 0 else "−" if seconds < 0 else ""
    return f"{sign}{hours}:{minutes:02d}:{rest:02d}"


@cache
def time_zones() -> tuple[str, ...]:
    """The zones that this computer knows, by name; empty where it has no list of them (a bare Windows)."""
    return tuple(sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone or zone == "UTC"))
