"""What goes before its turn: contents that the examiner looks at while the run goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from core.case.database import Connection
from core.case.runs import Again, Pending, Scan, pending

__all__ = ["Ahead", "Wanted"]

AT_ONCE = 64  # contents taken ahead for one wish

Wanted = Callable[[], Sequence[int]]
"""Says which contents (ids) are wanted first, most wanted first. Called in the run's thread, several times a second."""


class Ahead:
    """Remembers what was taken out of turn, so that the scan, when it comes there, does not take or count it again."""

    def __init__(self, wanted: Wanted | None) -> None:
        self._wanted = wanted
        self._heard: tuple[int, ...] = ()
        self._taken: dict[int, int] = {}  # content id → bytes

    def asked(self) -> tuple[int, ...]:
        """A wish that was not heard yet; () when there is none."""
        wish = tuple(self._wanted())[:AT_ONCE] if self._wanted is not None else ()
        if wish == self._heard:
            return ()
        self._heard = wish
        return wish

    def take(
        self, connection: Connection, configs: Sequence[int], scanned: int, wish: Sequence[int], again: Again
    ) -> list[Pending]:
        """Those of a wish that the scan has not come to and that have work left."""
        found: list[Pending] = []
        for content in wish:
            if content > scanned and content not in self._taken:
                scan = pending(connection, configs, content - 1, 1, again=again)
                found += [one for one in scan.contents if one.content_id == content]
        self._taken |= {one.content_id: one.size for one in found}
        return found

    def without(self, scan: Scan, after: int) -> Scan:
        """A scan that began behind the content `after`, less what was taken ahead and counted then."""
        if not self._taken:
            return scan
        open_still: Collection[int] = {one.content_id for one in scan.contents}
        counted = [
            size for content, size in self._taken.items() if after < content <= scan.last and content not in open_still
        ]
        rest = [one for one in scan.contents if one.content_id not in self._taken]
        return Scan(rest, scan.last, scan.settled - len(counted), scan.settled_bytes - sum(counted))
