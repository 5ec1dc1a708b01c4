"""`similar`: pictures of the case that are near to one of it, to another picture, or to a sentence."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.output import console, plain, print_lines, print_table
from app.parts import Parts
from core.case import runs, vectors
from core.case.case import Case
from core.case.queries import Connection
from core.control import Control
from core.decode.jobs import DecodeJob
from core.errors import CaseError, ModelError, UsageError
from core.evidence.hashing import HEAD
from core.evidence.naming import shown
from core.evidence.opening import CannotOpen, open_readonly
from core.evidence.sniff import sniff
from core.interfaces import Backend
from core.memory import LocalPixels
from core.records import MediaKind, Region, Sample, SampleKind
from core.search.vectors import Hit, mean_query, nearest
from core.settings import RunSettings, SamplingPolicy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Question", "similar"]

ANALYZER = "embedding"


@dataclass(frozen=True, slots=True)
class Question:
    """Exactly one of `item`, `text` and `picture`; `region` ("x,y,w,h") is a part of an item or a picture."""

    item: str = ""
    text: tuple[str, ...] = ()
    picture: Path | None = None
    region: str = ""

    def __post_init__(self) -> None:
        if any(not words.strip() for words in self.text):
            raise UsageError("A description has no words.", 'Say what the picture shows, like --text "a red car".')
        if sum(map(bool, (self.item, self.text, self.picture))) != 1:
            raise UsageError("Nothing to compare with.", "Name one file of the case, or --text, or --picture.")
        if self.region and self.text:
            raise UsageError("A sentence has no region.", "Leave --region out.")


def similar(parts: Parts, folder: Path, asked: Question, *, min_score: float, limit: int, as_json: bool) -> None:
    """Print the nearest, best first. Raises `CaseError` when the case has no vectors to compare with."""
    with Case.open(folder, readonly=True) as case, case.reading() as connection:
        known = vectors.spaces(connection, ANALYZER)
        if not known:
            raise CaseError(
                vectors.why_none(connection, ANALYZER), f"Run `analyze` with --analyzers {ANALYZER}, then ask again."
            )
        itself = vectors.find(connection, asked.item) if asked.item else None
        space, queries = _queries(parts, connection, asked, itself, known)
        without = frozenset({itself.content_id} if itself else ())
        found = nearest(vectors.stored(connection, ANALYZER, space), queries, limit, min_score, without)
        rows = [_row(connection, rank, hit, space) for rank, hit in enumerate(found, 1)]
    if as_json:
        print_lines(rows)
        return
    if not rows:
        console.print("Nothing in the case is that near.")
        return
    print_table(
        ["", "nearness", "time", "file"],
        (
            [
                row["rank"],
                f"{row['score']:.3f}",
                "" if row["time"] is None else f"{row['time']:.2f} s",
                plain(", ".join(row["paths"])),
            ]
            for row in rows
        ),
    )


def _queries(
    parts: Parts, connection: Connection, asked: Question, itself: vectors.Item | None, known: list[vectors.Space]
) -> tuple[str, NDArray[np.float32]]:
    """The space to search in and the vectors to search with."""
    import numpy as np

    if itself is not None and not asked.region:
        return _of_item(connection, itself, known)
    if asked.text:
        space, found = parts.embed_text(asked.text, [one.name for one in known])
        return _known(space, known), mean_query(found.astype(np.float32))
    place = _place(connection, itself) if itself else _outside(asked.picture or Path())
    space, vector = _embedded(parts, place, _region(asked.region) if asked.region else None, known)
    return _known(space, known), vector


def _of_item(
    connection: Connection, itself: vectors.Item, known: list[vectors.Space]
) -> tuple[str, NDArray[np.float32]]:
    for space in known:
        own = vectors.of_content(connection, ANALYZER, space.name, itself.content_id)
        if len(own):
            return space.name, own
    raise CaseError(
        f"There is no vector of {', '.join(itself.paths)}.",
        "It is no picture or film, it could not be decoded, or it was not analysed yet; see `outcomes`.",
    )


def _known(space: str, known: list[vectors.Space]) -> str:
    """Vectors of different models never meet."""
    if space not in [one.name for one in known]:
        raise ModelError(
            f"The case has vectors of {known[0].name.partition('/')[0]}, but the model installed now is another "
            f"({space.partition('/')[0]}): they cannot be compared.",
            f"Run `analyze` with --analyzers {ANALYZER} again, or install the model that was used.",
        )
    return space


def _region(text: str) -> Region:
    try:
        x, y, w, h = (float(part) for part in text.split(","))
    except ValueError as error:
        raise UsageError(f"--region cannot be {text!r}.", "Write four numbers from 0 to 1: x,y,w,h.") from error
    if not (0 <= x < 1 and 0 <= y < 1 and 0 < w <= 1 - x + 1e-9 and 0 < h <= 1 - y + 1e-9):
        raise UsageError(f"The region {text} is not inside the picture.", "Write x,y,w,h, each from 0 to 1.")
    return Region(x, y, w, h)


def _place(connection: Connection, itself: vectors.Item) -> DecodeJob:
    """Where the item's bytes lie now."""
    if itself.kind != MediaKind.IMAGE:
        raise UsageError("--region needs a picture.", "Export the frame and use --picture.")
    places = runs.places(connection, itself.content_id)
    for place in places:
        if Path(place.path).is_file():
            return _job(Path(place.path), itself.sha256)
    raise CaseError(f"None of the copies of {', '.join(itself.paths)} is there now.", "Connect the source.")


