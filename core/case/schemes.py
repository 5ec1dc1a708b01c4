"""Grading schemes: what the digits mean. They are data, and each case keeps its own copy, so that a grade can be read
years later and a scheme can be edited for one case without touching another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from sqlalchemy import Connection

from core.case.case import Case
from core.errors import UsageError

__all__ = ["SHAPES", "Grade", "Scheme", "available", "neutral", "of_case", "read", "use"]

SHAPES = ("circle", "diamond", "square", "hexagon", "pill", "triangle")
FOLDER = Path(__file__).resolve().parents[2] / "resources" / "schemes"
META_KEY = "desk.scheme"

Words = Mapping[str, str]
"""Language (`en`, `de`) → text."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Grade(_Frozen):
    """One digit: its names, the role of its colour (themes give roles their colours) and its shape, so that grades are
    never told apart by colour alone."""

    key: str = Field(pattern="^[0-9]$")
    name: Words
    help: Words = Field(default_factory=dict)
    color: str
    shape: str

    @field_validator("shape")
    @classmethod
    def _known_shape(cls, shape: str) -> str:
        if shape not in SHAPES:
            raise ValueError(f"no such shape; known: {', '.join(SHAPES)}")
        return shape

    def title(self, language: str) -> str:
        return _in(self.name, language)

    def explanation(self, language: str) -> str:
        return _in(self.help, language)


class Scheme(_Frozen):
    """Grades in the order in which they are shown. `mappings`: jurisdiction → digit → the name it has there, needed
    before grades are exchanged; a jurisdiction that is not there has no agreed mapping."""

    key: str = Field(min_length=1)
    version: int = 1
    name: Words
    note: Words = Field(default_factory=dict)
    grades: tuple[Grade, ...] = Field(min_length=1)
    mappings: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)

    @field_validator("grades")
    @classmethod
    def _each_digit_once(cls, grades: tuple[Grade, ...]) -> tuple[Grade, ...]:
        keys = [grade.key for grade in grades]
        if len(set(keys)) != len(keys):
            raise ValueError("a digit has two meanings")
        return grades

    def title(self, language: str) -> str:
        return _in(self.name, language)

    def explanation(self, language: str) -> str:
        return _in(self.note, language)

    def grade(self, key: str) -> Grade | None:
        return next((grade for grade in self.grades if grade.key == key), None)


def _in(words: Words, language: str) -> str:
    return words.get(language) or words.get("en") or next(iter(words.values()), "")


@cache
def available() -> tuple[Scheme, ...]:
    """The schemes that come with the program, the neutral one first."""
    found = [read(path.read_text(encoding="utf-8"), path.name) for path in sorted(FOLDER.glob("*.json"))]
    return tuple(sorted(found, key=lambda scheme: (scheme.key != "neutral", scheme.key)))


def neutral() -> Scheme:
    return available()[0]


def read(text: str, name: str = "the file") -> Scheme:
    """A scheme from JSON. Raises `UsageError` that says what is wrong with it."""
    try:
        return Scheme.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            f"{name} is not a grading scheme: {place + ': ' if place else ''}{first['msg']}.",
            "Compare it with resources/schemes/neutral.json.",
        ) from error


def of_case(connection: Connection) -> Scheme:
    """The case's own copy; the neutral scheme where none was chosen yet."""
    text = connection.exec_driver_sql("SELECT value FROM meta WHERE key = ?", (META_KEY,)).scalar()
    return neutral() if text is None else read(str(text), "The scheme of this case")


def use(case: Case, scheme: Scheme) -> None:
    """Make this the scheme of the case. Grades that were given keep their digits; a digit that the new scheme lacks is
    still shown. Recorded in the audit trail with all that it says."""
    plain = scheme.model_dump(mode="json")
    with case.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO meta(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
            (META_KEY, json.dumps(plain, ensure_ascii=False)),
        )
        case.owe(connection, "grading scheme set", scheme.key, scheme=plain)
