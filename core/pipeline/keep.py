"""What is finished goes into the case: a few times a second, many contents in one transaction."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.case.case import Case
from core.case.runs import Pending
from core.case.store import FactsRow, Results, Store
from core.decode.jobs import Decoded
from core.events import ContentFinished, Event
from core.interfaces import Backend
from core.pipeline.checkpoints import Checkpoints
from core.pipeline.plan import Step, policy_hash
from core.pipeline.progress import Meter
from core.pipeline.task import Task, settle
from core.records import Failure, MediaKind, Outcome, SampleResult, State
from core.settings import SamplingPolicy

__all__ = ["Keeper"]

AT_MOST = 64  # contents before they are written
WITHIN = 0.25  # seconds after the first
BULK = 2000  # outcomes that needed no looking


class Keeper:
    """Collects finished contents and writes them; says `ContentFinished` only after they are stored."""

    def __init__(self, case: Case, store: Store, meter: Meter, sampling: SamplingPolicy, backend: Backend) -> None:
        self._case, self._store, self._meter, self._backend = case, store, meter, backend
        self.checkpoints = Checkpoints(store.connection)
        self._policy = policy_hash(sampling)
        self._finished: list[Task] = []
        self._outcomes: list[tuple[int, int, Outcome, int]] = []
        self._settled: list[Pending] = []
        self._since = 0.0

    @property
    def pending_outcomes(self) -> bool:
        return bool(self._finished or self._settled)

    @property
    def crowded(self) -> bool:
        return len(self._settled) >= BULK

    def finished(self, task: Task) -> None:
        if not self.pending_outcomes:
            self._since = time.monotonic()
        self._finished.append(task)

    def settled(self, content: Pending, outcomes: Mapping[str, tuple[int, Outcome]]) -> None:
        """Outcomes that are clear without looking (not media, no such model)."""
        if not self.pending_outcomes:
            self._since = time.monotonic()
        self._settled.append(content)
        self._outcomes += [(content.content_id, config, outcome, 0) for config, outcome in outcomes.values()]

    def keep(self, *, everything: bool) -> list[Event]:
        """Write what is due. Call it often; it decides."""
        due = everything or len(self._finished) >= AT_MOST or self.crowded
        if not self.pending_outcomes or not (due or time.monotonic() - self._since >= WITHIN):
            return []
        self._case.check_there()
        with self._store.connection.begin():
            self._store.outcomes(self._outcomes)
            events = [self._write(task) for task in self._finished]
        for content in self._settled:
            self._meter.finished(content.size)
        for task in self._finished:
            assert task.decoded is not None
            if task.only_pictures:
                continue  # it was counted as settled
            self._meter.finished(task.pending.size, task.decoded.media_seconds)
        self._finished, self._settled, self._outcomes = [], [], []
        return list(events)

    def _write(self, task: Task) -> Event:
        decoded, content_id = task.decoded, task.pending.content_id
        assert decoded is not None
        if task.only_pictures:  # whatever else is known of it stays as it is
            self._picture(task.pending.sha256, "", decoded.thumbnail)
            self._picture(task.pending.sha256, "story", decoded.storyboard)
            return ContentFinished(task.pending.sha256, 0, State.DONE.value)
        self._facts(content_id, task.pending.sha256, decoded)
        for problem in decoded.problems:
            self._store.problem(problem, stage="decode", content_id=content_id)
        if decoded.positions and (task.pending.kind is MediaKind.VIDEO or len(decoded.positions) > 1):
            self._store.positions(content_id, self._policy, decoded.positions)
        states, count = [], 0
        for config_id, step in task.steps.values():
            results = self._concluded(step, decoded, task.ordered(step.name))
            outcome = settle(step, decoded, results)
            states.append(outcome.state.value)
            count += self._store.results(content_id, Results(config_id, outcome, results, step.info.groups))
        self._store.outcomes([(content_id, config, outcome, 0) for config, outcome in task.settled.values()])
        self.checkpoints.drop(task)
        return ContentFinished(task.pending.sha256, count, _worst(states))

    def _concluded(
        self, step: Step, decoded: Decoded, results: Sequence[tuple[int, SampleResult]]
    ) -> Sequence[tuple[int, SampleResult]]:
        """The results after the analyzer has looked at all of them together, where it does that."""
        if not step.info.concludes or not results:
            return results
        places = [decoded.positions[index] for index, _ in results]
        indices = [index for index, _ in results]
        try:
            whole = self._backend.conclude(step.name, places, [result for _, result in results], step.options)
        except Exception as error:  # noqa: BLE001 - a mistake in an analyzer must cost this content, not the run
            reason = f"{step.name} made a mistake of its own when it put its results together."
            failure = Failure(State.FAILED, "analyzer-error", reason, repr(error)[:500])
            return [(index, replace(result, failure=failure)) for index, result in results]
        return list(zip(indices, whole, strict=True))

    def _facts(self, content_id: int, sha256: str, decoded: Decoded) -> None:
        facts = decoded.facts
        values = FactsRow(
            samples=decoded.samples,
            thumbnail=self._picture(sha256, "", decoded.thumbnail),
            storyboard=self._picture(sha256, "story", decoded.storyboard),
            **({name: getattr(facts, name) for name in _SHARED} if facts is not None else {}),
        )
        self._store.facts(content_id, values)
        if decoded.fingerprint is not None:
            self._store.fingerprint(content_id, decoded.fingerprint.bits, decoded.fingerprint.quality)
        if decoded.film_hashes is not None:
            self._store.film_hashes(content_id, decoded.film_hashes)

    def _picture(self, sha256: str, kind: str, jpeg: bytes | None) -> bool:
        """Whether there is one to be had. One that cannot be written (disk full) costs nothing else: it counts as lost,
        and the next run makes it again (`core.pipeline.lost`). Written as a whole: half a picture would stay."""
        if not jpeg:
            return False
        path = self._case.thumbnail(sha256, kind)
        with contextlib.suppress(OSError):
            self._case.thumbnails.mkdir(exist_ok=True)  # not with its parents: a case that was moved away is gone
            path.parent.mkdir(exist_ok=True)
            part = path.with_suffix(".part")
            try:
                part.write_bytes(jpeg)
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
        return True


_SHARED = (
    "width",
    "height",
    "duration",
    "orientation",
    "format",
    "frames",
    "taken",
    "latitude",
    "longitude",
    "camera",
    "raw",
    "normal",
)
_ORDER = ("failed", "timed out", "partial", "skipped", "unsupported", "done")


def _worst(states: list[str]) -> str:
    return min(states, key=_ORDER.index, default="done")
