"""Which pixels to ask for: the subject, the place and the allowed rung made into a wish."""

from __future__ import annotations

from app.gui.exposure import Exposure, Rung, treatment
from app.gui.preview.feed import FIT_PIXELS, Wish
from app.gui.preview.subject import Subject
from core.decode.preview import Treatment

__all__ = ["film_wish", "opening_wish", "picture_wish", "storyboard_wishes"]

_CELL_PIXELS = 90_000


def _treatment(subject: Subject, exposure: Exposure, time: float | None, page: int | None = None) -> Treatment | None:
    """What is taken away at this place; None when the rung asks for masks and nobody knows where bodies are."""
    rung = exposure.rung(sensitive=subject.sensitive)
    masks = subject.masks(time, page) if rung is Rung.MASKED else ()
    if masks is None:
        return None
    return treatment(rung, grey=exposure.comfort.grey and not exposure.revealed, masks=masks)


def film_wish(
    subject: Subject,
    exposure: Exposure,
    goal: int | float,
    near: float | None,
    *,
    most: int | None = None,
    keep: bool = True,
) -> Wish | None:
    """A frame by its number (int) or by the second at which it is shown (float). `near`: the second that masks are
    looked up at when only the number is known."""
    timed = isinstance(goal, float)
    treated = _treatment(subject, exposure, goal if timed else near)
    if treated is None:
        return None
    return Wish(
        subject.content,
        "frame",
        number=0 if timed else int(goal),
        at=goal if timed else None,
        most=most or FIT_PIXELS,
        treatment=treated,
        keep=keep,
        jobs=subject.jobs,
    )


def picture_wish(subject: Subject, exposure: Exposure, number: int = 0, most: int | None = None) -> Wish | None:
    treated = _treatment(subject, exposure, None, number)
    if treated is None:
        return None
    return Wish(
        subject.content,
        "picture",
        number=number,
        most=most or FIT_PIXELS,
        treatment=treated,
        jobs=subject.jobs,
    )


def opening_wish(subject: Subject, exposure: Exposure) -> Wish | None:
    """What an item opens with, so that it can be had before it is current. None: nothing, or not pixels."""
    if exposure.rung(sensitive=subject.sensitive) is Rung.CARD:
        return None
    if subject.kind == "image":
        return picture_wish(subject, exposure)
    if subject.kind == "video":
        return film_wish(subject, exposure, 0, 0.0)
    return None


def storyboard_wishes(subject: Subject, exposure: Exposure, length: float, cells: int) -> list[Wish] | None:
    """The middle of each of `cells` equal parts of the film, or a keyframe in that part."""
    wishes = []
    for cell in range(cells):
        time = (cell + 0.5) * length / cells
        treated = _treatment(subject, exposure, time)
        if treated is None:
            return None
        wishes.append(
            Wish(
                subject.content,
                "frame",
                at=round(time, 3),
                slack=round(length / cells / 2, 3),
                most=_CELL_PIXELS,
                treatment=treated,
                jobs=subject.jobs,
            )
        )
    return wishes
