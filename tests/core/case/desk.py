"""A small case for the desk's questions: six contents, known by their first letters."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from core.case.browse import Filter, Sort, Term, ids
from core.case.case import Case
from core.case.runs import Runs
from core.case.store import CopyRow, FactsRow, Results, Store
from core.records import Finding, Outcome, Problem, Region, SampleResult, State
from tests.support.backend import info

GROUPS = {"GENITALIA": "explicit", "BREAST": "nude", "BELLY": "suggestive"}
DAY = 86_400 * 1_000_000_000
NAMES = ("a.jpg", "b.jpg", "c.mp4", "d.wav", "e.txt", "f.jpg")
A, B, C, D, E, F = range(1, 7)


def copy(source: int, path: str, sha256: str | None, kind: str = "image", size: int = 10, day: int = 0) -> CopyRow:
    state = "read" if sha256 else "unreadable"
    gone = None if sha256 else Problem("unreadable", "It cannot be read.")
    return CopyRow(
        source, path, path.encode(), state, size, day * DAY, sha256=sha256, kind=kind, mime="x/y", problem=gone
    )


def sha(letter: str) -> str:
    return letter * 64


def make(folder: Path) -> Case:
    """a, b, f pictures, c a film, d a sound, e a text; a lies in two more places; d failed, e was not looked at by ocr,
    f by nobody. Days of the files: a 1, b 2, …; a was taken on day 11 by its camera's clock."""
    case = Case.create(folder)
    runs = Runs(case)
    first, second = (runs.add_source(folder.parent / name, name).id for name in ("phone", "disk"))
    run = runs.start({}, {}, "test")
    with case.connected() as connection, connection.begin():
        store = Store(connection, run)
        store.register(
            [
                copy(first, "DCIM/a.jpg", sha("a"), size=600, day=1),
                copy(first, "DCIM/trip/b.jpg", sha("b"), size=500, day=2),
                copy(first, "DCIM/trip/c.mp4", sha("c"), "video", 400, 3),
                copy(first, "Music/d.wav", sha("d"), "audio", 300, 4),
                copy(second, "e.txt", sha("e"), "other", 200, 5),
                copy(second, "DCIM/A again.jpg", sha("a"), size=600, day=9),
            ]
        )
        store.register(
            [
                copy(second, "DCIM/Übersee/f.jpg", sha("f"), size=100, day=6),
                copy(first, "DCIM/kept.jpg", sha("a"), size=600, day=8),
                copy(second, "broken.jpg", None),
            ]
        )
        nsfw, ocr = store.config(info("nsfw"), {"n": 1}), store.config(info("ocr"), {"o": 1})
        store.facts(A, FactsRow(40, 30, taken="1970-01-11T10:00:00", thumbnail=True))
        store.facts(C, FactsRow(40, 30, duration=20.0, frames=500))
        store.results(A, _found(nsfw, "nsfw", [("GENITALIA", 0.9), ("BELLY", 0.2)]))
        store.results(B, _found(nsfw, "nsfw", [("BREAST", 0.6), ("BELLY", 0.7)]))
        store.results(C, _found(nsfw, "nsfw", [("BELLY", 0.4)], start=15.0))
        store.results(B, _found(ocr, "ocr", [("text", 0.8)], text="Grüße aus Überlingen"))
        done = Outcome("ocr", State.DONE)
        failed = Outcome("nsfw", State.FAILED, "decode-crashed", "It could not be decoded.")
        unsupported = Outcome("nsfw", State.UNSUPPORTED, "not-media", "No picture.")
        store.outcomes([(A, ocr, done, 0), (C, ocr, done, 0), (D, nsfw, failed, 0), (E, nsfw, unsupported, 0)])
        store.problem(Problem("odd", "Odd."), stage="decode", content_id=C)
        store.problem(Problem("changed", "It changed."), stage="intake", source_id=first, copy_id=1)
    return case


def _found(
    config: int, name: str, labels: list[tuple[str, float]], *, start: float | None = None, text: str | None = None
) -> Results:
    findings = tuple(Finding(label, score, Region(0, 0, 1, 1), start=start, text=text) for label, score in labels)
    return Results(config, Outcome(name, State.DONE), [(0, SampleResult(findings))], GROUPS)


def letters(connection: Connection, *parts: Term | Filter, sort: Sort = Sort()) -> str:  # noqa: B008 - frozen
    """The first letters of the items that match all of this, in order."""
    return "".join("?abcdef"[number] for number in ids(connection, Filter(parts), sort))
