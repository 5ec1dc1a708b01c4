"""A case folder and a source must lie apart: else the case would list itself, or write into the evidence."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from core.errors import OverlapError
from core.evidence.naming import shown

__all__ = ["check_outside", "check_overlap"]

_MOUNTS = Path("/proc/self/mountinfo")
_ADVICE = "Choose a case folder outside every source."


def check_overlap(case: Path, source: Path) -> None:
    """Raise `OverlapError` when one of the two folders lies in the other, or they are the same.

    Neither has to exist yet. Links are resolved; folders are compared by what they are (device and inode), not by
    their spelling, so that file systems that ignore upper and lower case hold no surprise. On Linux bind mounts are
    seen through as well; elsewhere only those of the compared folders and their parents.
    """
    case_name, source_name = shown(str(case)), shown(str(source))
    case_path, source_path = Path(os.path.realpath(case)), Path(os.path.realpath(source))
    if _inside(case_path, source_path):
        raise OverlapError(
            f"The case folder {case_name} lies inside the source {source_name}: evidence is never written to.",
            _ADVICE,
        )
    if _inside(source_path, case_path):
        raise OverlapError(
            f"The source {source_name} lies inside the case folder {case_name}: the case would list itself.",
            _ADVICE,
        )
    if _share_a_mount(case_path, source_path):
        raise OverlapError(
            f"The case folder {case_name} and the source {source_name} share files through a mount.",
            _ADVICE,
        )


def check_outside(place: Path, source: Path) -> None:
    """Raise `OverlapError` when something is to be written to a place inside a source."""
    if _inside(Path(os.path.realpath(place)), Path(os.path.realpath(source))):
        raise OverlapError(
            f"{shown(str(place))} lies inside the source {shown(str(source))}: evidence is never written to.",
            "Choose a place outside every source.",
        )


def _inside(inner: Path, outer: Path) -> bool:
    return any(_same(part, outer) for part in (inner, *inner.parents))


def _same(one: Path, other: Path) -> bool:
    if one == other:
        return True
    try:
        return one.samefile(other)
    except OSError:  # one of the two does not exist (yet)
        return False


class _Mount(NamedTuple):
    device: str
    root: PurePosixPath  # the folder of that file system …
    point: PurePosixPath  # … that is seen here


def _share_a_mount(one: Path, other: Path) -> bool:
    mounts = _mounts()
    return any(
        device == other_device and (place.is_relative_to(other_place) or other_place.is_relative_to(place))
        for device, place in _places(one, mounts)
        for other_device, other_place in _places(other, mounts)
    )


def _places(path: Path, mounts: list[_Mount]) -> set[tuple[str, PurePosixPath]]:
    """Where the folder and everything mounted below it really lie: file system, path from the root of that."""
    here = PurePosixPath(str(path))
    places = {(mount.device, mount.root) for mount in mounts if mount.point.is_relative_to(here)}
    above = [mount for mount in mounts if here.is_relative_to(mount.point)]
    if above:
        nearest = max(
            reversed(above), key=lambda mount: len(mount.point.parts)
        )  # of two on one point the last is on top
        places.add((nearest.device, nearest.root / here.relative_to(nearest.point)))
    return places


def _mounts() -> list[_Mount]:
    """Linux: what is mounted where (proc(5), mountinfo); nothing elsewhere."""
    try:
        text = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return []
    fields = [line.split(" ", 5) for line in text.splitlines()]
    return [_Mount(f[2], PurePosixPath(_plain(f[3])), PurePosixPath(_plain(f[4]))) for f in fields if len(f) > 5]


def _plain(text: str) -> str:
    """Undo the octal escapes of spaces, tabs, line breaks and backslashes."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)
