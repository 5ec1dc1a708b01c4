"""Are the sources still what was registered? Every file that was read is read again and compared by SHA-256."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from core.control import Control
from core.errors import EvidenceError
from core.evidence.hashing import hash_file
from core.evidence.opening import CannotOpen
from core.report.content import Integrity, PlaceDigest, ReportSource

__all__ = ["reread_sources"]


@dataclass
class _Tally:
    checked: int = 0
    changed: int = 0
    missing: int = 0
    reachable: bool = True


def reread_sources(
    source: ReportSource, *, at: str, control: Control, progress: Callable[[float], None] | None = None
) -> dict[int, Integrity]:
    """Source id → result, for `write_report(integrity=…)`. Takes as long as reading all of the evidence once.

    `at` is the time to print (ISO 8601 UTC). A source whose folder is not there is `unavailable`; a file that is gone
    or unreadable counts as missing. Raises `Stopped` when `control` is cancelled. Nothing is written to the sources.
    """
    expected = max(1, source.totals().read_copies)
    tallies: dict[int, _Tally] = {one.id: _Tally(reachable=False) for one in source.sources()}
    for count, place in enumerate(source.places(), 1):
        control.checkpoint()
        tally = tallies[place.source]
        tally.reachable = tally.reachable or os.path.isdir(place.root)  # noqa: PTH112 - the path is raw bytes
        if tally.reachable:
            _compare(place, tally)
        if progress is not None:
            progress(min(1.0, count / expected))
    return {number: _result(tally, at) for number, tally in tallies.items()}


def _compare(place: PlaceDigest, tally: _Tally) -> None:
    path = os.path.join(os.fsdecode(place.root), os.fsdecode(place.path))  # noqa: PTH118 - may be longer than PATH_MAX
    try:
        found = hash_file(path, algorithms=("sha256",))
    except CannotOpen:
        tally.missing += 1
        return
    except EvidenceError:  # it changed under the reading
        tally.checked += 1
        tally.changed += 1
        return
    tally.checked += 1
    if found.sha256 != place.sha256:
        tally.changed += 1


def _result(tally: _Tally, at: str) -> Integrity:
    if not tally.reachable:
        return Integrity("unavailable", at=at)
    result: Integrity = Integrity(
        "changed" if tally.changed or tally.missing else "verified", tally.checked, tally.changed, tally.missing, at
    )
    return result
