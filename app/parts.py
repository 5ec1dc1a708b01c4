"""What `main` hands to the faces, because only `main` knows core, models and app together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from core.errors import UsageError
from core.interfaces import Backend
from core.packs import PackKeeper
from core.settings import RunSettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Check", "DeskWish", "Parts", "Speed"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that `doctor` looked at. `ok` None: worth knowing, neither good nor bad."""

    name: str
    ok: bool | None
    sentence: str


@dataclass(frozen=True, slots=True)
class DeskWish:
    """How the desk is to begin. None or empty: as remembered. `screenshot`: render one view into this file and end."""

    case: Path | None = None
    view: str = ""
    screenshot: Path | None = None
    language: Literal["", "en", "de"] = ""
    theme: Literal["dark", "light", "system"] | None = None
    scale: float | None = None
    size: tuple[int, int] = (1366, 768)


@dataclass(frozen=True, slots=True)
class Speed:
    """One line of `bench`: how many a second, how many the bare calls would give, and on what. Those of analyzers on a
    processor are a CPU second, which other programs that run meanwhile hardly change."""

    kind: Literal["analyzer", "session", "pipeline"]
    name: str
    rate: float
    bare: float | None
    ratio: float | None
    where: str

    def plain(self) -> dict[str, object]:
        """As JSON has it."""
        return {name: getattr(self, name) for name in self.__slots__}


def _no_speeds(_settings: RunSettings, _seconds: float) -> Iterable[Speed]:
    return ()


def _no_sentences(_sentences: Sequence[str], _spaces: Sequence[str]) -> tuple[str, NDArray[np.float16]]:
    raise UsageError("This build cannot search with words.", "Search with a file of the case.")


def _no_desk(_parts: Parts, _wish: DeskWish) -> int:
    raise UsageError("This build has no desk.", "Use the commands; `--help` lists them.")


def _no_packs() -> PackKeeper:
    raise UsageError("This build has no model packs.", "Its models come with the installation.")


@dataclass(frozen=True, slots=True)
class Parts:
    """What the faces may ask for. Tests and builds without models or desk leave out what they do not have."""

    open_backend: Callable[[RunSettings], Backend]
    """Starts whatever will look at samples; the caller closes it. Raises `UsageError` for a device that is not here."""
    examine: Callable[[], Sequence[Check]]
    """What this machine has and lacks for the models."""
    open_desk: Callable[[Parts, DeskWish], int] = field(default=_no_desk)
    """Shows the windows; the exit code when they are closed. The command line itself never imports Qt."""
    measure: Callable[[RunSettings, float], Iterable[Speed]] = field(default=_no_speeds)
    """Speeds of analyzers and sessions, each measured for so many seconds."""
    embed_text: Callable[[Sequence[str], Sequence[str]], tuple[str, NDArray[np.float16]]] = field(default=_no_sentences)
    """Sentences to vectors: the space they lie in, and float16 [sentences, dimensions]. Raises `ModelMissing`."""
    open_packs: Callable[[], PackKeeper] = field(default=_no_packs)
    """Whoever keeps the model packs."""
