"""Which recogniser reads which script and language: data (`resources/models/ocr_scripts.json`), and what the readings
of several recognisers are worth beside each other.

A recogniser that does not know a script does not say so. The default one reads a Russian sentence as six spaces with a
confidence of 0.9, because blanks count for nothing in a mean over characters. So a reading is worth its confidence
times how well it fills its line: a line of `n` heights has at least 0.6 `n` characters in every script read here.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from models import catalogue

if TYPE_CHECKING:
    from models.ocr_recognise import Reading

__all__ = [
    "DENSE",
    "Doubt",
    "Recogniser",
    "Scripts",
    "Second",
    "Words",
    "doubts",
    "languages_known",
    "likeliest",
    "missing_scripts",
    "scripts",
    "second_for",
    "shared_letters",
    "suited",
    "to_logical_order",
    "worth",
]

Doubt = Literal["letters", "sparse", "gaps", "unsure", "unread", "page"]
DENSE = 0.6
UNSURE = 0.85
_LEFT_TO_RIGHT = re.compile(r"[a-zA-Z0-9 :*./%+-]")
_GAP = re.compile(r"\S\s{2,}\S|^\s{2,}\S|\S\s{2,}$")
_OF_LETTERS = {"GREEK": "Greek", "CYRILLIC": "Cyrillic", "COPTIC": "Greek"}
"""Scripts of which the default recogniser knows letters without being able to read their languages."""
_SHARED = frozenset("ABCEHIJKMNOPSTXYZaceijkmnopstuvxy")
"""Latin letters that look like one of the Greek or Cyrillic alphabet, as they stand in print."""
_MOSTLY = 0.4


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Frozen):
    """A sentence in each language."""

    en: str
    de: str


class Recogniser(_Frozen):
    """One recogniser: the scripts and languages (BCP 47) it reads. `right_to_left`: it gives characters as they stand,
    from left to right, and they are put into the order in which they are read."""

    model: str
    scripts: tuple[str, ...]
    languages: tuple[str, ...]
    right_to_left: bool = False


class Second(_Frozen):
    """A pack of the second engine. `reader`: the languages its library is to be asked for, which choose the network."""

    model: str
    scripts: tuple[str, ...]
    reader: tuple[str, ...]


class Scripts(_Frozen):
    """The whole file. Recognisers stand in the order of trial."""

    version: str
    note: str
    default: Recogniser
    recognisers: tuple[Recogniser, ...]
    second: tuple[Second, ...]
    doubts: dict[Doubt, Words]


@functools.cache
def scripts() -> Scripts:
    return Scripts.model_validate_json((catalogue.RESOURCES / "ocr_scripts.json").read_text(encoding="utf-8"))


@functools.cache
def languages_known() -> frozenset[str]:
    """Every language that some recogniser reads."""
    known = scripts()
    return frozenset(language for one in (known.default, *known.recognisers) for language in one.languages)


def suited(languages: Collection[str], present: Collection[str]) -> tuple[Recogniser, ...]:
    """The recognisers to ask, the first one first: those among `present` that read one of these languages; no
    languages: all. The default one is left out when it reads none of them and others read them all."""
    known = scripts()
    packs = [one for one in known.recognisers if one.model in present]
    if not languages:
        return (known.default, *packs)
    wanted = [one for one in packs if set(one.languages) & set(languages)]
    read = {language for one in wanted for language in one.languages}
    if set(languages) & set(known.default.languages) or not set(languages) <= read:
        return (known.default, *wanted)
    return tuple(wanted)


def missing_scripts(languages: Collection[str], present: Collection[str]) -> tuple[str, ...]:
    """Scripts that could be read if their packs were here; with languages: only theirs."""
    known = scripts()
    here = {script for one in known.recognisers if one.model in present for script in one.scripts}
    here |= set(known.default.scripts)
    asked = [one for one in known.recognisers if not languages or set(one.languages) & set(languages)]
    return tuple(dict.fromkeys(script for one in asked for script in one.scripts if script not in here))


def worth(reading: Reading, aspect: float) -> float:
    """0…1: confidence times how well the reading fills its line. `aspect`: width of the line divided by its height."""
    characters = sum(not one.isspace() for one in reading.text)
    return reading.score * min(1.0, characters / max(aspect, 1.0) / DENSE)


def doubts(reading: Reading, aspect: float, missing: Iterable[str]) -> Doubt | None:
    """Why this reading may be of a script that is not read here; None: no reason to think so."""
    if set(_letters_of(reading.text)) & set(missing):
        return "letters"
    value = worth(reading, aspect)
    if value < UNSURE * reading.score:
        return "sparse"
    if _GAP.search(reading.text):
        return "gaps"
    return "unsure" if value < UNSURE else None


def shared_letters(text: str, missing: Iterable[str]) -> bool:
    """Whether all letters of a text may as well be those of a script that is not read here."""
    letters = [one for one in text if one.isalpha()]
    return bool(letters and set(letters) <= _SHARED and set(_OF_LETTERS.values()) & set(missing))


def likeliest(texts: Iterable[str], missing: Sequence[str]) -> tuple[str, ...]:
    """Of the scripts that are not read here those that doubtful lines may be in: one alone where its letters make up
    much of them, else all, those first of which letters were seen."""
    counted: Counter[str] = Counter()
    letters = 0
    for text in texts:
        counted.update(script for script in _letters_of(text) if script in missing)
        letters += sum(one.isalpha() for one in text)
    seen = [script for script, _ in counted.most_common()]
    if seen and counted[seen[0]] >= _MOSTLY * letters:
        return (seen[0],)
    return (*seen, *(script for script in missing if script not in seen))


def _letters_of(text: str) -> list[str]:
    """The script of each letter that is of one of `_OF_LETTERS`."""
    found = (_OF_LETTERS.get(unicodedata.name(one, "?").split()[0]) for one in text if one.isalpha())
    return [script for script in found if script is not None]


def to_logical_order(text: str) -> str:
    """Characters as they stand, left to right, to the order of reading; numbers and Latin words keep theirs.

    After `pred_reverse` of PaddleOCR (Apache-2.0), whose training texts for this recogniser are the other way round. A
    space at the edge of a number or Latin word parts it from the next word (there it stays inside and ends up behind).
    """
    pieces: list[str] = []
    run = ""
    for character in (*text, ""):
        if character and _LEFT_TO_RIGHT.match(character):
            run += character
            continue
        inside = run.strip()
        before = run[: len(run) - len(run.lstrip())]
        pieces += [*before, inside, *run[len(before) + len(inside) :], character]
        run = ""
    return "".join(reversed(pieces))


def second_for(scripts_read: Sequence[str], present: Collection[str]) -> Second | None:
    """The pack of the second engine for what the first one read (scripts, the most frequent first); else the first that
    is here."""
    packs = [one for one in scripts().second if one.model in present]
    for script in scripts_read:
        for one in packs:
            if script in one.scripts:
                return one
    return packs[0] if packs else None
