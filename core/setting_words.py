"""Recorded settings in words: what decided a result, said so that somebody who did not write the program can read it.

What is recorded are names and values as the program has them, and they stay so. The words are data: those of options in
`resources/models/options.json`, those of all other settings in `resources/settings.json`. What no list knows keeps its
own name. Languages are `en` and `de`; any other is English.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["option_title", "option_value", "setting_title", "setting_value", "settings_said"]

_RESOURCES = Path(__file__).resolve().parents[1] / "resources"
_SESSION = {"engine", "device", "precision", "half"}
_SWITCHED = {True: {"en": "yes", "de": "ja"}, False: {"en": "no", "de": "nein"}}

_LONG = 10_000
_Texts = Mapping[str, str]


def option_title(analyzer: str, name: str, language: str) -> str:
    """What an option of an analyzer is called; of another version's, the name as it was recorded."""
    said = _options().get(analyzer, {}).get(name, {})
    return _in(said["label"], language) if said else setting_title(name, language)


def option_value(analyzer: str, name: str, value: Any, language: str) -> str:
    """What such an option was set to."""
    words = _options().get(analyzer, {}).get(name, {}).get("values", {})
    if isinstance(value, str) and value in words:
        return _in(words[value], language)
    return setting_value(value, language)


def setting_title(name: str, language: str) -> str:
    """What a setting is called that nobody chose: a model's device, a version of the preprocessing, the sampling. `{}`
    in it: there its value stands."""
    known = _settings()["names"].get(name)
    return _in(known, language) if known else name.replace("_", " ")


def settings_said(settings: Mapping[str, Any], language: str) -> str:
    """Settings in one line. What has a version is told by it: the version stands for the numbers in it. Models that ran
    on the same are told together."""
    ran: dict[str, list[str]] = {}
    parts: list[str] = []
    for name, value in settings.items():
        title = setting_title(name, language)
        if not isinstance(value, Mapping):
            parts += [_joined(title, said) for said in [setting_value(value, language)] if said]
        elif value and value.keys() <= _SESSION:
            ran.setdefault(", ".join(setting_value(one, language) for one in value.values()), []).append(title)
        elif "version" in value:
            parts.append(f"{title} {setting_value(value['version'], language)}")
        elif inner := settings_said(value, language):
            parts.append(f"{title} ({inner})")
    return "; ".join([*parts, *(f"{', '.join(names)}: {where}" for where, names in ran.items())])


def setting_value(value: Any, language: str) -> str:
    """What it was set to; long numbers in groups, nothing for nothing."""
    if isinstance(value, bool):
        return _in(_SWITCHED[value], language)
    if isinstance(value, Mapping):
        return ", ".join(
            _joined(setting_title(str(key), language), setting_value(one, language)) for key, one in value.items()
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(filter(None, (setting_value(one, language) for one in value)))
    if isinstance(value, float) and language == "de":
        return f"{value:g}".replace(".", ",")
    if value is None:
        return ""
    if isinstance(value, int) and abs(value) >= _LONG:
        return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    known = _settings()["values"].get(str(value))
    return _in(known, language) if known else f"{value:g}" if isinstance(value, float) else str(value)


def _joined(title: str, value: str) -> str:
    return title.replace("{}", value) if "{}" in title else f"{title} {value}"


def _in(texts: _Texts, language: str) -> str:
    return texts.get(language) or texts.get("en", "")


@cache
def _options() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    try:
        read: dict[str, Any] = json.loads((_RESOURCES / "models" / "options.json").read_text(encoding="utf-8"))
        return dict(read["analyzers"])
    except (OSError, ValueError, KeyError):
        return {}  # without its words the program still says what was recorded


@cache
def _settings() -> Mapping[str, Mapping[str, _Texts]]:
    try:
        read: dict[str, Any] = json.loads((_RESOURCES / "settings.json").read_text(encoding="utf-8"))
        return {"names": read["names"], "values": read["values"]}
    except (OSError, ValueError, KeyError):
        return {"names": {}, "values": {}}
