"""What of the text models is installed here, and what that allows to choose. Loads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.options import OptionValue
from models import catalogue, ocr_scripts

__all__ = ["languages_offered", "present", "scripts_read", "second_missing", "second_present", "second_settings"]

ADAPTER = "easyocr-1.7/1"
"""Of `ocr_easy`, by name here because that brings NumPy."""


def languages_offered() -> list[OptionValue]:
    """Every language; which pack a language needs that no recogniser here reads."""
    known, here = ocr_scripts.scripts(), tuple(present())
    read = {language for one in (known.default, *known.recognisers) for language in one.languages}
    spoken = {
        *known.default.languages,
        *(code for one in known.recognisers if one.model in here for code in one.languages),
    }
    first = {code: one.model for one in reversed(known.recognisers) for code in one.languages}
    return [OptionValue(code, needs=() if code in spoken else (first[code],)) for code in sorted(read)]


def present() -> Iterator[str]:
    """The packs of script recognisers that lie here and that somebody vouches for."""
    for one in ocr_scripts.scripts().recognisers:
        if catalogue.usable(one.model):
            yield one.model


def second_present() -> Iterator[str]:
    """The packs of the second engine that lie here and that somebody vouches for."""
    for one in ocr_scripts.scripts().second:
        if catalogue.usable(one.model):
            yield one.model


def second_settings() -> dict[str, object]:
    """As they stand in the settings of a finding."""
    from models import ocr_easy

    return {"adapter": ADAPTER, **(ocr_easy.versions() if ocr_easy.installed() else {"easyocr": "not installed"})}


def second_missing() -> str | None:
    """Why the second engine cannot run here, as a sentence."""
    from models import ocr_easy

    if not ocr_easy.installed():
        return "The second engine for text, EasyOCR, is not installed (the program's extra `easyocr`)."
    if not any(second_present()):
        return "No pack of EasyOCR, the second engine for text, is installed."
    return None


def scripts_read(packs: Sequence[str]) -> tuple[str, ...]:
    """The scripts that are read with these packs of recognisers."""
    known = ocr_scripts.scripts()
    used = [one for one in known.recognisers if one.model in packs]
    return tuple(dict.fromkeys(script for one in (known.default, *used) for script in one.scripts))
