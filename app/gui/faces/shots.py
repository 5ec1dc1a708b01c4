"""Faces cut out of their pictures, small for the list and large to be looked at. Only the crop leaves the decode child;
the whole picture comes when the examiner asks for it, at the rung that is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.gui.exposure import Exposure, Rung, treatment
from app.gui.preview.feed import FIT_PIXELS, FULL_PIXELS, Wish
from app.gui.preview.subject import Subject, load
from app.gui.preview.wishes import film_wish, picture_wish
from core.case.candidates import Candidate, Reference
from core.decode.jobs import DecodeJob
from core.records import Region

if TYPE_CHECKING:
    from core.case.queries import Connection

__all__ = ["LARGE", "SMALL", "Shot", "crop_wish", "shot_of", "shots", "whole_wish"]

SMALL, LARGE = 120, 560
"""Pixels of the longer side of a crop: in the list, and to be looked at."""
_AROUND = 0.4
"""Of the box, on each side: hair and chin belong to a face."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One face in one picture. `content` below zero: a picture from outside the case. `subject` None: nothing but the
    pixels is known of it."""

    content: int
    name: str
    sha256: str
    kind: str
    jobs: tuple[DecodeJob, ...]
    region: Region | None
    start: float | None = None
    page: int | None = None
    subject: Subject | None = None


def shots(connection: Connection, found: Sequence[Candidate]) -> dict[int, Shot]:
    """Where the pixels of these faces are, by finding. On a worker thread."""
    subjects = {content: load(connection, content) for content in dict.fromkeys(one.content for one in found)}
    return {
        one.finding: _shot(subject, one.region, one.start, one.page)
        for one in found
        if (subject := subjects[one.content]) is not None
    }


def shot_of(connection: Any, wanted: Reference) -> Shot | None:
    """Where the pixels of a reference in the case are."""
    subject = load(connection, wanted.content) if wanted.content is not None else None
    if subject is None:
        return None
    face = next((one for one in subject.details.findings if one.id == wanted.finding), None)
    return _shot(subject, face.region, face.start, face.page) if face is not None else None


def _shot(subject: Subject, region: Region | None, start: float | None, page: int | None) -> Shot:
    return Shot(
        subject.content,
        subject.name,
        subject.details.sha256,
        subject.kind,
        subject.jobs,
        region,
        start,
        page,
        subject,
    )


def crop_wish(shot: Shot, exposure: Exposure, side: int) -> Wish | None:
    """The face with a little around it. A face alone is not what is covered for being explicit, so the rung is that of
    harmless items; None: words are to stand for it."""
    rung = exposure.rung(sensitive=False)
    if shot.region is None:
        return whole_wish(shot, exposure)
    grey = exposure.comfort.grey and not exposure.revealed
    treated = treatment(rung, grey=grey, masks=(shot.region,))
    if treated is None:
        return None
    cut = _around(shot.region)
    side = min(side, treated.side or side)
    most = min(FULL_PIXELS, max(200_000, round(side * side / max(1e-4, cut.w * cut.h))))
    from dataclasses import replace

    return _wish(shot, most, replace(treated, crop=cut, side=side))


def whole_wish(shot: Shot, exposure: Exposure) -> Wish | None:
    """The picture that the face is in; None: words are to stand for it."""
    if shot.subject is not None:
        if exposure.rung(sensitive=shot.subject.sensitive) is Rung.CARD:
            return None
        if shot.kind == "video":
            return film_wish(shot.subject, exposure, float(shot.start or 0.0), shot.start)
        return picture_wish(shot.subject, exposure, shot.page or 0)
    treated = treatment(exposure.rung(sensitive=False), masks=(shot.region,) if shot.region else ())
    return None if treated is None else _wish(shot, FIT_PIXELS, treated)


def _wish(shot: Shot, most: int, treated: Any) -> Wish:
    film = shot.kind == "video"
    return Wish(
        shot.content,
        "frame" if film else "picture",
        number=0 if film else shot.page or 0,
        at=float(shot.start or 0.0) if film else None,
        most=most,
        treatment=treated,
        jobs=shot.jobs,
    )


def _around(region: Region) -> Region:
    left, top = max(0.0, region.x - _AROUND * region.w), max(0.0, region.y - _AROUND * region.h)
    right = min(1.0, region.x + (1 + _AROUND) * region.w)
    bottom = min(1.0, region.y + (1 + _AROUND) * region.h)
    return Region(left, top, max(1e-4, right - left), max(1e-4, bottom - top))
