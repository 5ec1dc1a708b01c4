"""What is left to do: contents that some step has no outcome for, made into tasks, those that are asked for first."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping

from core.background import Courtesy
from core.case.database import Connection
from core.case.runs import Again, Pending, pending
from core.pipeline.absent import Absent
from core.pipeline.ahead import Ahead, Wanted
from core.pipeline.intake import Intake
from core.pipeline.keep import Keeper
from core.pipeline.lost import Lost
from core.pipeline.plan import Step
from core.pipeline.progress import Meter
from core.pipeline.task import Task, without_looking
from core.records import MediaKind, Outcome

__all__ = ["Supply"]

SCAN = 128  # contents looked at in one query, so that a window has its turn after a few milliseconds
AT_ONCE = 0.1  # seconds of looking before pause, cancel and progress get their turn


class Supply:
    """The queue is a query on the case: only a few contents at a time are in memory. `steps`: by config id."""

    def __init__(  # noqa: PLR0917 - the parts of a run that it lies between
        self,
        connection: Connection,
        steps: Mapping[int, Step],
        intake: Intake,
        keeper: Keeper,
        absent: Absent,
        meter: Meter,
        first: Wanted | None,
        again: Again,
        lost: Lost,
    ) -> None:
        self._connection, self._steps = connection, steps
        self._intake, self._keeper, self._absent, self._meter = intake, keeper, absent, meter
        self._again = again
        self._lost = lost
        self._ahead = Ahead(first)
        self._queue: deque[Task] = deque()
        self._homeless: list[Pending] = []  # no file of theirs is to be found, perhaps only not yet
        self._numbered = 0
        self._scanned = 0  # highest content id looked at
        self._scanned_all = False
        self._courtesy = Courtesy()
        self.hungry = False
        """It has stopped looking for others to have their turn, and would go on at once."""

    @property
    def empty(self) -> bool:
        """Nothing is left, and with what has been listed so far nothing can come."""
        return self._scanned_all and not self._queue and not self._homeless and self._lost.looked_at_all

    def more_came(self) -> None:
        """The listing went on: the scan may find something again."""
        self._scanned_all = False

    def only_count(self) -> None:
        """Nobody is to look at anything: what is listed is done."""
        self._scanned_all = self._intake.finished
        self._lost.skip()
        self._meter.contents, self._meter.bytes = self._meter.total_contents, self._meter.total_bytes

    def next(self) -> Task | None:
        """The next content to decode; None: there is none now."""
        return self._queue.popleft() if self._queue or self._refill() or self._find_lost() else None

    def hurry(self) -> None:
        """Put what the examiner looks at before everything else that waits."""
        wish = self._ahead.asked()
        if not wish:
            return
        with self._connection.begin():
            taken = self._ahead.take(self._connection, list(self._steps), self._scanned, wish, self._again)
            for content in taken:
                self._plan(content)
        rank = {content: place for place, content in enumerate(wish)}
        self._queue = deque(sorted(self._queue, key=lambda task: rank.get(task.pending.content_id, len(rank))))

    def take_home(self) -> None:
        """All is listed: contents whose file was not found until now find it, or end as they are."""
        if self._intake.finished and self._homeless:
            homeless, self._homeless = self._homeless, []
            with self._connection.begin():
                for content in homeless:
                    self._plan(content)

    def _refill(self) -> bool:
        """Find contents that some step has no outcome for. What needs no decoding is settled at once, in bulk."""
        # Once all is listed and scanned nothing can be added: asking again at every tick would only hold the database.
        self.hungry, end = False, time.monotonic() + AT_ONCE
        while not self._queue and not self._scanned_all:
            with self._connection.begin():
                scan = pending(self._connection, list(self._steps), self._scanned, SCAN, again=self._again)
                found = self._ahead.without(scan, self._scanned)
                if found.last == self._scanned:
                    self._scanned_all = self._intake.finished
                    return False
                self._meter.settled(found.settled, found.settled_bytes)
                self._scanned = found.last
                for content in found.contents:
                    self._plan(content)
            self._courtesy.give_way()  # not before: whoever sleeps in a transaction keeps others from writing
            if self._keeper.crowded or time.monotonic() > end:
                self.hungry = not self._queue
                break
        return bool(self._queue)

    def _find_lost(self) -> bool:
        """When all else is handed out: contents whose thumbnail is gone."""
        if not self._scanned_all or self._homeless:
            return False
        self.hungry, end = False, time.monotonic() + AT_ONCE
        while not self._queue and not self._lost.looked_at_all:
            with self._connection.begin():
                for content in self._lost.next():
                    if where := self._absent.reachable(self._connection, content.content_id):
                        self._numbered += 1
                        self._queue.append(Task(self._numbered, content, {}, {}, where))
            self._courtesy.give_way()
            if time.monotonic() > end:
                self.hungry = not self._queue and not self._lost.looked_at_all
                break
        return bool(self._queue)

    def _plan(self, content: Pending) -> None:
        """A task where something has to be looked at, else its outcomes."""
        looking: dict[str, tuple[int, Step]] = {}
        settled: dict[str, tuple[int, Outcome]] = {}
        for config_id in content.configs:
            step = self._steps[config_id]
            outcome = without_looking(step, content)
            if outcome is None:
                looking[step.name] = (config_id, step)
            else:
                settled[step.name] = (config_id, outcome)
        decodable = content.kind is not MediaKind.OTHER
        if not looking and (content.has_facts or not decodable):
            self._keeper.settled(content, settled)
            return
        self._numbered += 1
        where = self._absent.reachable(self._connection, content.content_id)
        if not where and not self._intake.finished:
            self._homeless.append(content)  # its file may be back, and not listed yet
            return
        if not where:
            lost = {
                name: (config, self._absent.lost(self._connection, name, content.content_id))
                for name, (config, _) in looking.items()
            }
            self._keeper.settled(content, settled | lost)
            return
        self._queue.append(Task(self._numbered, content, looking, settled, where))
