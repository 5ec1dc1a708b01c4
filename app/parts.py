"""What `main` hands to the faces, because only `main` knows core, models and app together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.interfaces import Backend
from core.settings import RunSettings

__all__ = ["Check", "Parts"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that `doctor` looked at. `ok` None: worth knowing, neither good nor bad."""

    name: str
    ok: bool | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Parts:
    """`open_backend` starts whatever will look at samples; `examine` tells what this machine has and lacks."""

    open_backend: Callable[[RunSettings], Backend]
    examine: Callable[[], Sequence[Check]]