def _outside(path: Path) -> DecodeJob:
    if not path.is_file():
        raise UsageError(f"There is no file {shown(str(path))}.", "Name a picture.")
    return _job(path, "")


def _job(path: Path, content: str) -> DecodeJob:
    try:
        descriptor = open_readonly(str(path.resolve()))  # it may be evidence: nothing is left there
    except CannotOpen as error:
        raise UsageError(f"{shown(str(path))} cannot be read: {error.message}", error.advice) from error
    with open(descriptor, "rb") as stream:  # noqa: PTH123 - of a descriptor
        status = os.fstat(stream.fileno())
        mime, kind = sniff(stream.read(HEAD), size=status.st_size)
    if kind != MediaKind.IMAGE:
        raise UsageError(f"{shown(str(path))} is no picture ({mime}).", "Name a picture.")
    return DecodeJob(
        content, str(path.absolute()), status.st_size, status.st_mtime_ns, MediaKind.IMAGE, mime, SamplingPolicy()
    )


def _embedded(
    parts: Parts, job: DecodeJob, region: Region | None, known: Sequence[vectors.Space]
) -> tuple[str, NDArray[np.float32]]:
    """The picture (or a part of it) through the same analyzer and model as the case's own pictures, decoded in a
    child."""
    import numpy as np

    from core.decode.preview import PreviewDecoder

    decoder = PreviewDecoder()
    try:
        pixels = decoder.picture((job,), most=job.policy.sample_pixels).pixels
    finally:
        decoder.close()
    if region is not None:
        height, width = pixels.shape[:2]
        left, top = int(region.x * width), int(region.y * height)
        right, bottom = max(left + 1, round((region.x + region.w) * width)), round((region.y + region.h) * height)
        pixels = np.ascontiguousarray(pixels[top : max(top + 1, bottom), left:right])
    backend = parts.open_backend(RunSettings(analyzers=(ANALYZER,), workers=1))
    try:
        (result,) = backend.analyze(
            ANALYZER,
            [Sample(job.content, 0, SampleKind.IMAGE, LocalPixels(pixels))],
            _as_before(backend, known),
            Control(),
        )
    finally:
        backend.close()
    if result.failure is not None:
        raise ModelError(result.failure.reason, "Try another picture.")
    vector = result.vectors[0]
    return vector.space, vector.values.astype(np.float32)[None]


def _as_before(backend: Backend, known: Sequence[vectors.Space]) -> dict[str, str]:
    """The options that make vectors like those of the case, if that model is here still."""
    info = next((one for one in backend.describe() if one.name == ANALYZER), None)
    packs = [space.name.partition("/")[0] for space in known]
    choices = info.choices if info is not None and info.choice == "model" else {}
    return next(({"model": pack} for pack in packs if pack in choices and not choices[pack].missing), {})


def _row(connection: Connection, rank: int, hit: Hit, space: str) -> dict[str, Any]:
    item = vectors.item(connection, hit.owner)
    place = vectors.place(connection, hit.owner, hit.sample)
    return {
        "rank": rank,
        "score": round(hit.score, 6),
        "sha256": item.sha256,
        "paths": list(item.paths),
        "kind": item.kind,
        "time": place.time,
        "frame": place.frame,
        "page": place.page,
        "space": space,
    }
