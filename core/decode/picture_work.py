"""One picture file under way: what is known of it so far, and what is said of it at its end."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from PIL import UnidentifiedImageError

from core.decode import inside, metadata
from core.decode.jobs import DecodeJob, Fingerprint, MediaFacts
from core.decode.pixels import Pixels8
from core.decode.reading import CannotDecode, Reading
from core.decode.sink import Sink
from core.decode.thumbnail import encode, storyboard
from core.records import Problem, State

__all__ = ["CAMERA_RAW", "Work", "ending", "too_many_pixels", "unreadable", "warned"]

_NOT_READ = {
    "image/bpg", "image/emf", "image/flif", "image/jxl", "image/jxr", "image/svg+xml", "image/vnd.djvu", "image/wmf",
    "image/vnd.radiance", "image/x-cineon", "image/x-dpx", "image/x-eps", "image/x-exr", "image/x-ilbm", "image/x-jng",
    "image/x-mng", "image/x-xcf",
}  # fmt: skip
CAMERA_RAW = {
    "image/x-adobe-dng", "image/x-canon-cr2", "image/x-canon-cr3", "image/x-canon-crw", "image/x-fuji-raf",
    "image/x-minolta-mrw", "image/x-nikon-nef", "image/x-olympus-orf", "image/x-panasonic-rw2", "image/x-sigma-x3f",
    "image/x-sony-arw",
}  # fmt: skip


@dataclass(slots=True)
class Work:
    """One picture file under way: what the two ways of reading it, strict and tolerant, have found together."""

    job: DecodeJob
    sink: Sink
    source: BinaryIO
    data: bytes | None  # the whole file; None: too large, it is read where it lies
    tolerant: bool = False  # the strict way failed, and what can be read is taken
    camera: bytes | None = None  # the raw file around the preview that is looked at, for its EXIF
    counted: int = 1  # pictures in the file
    seen: set[int] = field(default_factory=set)  # the numbers of those handed over
    missing: int = 0  # how many of those wanted could not be decoded
    shown: list[tuple[Pixels8, str]] = field(default_factory=list)  # small ones with a label, for the storyboard
    facts: dict[str, Any] = field(default_factory=dict)  # fields of `MediaFacts`
    normal: dict[str, Any] = field(default_factory=dict)  # what becomes `MediaFacts.normal`, beside the metadata
    raw: dict[str, Any] = field(default_factory=dict)  # the metadata as they stand in the file
    problems: list[Problem] = field(default_factory=list)
    damage: str = ""  # why not everything was seen, in the library's words; empty: all was
    code: str = "damaged"  # the code of that outcome
    fingerprint: Fingerprint | None = None

    @property
    def most(self) -> int:
        """Pixels of a sample at most."""
        return min(self.job.policy.sample_pixels, self.sink.capacity // 3)


def too_many_pixels(job: DecodeJob, size: str, facts: MediaFacts | None = None) -> CannotDecode:
    """What to raise for a picture of more pixels than the policy allows; `size` is what it claims, as text."""
    limit = f"{job.policy.max_pixels / 1e6:g} million"
    reason = f"The picture claims more pixels than the limit of {limit} ({size}); it was not decoded."
    return CannotDecode("picture-bomb", reason, facts=facts)


def unreadable(work: Work, error: Exception) -> CannotDecode:
    """What to raise for a file that gave nothing in either way: it is damaged, or of a kind that is not read."""
    detail = metadata.plain(str(error) or type(error).__name__, 300)
    frame = inside.frame_of(work.data) if work.data and work.job.mime == "image/jpeg" else None
    if frame is not None and frame.kind:
        message = f"This kind of picture (JPEG, {frame.kind}) is not read by Asservat."
        return CannotDecode("format-unsupported", message, State.UNSUPPORTED)
    if isinstance(error, UnidentifiedImageError):
        if work.job.mime in _NOT_READ | CAMERA_RAW:
            message = f"Pictures of the type {work.job.mime} are not read by Asservat."
            return CannotDecode("format-unsupported", message, State.UNSUPPORTED)
        detail = "no decoder recognises it"
    message = f"The picture is damaged beyond what can be decoded ({detail}); it was not analysed."
    facts = MediaFacts(format=work.facts.get("format"), raw=work.raw, normal=work.normal)
    return CannotDecode("damaged", message, facts=facts)


def warned(caught: list[warnings.WarningMessage]) -> list[Problem]:
    """What the libraries warned of, as problems of the file: each text once, twenty at most."""
    texts = dict.fromkeys(metadata.plain(str(one.message), 500) for one in caught)
    return [
        Problem("picture-warning", f"The decoder found something irregular: {text}", text) for text in list(texts)[:20]
    ]


def ending(work: Work) -> Reading:
    """The end of a picture that gave at least something."""
    facts = MediaFacts(**work.facts, **_described(work))
    code, reason = _shortcoming(work)
    return Reading(
        State.PARTIAL if reason else State.DONE,
        code,
        reason,
        facts,
        thumbnail=encode(work.shown[0][0]) if work.shown else None,
        storyboard=storyboard(work.shown) if work.sink.wanted else None,
        problems=tuple(dict.fromkeys(work.problems)),
        fingerprint=work.fingerprint,
    )


def _shortcoming(work: Work) -> tuple[str, str]:
    """(code, sentence) when not everything in the file was seen; empty when all is well."""
    if work.damage:
        code = "truncated" if "truncated" in work.damage.lower() and work.code == "damaged" else work.code
        what = (
            f"{work.missing} of its pictures could not be decoded" if work.missing else "only a part could be decoded"
        )
        why = metadata.plain(work.damage, 300)
        return code, f"The picture file is damaged: {what}; the rest was looked at ({why})."
    if work.camera is not None or work.job.mime in CAMERA_RAW:
        return "preview-only", "This is a camera's raw file: only the preview inside it could be looked at."
    return "", ""


def _described(work: Work) -> dict[str, Any]:
    normal = metadata.normalised(work.raw) | work.normal
    gps = normal.get("gps") or {}
    usable = gps and "impossible" not in gps["flags"]
    return {
        "taken": normal.get("taken"),
        "camera": normal.get("camera"),
        "latitude": gps["latitude"] if usable else None,
        "longitude": gps["longitude"] if usable else None,
        "raw": work.raw,
        "normal": metadata.bounded(normal),
    }
