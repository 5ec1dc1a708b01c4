"""References that come to the gallery, and the search for them in what is already analysed.

Nothing is decoded again: the analyzer has kept what it needs of every sample, and compares that with the new references
(`Backend.conclude`). Every batch is stored together with the place it reached, so a search that is stopped or killed
goes on there with the next one, and finds nothing twice.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from core.case import references
from core.case.case import Case
from core.case.database import Connection
from core.case.references import Kept, Reference
from core.case.store import Store
from core.control import Control
from core.decode.reference import LARGEST_FILE, read_reference
from core.errors import AsservatError, UsageError
from core.evidence.naming import shown
from core.interfaces import Backend
from core.memory import LocalPixels
from core.records import Finding, Sample, SampleKind, SampleResult, Vector

__all__ = ["Added", "Searched", "add_references", "search"]

BATCH = 64
"""Samples between two moments at which the search can be stopped and what it found is stored."""

Told = Callable[[int, int], None]
"""Hears how many samples have been compared, and how many there are."""


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search for new references came to. `complete` False: it was stopped; the next one goes on."""

    samples: int = 0
    findings: int = 0
    contents: int = 0
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Added:
    """New references; `known`: pictures that were there under that name already; `warnings`: a sentence each."""

    references: tuple[Reference, ...]
    known: int
    warnings: tuple[str, ...]
    searched: Searched = field(default_factory=Searched)


def add_references(  # noqa: PLR0917 - who, where, what, and who hears of it
    case: Case,
    backend: Backend,
    kind: str,
    name: str,
    pictures: Sequence[Path],
    control: Control,
    told: Told | None = None,
) -> Added:
    """Put these picture files into the gallery of the analyzer `kind`, and search what is already analysed.

    All of them or none: one that cannot be read or recognised again raises `UsageError`. Raises `CaseLocked` while a
    run is under way on the case, `ModelMissing` when the analyzer cannot work here.
    """
    ready = [_ready(backend, kind, path, control) for path in pictures]
    with case.locked():
        made = references.add(case, kind, name, [(file, data, facts) for file, data, facts in ready])
        warnings = [str(facts["warning"]) for _, _, facts in ready if facts.get("warning")]
        found = search(case, backend, kind, control, told)
    return Added(tuple(made), len(ready) - len(made), tuple(warnings), found)


def _ready(backend: Backend, kind: str, path: Path, control: Control) -> tuple[bytes, bytes, Mapping[str, Any]]:
    """A picture file, what the analyzer makes of it, and its facts."""
    name = shown(path.name)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UsageError(f"{name} is too large for a reference picture.", "Save a smaller copy as PNG or JPEG.")
        file = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{name} cannot be read ({error.strerror}).", "Choose a picture file.") from error
    pixels = read_reference(file, name)
    size = pixels.shape[1], pixels.shape[0]
    sample = Sample("", 0, SampleKind.IMAGE, LocalPixels(pixels), size)
    (result,) = backend.analyze(kind, [sample], {"purpose": "reference"}, control)
    if result.failure is not None or not result.vectors:
        reason = result.failure.reason if result.failure else "Nothing came back for it."
        raise UsageError(f"{name}: {reason}", "Choose a picture in which the logo is large and sharp.")
    facts: dict[str, Any] = {"file": name, "width": size[0], "height": size[1]}
    if result.exits:
        facts["warning"] = (
            f"{name} is so plain that other shapes can look like it: expect false alarms, or add a picture with more of"
            " the logo."
        )
    return file, result.vectors[0].values.tobytes(), facts


def search(case: Case, backend: Backend, kind: str, control: Control, told: Told | None = None) -> Searched:
    """Compare every reference that was not yet compared with all that was kept. The caller holds the case's lock."""
    with case.reading() as connection:
        wanted = references.unsearched(connection, kind)
    if not wanted:
        return Searched()
    given = references.options(case, [kind]).get(kind)
    if given is None:
        return Searched()
    with ThreadPoolExecutor(max(1, min(8, os.cpu_count() or 1)), thread_name_prefix="search") as threads:
        return _Search(case, backend, kind, wanted, given, threads).go(control, told)


class _Search:
    def __init__(  # noqa: PLR0917 - what `search` has found out
        self,
        case: Case,
        backend: Backend,
        kind: str,
        wanted: Sequence[Reference],
        options: Mapping[str, Any],
        threads: ThreadPoolExecutor,
    ) -> None:
        self._case, self._backend, self._kind = case, backend, kind
        self._numbers = [one.id for one in wanted]
        self._begin = min(int(one.facts.get("searched", 0)) for one in wanted)
        self._reached = {one.id: int(one.facts.get("searched", 0)) for one in wanted}
        self._options, self._threads = options, threads

    def go(self, control: Control, told: Told | None) -> Searched:
        samples = findings = 0
        contents: set[int] = set()
        with self._case.connected() as connection:
            with connection.begin():
                total = references.count_kept(connection, self._kind, self._begin)
            after = self._begin
            while not control.cancelled:
                with connection.begin():
                    batch = references.kept(connection, self._kind, after, BATCH)
                found = list(self._compared(batch))
                with connection.begin():
                    for content, new in self._stored(connection, found):
                        findings, contents = findings + new, contents | {content}
                    after = batch[-1].vector if batch else after
                    references.note_searched(connection, self._kind, self._numbers, after, complete=not batch)
                samples += len(batch)
                if told is not None:
                    told(samples, total)
                if not batch:
                    break
        done = not control.cancelled
        self._case.audit.append(
            f"{self._kind} references searched",
            ",".join(map(str, self._numbers)),
            samples=samples,
            findings=findings,
            contents=len(contents),
            complete=done,
        )
        return Searched(samples, findings, len(contents), done)

    def _stored(self, connection: Connection, found: Sequence[tuple[Kept, list[Finding]]]) -> Iterator[tuple[int, int]]:
        """Store what is not known yet. Gives (content id, how many findings) for each sample that got some."""
        for one, matches in found:
            new = references.without_known(connection, one, matches)
            if new:
                store = Store(connection, one.run_id)
                store.more_findings(one.content_id, one.config_id, self._kind, one.sample, new)
                yield one.content_id, len(new)

    def _compared(self, batch: Sequence[Kept]) -> Iterator[tuple[Kept, list[Finding]]]:
        """The samples with findings of the new references; the others were looked for when the sample was analysed."""
        for one, result in zip(batch, self._threads.map(self._concluded, batch), strict=True):
            yield one, [finding for finding in result.findings if self._is_new(one, finding)]

    def _concluded(self, one: Kept) -> SampleResult:
        vector = Vector(one.space, np.frombuffer(one.data, np.uint8))
        try:
            (result,) = self._backend.conclude(
                self._kind, [one.position], [SampleResult(vectors=(vector,))], self._options
            )
        except AsservatError:
            raise
        except Exception:  # noqa: BLE001 - kept by an older version, or damaged: this sample cannot be searched
            return SampleResult()
        return result

    def _is_new(self, one: Kept, finding: Finding) -> bool:
        number = finding.attributes.get("reference")
        return isinstance(number, int) and one.vector > self._reached.get(number, one.vector)
