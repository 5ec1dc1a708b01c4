"""From folders to registered copies and contents, a piece at a time, beside everything else that a run does."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.case.runs import Source, unseen
from core.case.store import ODD_TIMES, CopyRow, Known, Store
from core.events import Event, ProblemNoted, SourceListed
from core.evidence.claims import CLAIMS
from core.evidence.facts import EARLIEST, LATEST
from core.evidence.naming import extension, shown
from core.evidence.sniff import kind_of
from core.evidence.walk import Entry, walk
from core.evidence.workers import BatchDone, Done, HashPool, Job
from core.pipeline.progress import Meter
from core.records import MediaKind, Problem

__all__ = ["Intake"]

CHUNK = 256  # names looked up in the case at once
AHEAD = 64  # contents registered before the first of them is analysed
AT_ONCE = 8  # such pieces at once: names known from an earlier run must not hold up everything else
FIRST = 8  # the first batches are small, so that there is something to analyse at once
BATCH_FILES, BATCH_BYTES = 192, 16 * 1024 * 1024
UNKNOWN = "application/octet-stream"


class _Seen:
    """Which registered copies the walk met: one bit each, so that a million of them cost nothing."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, copy_id: int) -> None:
        byte = copy_id >> 3
        if byte >= len(self._bits):
            self._bits.extend(bytes(max(byte + 1 - len(self._bits), 4096)))
        self._bits[byte] |= 1 << (copy_id & 7)

    def __contains__(self, copy_id: int) -> bool:
        byte = copy_id >> 3
        return byte < len(self._bits) and bool(self._bits[byte] & (1 << (copy_id & 7)))


class Intake:
    """Walks the sources one after the other, has new and changed files hashed, registers what came of them.

    What is registered already and looks untouched (size and modification time) is not read again.
    """

    def __init__(self, sources: Sequence[Source], pool: HashPool, meter: Meter, *, eager: bool) -> None:
        self._sources = list(sources)
        self._pool = pool
        self._meter = meter
        self._current: Source | None = None
        self._walk: Iterator[Entry] = iter(())
        self._walked = False
        self._seen = _Seen()
        self._keys = itertools.count()
        self._waiting: dict[int, tuple[Source, Entry, Known | None]] = {}  # key → where it belongs, what is known
        self._jobs: list[Job] = []
        self._jobs_bytes = 0
        self._submitted = 0
        self.finished = not self._sources
        self._eager = eager  # list at full speed from the start: nobody waits for a first result

    def waitables(self) -> list[Any]:
        return self._pool.waitables()

    @property
    def hungry(self) -> bool:
        """There is something to walk and room to hash it. Until the first content is analysed, a handful of files is
        enough: models and decoders are still starting, and whoever waits wants to see something."""
        if self.finished or self._walked or self._pool.room() == 0:
            return False
        return self._eager or self._meter.contents > 0 or self._meter.total_contents < AHEAD

    # ------------------------------------------------------------------ called by the run, inside a transaction

    def pump(self, store: Store) -> list[Event]:
        """Register what was hashed and hand out more. Returns problems met, and `SourceListed` at the end of each."""
        events: list[Event] = []
        for batch in self._pool.poll(0):
            events += self._register(batch, store)
        for _ in range(AT_ONCE):
            if not self.hungry:
                break
            events += self._take(store)
        if self._walked and not self._pool.unfinished and not self._jobs and self._current is not None:
            events += self._end_of_source(store)
        return events

    def _take(self, store: Store) -> list[Event]:
        """Look at the next names of the walk: known ones are passed over, new ones go to be hashed."""
        if self._current is None:
            self._begin_source()
        source = self._current
        assert source is not None
        entries = list(itertools.islice(self._walk, FIRST if self._submitted < 2 else CHUNK))
        if not entries:
            self._walked = True
            self._submit()
            return []
        self._meter.total_copies += len(entries)
        known = store.known(source.id, [os.fsencode(entry.path) for entry in entries])
        rows: list[CopyRow] = []
        for entry in entries:
            self._meter.listed_bytes += entry.size or 0
            rows += self._sort(store, source, entry, known.get(os.fsencode(entry.path)))
        if rows:
            self._keep(store, rows)
        if self._submitted < 2:
            self._submit()
        return [ProblemNoted(row.path, row.problem) for row in rows if row.problem]

    def _sort(self, store: Store, source: Source, entry: Entry, known: Known | None) -> list[CopyRow]:
        """Decide what to do with one name: nothing, a row at once, or hashing it."""
        if known is not None:
            self._seen.add(known.copy_id)
            untouched = (known.size, known.modified_ns) == (entry.size, entry.modified_ns)
            if known.state == entry.state or (untouched and known.state == "read" and entry.state == "file"):
                self._meter.copies += 1
                return []
        if entry.state != "file":
            self._meter.copies += 1
            return self._settle(store, _row(source, entry, entry.state, entry.problem), known)
        key = next(self._keys)
        self._waiting[key] = (source, entry, known)
        path = str(source.path / entry.path) if os.sep == "/" else str(Path(source.path, *entry.path.split("/")))
        self._jobs.append(Job(key, path, entry.size or 0, entry.modified_ns or 0))
        self._jobs_bytes += entry.size or 0
        if len(self._jobs) >= BATCH_FILES or self._jobs_bytes >= BATCH_BYTES:
            self._submit()
        return []

    def _submit(self) -> None:
        if self._jobs:
            self._pool.submit(self._jobs)
            self._submitted += 1
        self._jobs, self._jobs_bytes = [], 0

    def _register(self, batch: BatchDone, store: Store) -> list[Event]:
        rows: list[CopyRow] = []
        noted: list[Event] = []
        for done in batch.results:
            source, entry, known = self._waiting.pop(done.key)
            self._meter.copies += 1
            row = _read(source, entry, done)
            if row.problem:
                noted.append(ProblemNoted(row.path, row.problem))
            rows += self._settle(store, row, known)
        self._keep(store, rows)
        return noted

    def _settle(self, store: Store, row: CopyRow, known: Known | None) -> list[CopyRow]:
        """The rows to add for what was found: none where the case has this copy already and it is what it was."""
        if known is None:
            return [row]
        if known.sha256 is None or row.sha256 == known.sha256:  # not read before; or only touched, or back again
            self._count(store.again(known.copy_id, row))
            return []
        if row.sha256 is None:  # it was read before and cannot be read now: its findings stay
            if row.problem:
                store.mark_copy(known.copy_id, row.state, row.problem, row.source_id)
            return []
        store.mark_copy(known.copy_id, "changed", _changed(), row.source_id)
        return [replace(row, version=known.version + 1)]

    def _keep(self, store: Store, rows: Sequence[CopyRow]) -> None:
        self._count(store.register(rows))

    def _count(self, new: tuple[int, int]) -> None:
        self._meter.total_contents += new[0]
        self._meter.total_bytes += new[1]

    # ------------------------------------------------------------------ one source after the other

    def _begin_source(self) -> None:
        self._current = self._sources.pop(0)
        self._walk = walk(self._current.path)
        self._walked = False

    def _end_of_source(self, store: Store) -> list[Event]:
        source = self._current
        assert source is not None
        events = self._vanished(store, source)
        store.listed(source.id)
        events.append(
            SourceListed(source.id, self._meter.total_copies, self._meter.total_contents, self._meter.listed_bytes)
        )
        self._current = None
        self._walked = False
        self._seen = _Seen()
        self.finished = not self._sources
        return events

    def _vanished(self, store: Store, source: Source) -> list[Event]:
        """Copies of an earlier run that this walk did not meet. Those that this run added were not known: they are new,
        and so have higher ids than anything before."""
        events: list[Event] = []
        after = 0
        while True:
            rows = unseen(store.connection, source.id, after, 1000, before=store.first_copy)
            if not rows:
                return events
            after = rows[-1][0]
            for copy_id, path in rows:
                if copy_id not in self._seen:
                    problem = _gone()
                    store.mark_copy(copy_id, "vanished", problem, source.id)
                    events.append(ProblemNoted(path, problem))


