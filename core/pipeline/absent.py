"""Sources that are not connected: what lies on others is analysed all the same, what lies on them alone waits."""

from __future__ import annotations

import os
from collections.abc import Sequence

from core.case.database import Connection
from core.case.runs import Place, Source, places
from core.case.store import Store
from core.errors import EvidenceError
from core.events import Event, ProblemNoted
from core.evidence.naming import shown
from core.records import Outcome, Problem, State

__all__ = ["Absent"]


class Absent:
    """Which registered sources a run cannot reach, settled once at its start.

    A file that is not found on a source that is there has vanished; on one that is not there, nothing is known of it.
    """

    def __init__(self, registered: Sequence[Source], wanted: Sequence[Source]) -> None:
        """Raises `EvidenceError` when none of the wanted sources is there: a run over nothing would look like a run."""
        self._sources = [source for source in registered if not os.path.isdir(source.path)]  # noqa: PTH112 - any bytes
        self._ids = frozenset(source.id for source in self._sources)
        if wanted and not self.present(wanted):
            raise EvidenceError(
                f"The source {shown(str(wanted[0].path))} is not there or is not a folder"
                + (f", and neither are {len(wanted) - 1} others." if len(wanted) > 1 else "."),
                "Check that the medium is connected and try again. Nothing was changed.",
            )

    def present(self, wanted: Sequence[Source]) -> list[Source]:
        return [source for source in wanted if source.id not in self._ids]

    def reachable(self, connection: Connection, content: int) -> list[Place]:
        """Copies of the content that can be read."""
        return [place for place in places(connection, content) if place.source_id not in self._ids]

    def lost(self, connection: Connection, name: str, content: int) -> Outcome:
        """The outcome of a content without reachable copy. Later runs look again (`RETRIED_ALWAYS`)."""
        if places(connection, content):
            reason = "The source it lies on is not connected; connect it and resume."
            return Outcome(name, State.SKIPPED, "source-missing", reason)
        reason = "No copy of this content can be read any more; connect the medium and run again."
        return Outcome(name, State.FAILED, "vanished", reason)

    def told(self, connection: Connection, store: Store) -> list[Event]:
        """Keep and say which sources are not there."""
        events: list[Event] = []
        for source in self._sources:
            problem = Problem(
                "source-missing",
                "The source is not connected: what lies on it alone was skipped. Connect it and resume.",
            )
            with connection.begin():
                store.problem(problem, stage="intake", source_id=source.id)
            events.append(ProblemNoted(shown(str(source.path)), problem))
        return events
