"""What has to be covered where the pictures of a report are masked: private parts, restraints and faces."""

from __future__ import annotations

from sqlalchemy import Connection, and_, exists, or_, select

from core.case.schema import config, content, finding, media, outcome
from core.records import Region, State

__all__ = ["masks"]

LOOKED_FOR = ("nsfw",)
"""Who must have looked at a picture before any of it is shown."""
ALL_OF = ("restraint", "faces")
PRIVATE = ("explicit", "nude", "suggestive")
FACES = "FACE_%"
INDICATED = 0.3
"""From this score on, what is said of a picture as a whole must have a place in it, or all of it is covered."""


def masks(connection: Connection, number: int) -> tuple[Region, ...] | None:
    """Boxes to cover in the picture with this content id, of every configuration and at every stored score: what is
    kept below a threshold may be right. None where it is not known which: not a still picture, never looked at for
    private parts, or indicated as a whole only."""
    facts = connection.execute(
        select(content.c.kind, media.c.duration, media.c.frames)
        .select_from(content.outerjoin(media))
        .where(content.c.id == number)
    ).one()
    several = facts.duration or (facts.frames or 1) > 1  # its thumbnail is put together
    if facts.kind != "image" or several or not _looked(connection, number):
        return None
    here = finding.c.content_id == number
    private = or_(finding.c.grouping.in_(PRIVATE), finding.c.analyzer == "restraint")
    placed = connection.execute(
        select(finding.c.x, finding.c.y, finding.c.w, finding.c.h, private.label("private"))
        .where(here, finding.c.x.is_not(None))
        .where(or_(finding.c.analyzer.in_(ALL_OF), private, finding.c.label.like(FACES)))
    ).all()
    as_a_whole = select(exists().where(here, private, finding.c.x.is_(None), finding.c.score >= INDICATED))
    if not any(row.private for row in placed) and connection.execute(as_a_whole).scalar_one():
        return None
    return tuple(Region(row.x, row.y, row.w, row.h) for row in placed)


def _looked(connection: Connection, number: int) -> bool:
    done = and_(outcome.c.content_id == number, outcome.c.state == State.DONE.value)
    asked = select(exists().where(done, outcome.c.config_id == config.c.id, config.c.analyzer.in_(LOOKED_FOR)))
    return bool(connection.execute(asked).scalar_one())
