"""The ladder of seeing, and what each rung takes away from pixels before they reach the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, Literal, cast

from core.decode.preview_wire import Treatment
from core.records import Region

__all__ = ["BLUR_MODES", "SMALL_SIDE", "BlurMode", "Comfort", "Rung", "treatment"]

BlurMode = Literal["flagged", "all", "none"]
BLUR_MODES: tuple[BlurMode, ...] = ("flagged", "all", "none")
SMALL_SIDE = 64


class Rung(IntEnum):
    """The ladder of seeing, least first."""

    CARD = 0  # words only, no pixel is decoded
    SMALL = 1  # 64 pixels
    MASKED = 2  # regions of bodies are covered, the room is seen
    BLURRED = 3  # forms and colours
    GREY = 4
    FULL = 5


@dataclass(frozen=True, slots=True)
class Comfort:
    """What is remembered between sessions. `blur` flagged: items with indicators and items not analysed yet."""

    blur: BlurMode = "flagged"
    grey: bool = False
    muted: bool = True
    autoplay: bool = False
    ceiling: Rung = Rung.FULL
    break_after: int = 0  # minutes of unmasked looking after which a break is suggested; 0: never

    @classmethod
    def remembered(cls, found: Mapping[str, Any]) -> Comfort:
        """From what the preferences hold; anything unknown or out of range is left at its default."""
        known = cls()
        blur, ceiling = found.get("blur"), found.get("ceiling")
        if blur in BLUR_MODES:
            known = replace(known, blur=cast(BlurMode, blur))
        if ceiling in set(Rung):
            known = replace(known, ceiling=Rung(ceiling))
        for name in ("grey", "muted", "autoplay"):
            if isinstance(found.get(name), bool):
                known = replace(known, **{name: found[name]})
        if isinstance(found.get("break_after"), int):
            known = replace(known, break_after=max(0, found["break_after"]))
        return known


def treatment(rung: Rung, *, grey: bool = False, masks: Sequence[Region] = ()) -> Treatment | None:
    """What the preview child takes away on this rung; None: not one pixel is wanted."""
    match rung:
        case Rung.CARD:
            return None
        case Rung.SMALL:
            return Treatment(side=SMALL_SIDE, grey=grey)
        case Rung.MASKED:
            return Treatment(grey=grey, masks=tuple(masks))
        case Rung.BLURRED:
            return Treatment(blur=True, grey=grey)
        case Rung.GREY:
            return Treatment(grey=True)
        case Rung.FULL:
            return Treatment()
