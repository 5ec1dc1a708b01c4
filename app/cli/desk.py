"""`desk`: the windows, or one view of them as a picture. Qt itself is behind `parts.open_desk`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from app.parts import DeskWish, Parts
from core.errors import CaseNotFound, UsageError

__all__ = ["desk", "size_of"]


def desk(
    parts: Parts,
    case: Path | None,
    *,
    view: str,
    screenshot: Path | None,
    language: Literal["", "en", "de"],
    theme: Literal["dark", "light", "system"] | None,
    size: str,
    scale: float | None,
) -> int:
    """Open the desk; returns its exit code. Raises `CaseNotFound` before any window for a folder without a case."""
    if case is not None and not (case / "case.db").is_file():
        raise CaseNotFound(f"There is no case in {case}.", "Open the desk without a folder and make a case there.")
    return parts.open_desk(parts, DeskWish(case, view, screenshot, language, theme, scale, size_of(size)))


def size_of(text: str) -> tuple[int, int]:
    """`1366x768` → (1366, 768)."""
    width, cross, height = text.lower().partition("x")
    if not (cross and width.isdigit() and height.isdigit() and int(width) > 0 and int(height) > 0):
        raise UsageError(f"--size cannot be {text!r}.", "Write it like 1366x768.")
    return int(width), int(height)