def _read(source: Source, entry: Entry, done: Done) -> CopyRow:
    if done.code:
        state = done.code if done.code in ("vanished", "changed", "link", "special") else "unreadable"
        return _row(source, entry, state, Problem(done.code, done.message))
    kind = done.kind
    if kind == MediaKind.OTHER and done.mime == UNKNOWN:
        # Nothing known in its bytes, but its name says it is a picture, a film or a sound: let a decoder try, so that
        # a file destroyed in its first bytes ends as "failed", not as "not media".
        kind = _claimed_kind(entry.path)
    return _row(
        source,
        entry,
        "read",
        _odd_times(entry),
        mismatch=done.mismatch,
        sha256=done.sha256,
        sha1=done.sha1,
        md5=done.md5,
        mime=done.mime,
        kind=str(kind),
    )


def _odd_times(entry: Entry) -> Problem | None:
    times = (entry.modified_ns, entry.changed_ns, entry.accessed_ns, entry.created_ns)
    if EARLIEST not in times and LATEST not in times:
        return None
    return Problem(
        ODD_TIMES,
        "The file system gives a time for this file that lies outside of the years 1677 to 2262; the nearest time that"
        " can be kept stands in its place.",
    )


def _row(source: Source, entry: Entry, state: str, problem: Problem | None, **content: Any) -> CopyRow:
    return CopyRow(
        source_id=source.id,
        path=shown(entry.path),
        path_raw=os.fsencode(entry.path),
        state=state,
        size=entry.size,
        modified_ns=entry.modified_ns,
        changed_ns=entry.changed_ns,
        accessed_ns=entry.accessed_ns,
        created_ns=entry.created_ns,
        inode=entry.inode,
        problem=problem,
        **content,
    )


def _claimed_kind(path: str) -> str:
    claims = CLAIMS.get(extension(path))
    return kind_of(claims[0]) if claims else MediaKind.OTHER.value


def _changed() -> Problem:
    return Problem(
        "changed",
        "The file changed after it was registered; the findings made before belong to its earlier bytes, and the file"
        " is registered again as it is now.",
    )


def _gone() -> Problem:
    return Problem(
        "vanished", "The file was registered by an earlier run but is no longer in the source; its findings are kept."
    )
