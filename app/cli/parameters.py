"""Parameters that several commands share, and values checked in our words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeVar

import typer

from core.errors import CaseNotFound, UsageError

__all__ = ["DEVICES", "CaseFolder", "Json", "OnDevice", "Workers", "one_of"]

T = TypeVar("T", bound=str)


def _itself(folder: Path) -> Path:
    """Raises `CaseNotFound` where a folder inside a case is named, or a file of it, instead of the case."""
    above = folder.absolute().parents[:2] if not (folder / "case.db").is_file() else ()
    for one in above:
        if (one / "case.db").is_file():
            raise CaseNotFound(f"{folder} is not a case, but lies inside one.", f"The case is {one}.")
    return folder


DEVICES = ("auto", "cpu", "cuda", "intel-gpu", "directml", "coreml")
OnDevice = Annotated[str, typer.Option("--device", help=f"Where models run: {', '.join(DEVICES)}.")]
Json = Annotated[bool, typer.Option("--json", help="Print for machines: JSON, or JSON Lines.")]
CaseFolder = Annotated[Path, typer.Argument(help="The case folder.", metavar="DIR", callback=_itself)]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="How many files at once; default: all cores.")]


def one_of(name: str, value: str, choices: tuple[T, ...]) -> T:
    for choice in choices:
        if choice == value:
            return choice
    raise UsageError(f"--{name} cannot be {value!r}.", f"Choose one of {', '.join(filter(None, choices))}.")
