"""Every analyzer there is, in the order in which they are shown. Adding one is adding a line."""

from __future__ import annotations

import importlib
from typing import cast

from core.errors import UsageError
from models.interface import Analyzer

__all__ = ["ANALYZERS", "make"]

ANALYZERS: tuple[str, ...] = (
    "models.nsfw:Nsfw",
    "models.restraint:Restraint",
    "models.ocr:Ocr",
    "models.logo:Logo",
    "models.faces:Faces",
    "models.speech:Speech",
    "models.embedding:Embedding",
)
"""`module:attribute` of a class without constructor arguments."""


def make(place: str) -> Analyzer:
    """A fresh analyzer from `module:attribute`. Raises `UsageError` when there is none."""
    module, _, attribute = place.partition(":")
    try:
        return cast(Analyzer, getattr(importlib.import_module(module), attribute)())
    except (ImportError, AttributeError) as error:
        raise UsageError(f"There is no analyzer at {place}.", str(error)) from error
