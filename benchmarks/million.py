"""The desk's questions on a case of a million items, each beside the bare SQL that anybody would write for it.

    python -m benchmarks.million FOLDER [--items 1000000] [--rounds 5] [--json FILE]

The case is made through the case's own writer and is kept: measuring again in the same FOLDER takes seconds. `ours` is
what the desk waits for (`browse.ids`, an array ready for the view), `bare` the same list by `sqlite3` and `fetchall`.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import random
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.case import browse, decisions, filters
from core.case.browse import Filter, Sort
from core.case.case import Case
from core.case.runs import Runs
from core.case.store import CopyRow, FactsRow, Results, Store
from core.records import AnalyzerInfo, Finding, Outcome, Region, SampleKind, SampleResult, State

__all__ = ["make", "measure"]

AT_ONCE = 2000
SMALL = 5  # milliseconds: below it, the ratio measures the cost of asking at all
LABELS = {
    "FEMALE_BREAST_EXPOSED": "nude",
    "FEMALE_GENITALIA_EXPOSED": "explicit",
    "BELLY_EXPOSED": "suggestive",
    "FACE_FEMALE": "context",
}
WORDS = [
    "Rechnung",
    "Konto",
    "Überweisung",
    "Hafen",
    "Lager",
    "Kiste",
    "Aral",
    "Bahnhof",
    "Boot",
    "Schlüssel",
    "Treffpunkt",
    "morgen",
    "abend",
    "Geld",
]
KINDS = (("image", "jpg", 74), ("video", "mp4", 10), ("audio", "mp3", 5), ("other", "pdf", 11))


# ---------------------------------------------------------------------- a case of any size


def make(folder: Path, items: int, *, seed: int = 1) -> Case:
    """A case with so many items, findings for about a third of them, and some decisions. The same seed, the same case.
    An existing one is opened."""
    if (folder / "case.db").exists():
        return Case.open(folder)
    chance = random.Random(seed)
    case = Case.create(folder, number="benchmark")
    runs = Runs(case)
    sources = [runs.add_source(folder.parent / f"source-{n}", f"E:\\Asservat {n}").id for n in (1, 2, 3)]
    run = runs.start({}, {}, "benchmark")
    with case.connected() as connection:
        with connection.begin():
            store = Store(connection, run)
            configs = {name: store.config(_info(name), {"analyzer": name}) for name in ("nsfw", "ocr")}
        for first in range(0, items, AT_ONCE):
            with connection.begin():
                _fill(store, configs, sources, range(first, min(first + AT_ONCE, items)), chance)
            if first % (AT_ONCE * 25) == 0:
                print(f"made {first} of {items}", file=sys.stderr, flush=True)
        with connection.begin():
            for source in sources:
                store.listed(source)
    runs.finish(run, "finished", 0.0, {})
    everything = range(1, items + 1)
    for value in "12345":
        decisions.grade(case, chance.sample(everything, items // 100), value)
    decisions.flag(case, chance.sample(everything, items // 300))
    decisions.tag(case, chance.sample(everything, items // 500), "boat")
    return case


def _info(name: str) -> AnalyzerInfo:
    labels = tuple(LABELS) if name == "nsfw" else ("text",)
    return AnalyzerInfo(name, "1", name.upper(), frozenset({SampleKind.IMAGE}), labels, {}, {})


def _fill(store: Store, configs: dict[str, int], sources: list[int], numbers: range, chance: random.Random) -> None:
    rows = [_copy(number, sources, chance) for number in numbers]
    again = [_again(row, chance) for row in chance.sample(rows, len(rows) // 20)]
    store.register(rows + again)
    ids = store.content_ids(row.sha256 for row in rows if row.sha256)
    settled = []
    for row in rows:
        content = ids[row.sha256 or ""]
        if row.kind == "image" and chance.random() < 0.7:
            store.facts(content, _facts(chance))
        results = _findings(row.kind, chance)
        for name, config in configs.items():
            found = results.get(name)
            if found:
                store.results(content, Results(config, Outcome(name, State.DONE), [(0, found)], LABELS))
            else:
                settled.append((content, config, _outcome(name, row.kind, chance), 0))
    store.outcomes(settled)


def _copy(number: int, sources: list[int], chance: random.Random) -> CopyRow:
    kind, ending, _ = chance.choices(KINDS, [weight for *_, weight in KINDS])[0]
    path = f"DCIM/{number // 25_000:02}/{number // 250:05}/IMG_{chance.randrange(10**7):07}_{number}.{ending}"
    return CopyRow(
        chance.choices(sources, (6, 3, 1))[0],
        path,
        path.encode(),
        "read",
        int(chance.lognormvariate(14, 1.5)),
        chance.randrange(1_300_000_000, 1_750_000_000) * 1_000_000_000,
        sha256=hashlib.sha256(str(number).encode()).hexdigest(),
        sha1="a" * 40,
        md5="b" * 32,
        mime=f"{kind}/x",
        kind=kind,
    )


def _again(row: CopyRow, chance: random.Random) -> CopyRow:
    path = f"Backup/{chance.randrange(50):02}/{row.path.rsplit('/', 1)[-1]}"
    values = {name: getattr(row, name) for name in CopyRow.__slots__}
    return CopyRow(**{**values, "path": path, "path_raw": path.encode()})


def _facts(chance: random.Random) -> FactsRow:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(chance.randrange(1_300_000_000, 1_750_000_000)))
    taken = stamp if chance.random() < 0.7 else None
    return FactsRow(4000, 3000, taken=taken, format="JPEG", normal={"camera": "X"}, raw={"Model": "X"})


def _findings(kind: str, chance: random.Random) -> dict[str, SampleResult]:
    if kind not in {"image", "video"}:
        return {}
    found: dict[str, SampleResult] = {}
    if chance.random() < 0.3:
        labels = chance.sample(list(LABELS), chance.choice((1, 1, 2, 3)))
        found["nsfw"] = SampleResult(
            tuple(Finding(label, round(chance.betavariate(2, 2), 4), Region(0.1, 0.1, 0.3, 0.3)) for label in labels)
        )
    if chance.random() < 0.1:
        text = " ".join(chance.sample(WORDS, 3))
        found["ocr"] = SampleResult((Finding("text", round(chance.random(), 3), Region(0, 0, 1, 0.1), text=text),))
    return found


def _outcome(name: str, kind: str, chance: random.Random) -> Outcome:
    if kind not in {"image", "video"}:
        return Outcome(name, State.UNSUPPORTED, "not-media", "It is not a picture or a film.")
    if chance.random() < 0.01:
        return Outcome(name, State.FAILED, "decode-crashed", "It could not be decoded.")
    return Outcome(name, State.DONE)


# ---------------------------------------------------------------------- what is measured


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds, the best of all rounds: the first screen, the whole list, the bare SQL; `ratio` is list ÷ SQL.
    `same`: both gave the same items in the same order (ties of equal scores aside)."""

    name: str
    items: int
    first: float
    ready: float
    bare: float
    count: float
    ratio: float
    indexed: bool
    same: bool


ASKED: dict[str, tuple[Filter, Sort, str, bool]] = {
    "all, as found": (Filter(), Sort(), "SELECT content_id FROM item ORDER BY content_id", True),
    "by size": (Filter(), Sort("size", True), "SELECT content_id FROM item ORDER BY size DESC, content_id DESC", True),
    "by name": (
        Filter(),
        Sort("name"),
        "SELECT content_id FROM item ORDER BY name COLLATE NOCASE, content_id",
        True,
    ),
    "by date": (Filter(), Sort("date"), "SELECT content_id FROM item ORDER BY dated, content_id", True),
    "by score": (
        Filter(),
        Sort("explicit", True),
        "SELECT content_id FROM item ORDER BY explicit DESC, content_id",
        True,
    ),
    "by path": (
        Filter(),
        Sort("path"),
        "SELECT content_id FROM item JOIN folder ON folder.id = folder_id"
        " ORDER BY folder.source_id, folder.path, name COLLATE NOCASE, content_id",
        True,
    ),
    "by time changed": (Filter(), Sort("modified"), "SELECT content_id FROM item ORDER BY modified, content_id", True),
    "films": (
        Filter((filters.kind("video"),)),
        Sort(),
        "SELECT content_id FROM item WHERE kind = 'video' ORDER BY content_id",
        True,
    ),
    "pictures by size": (
        Filter((filters.kind("image"),)),
        Sort("size", True),
        "SELECT content_id FROM item WHERE kind = 'image' ORDER BY size DESC, content_id DESC",
        False,
    ),
    "explicit of 0.6 and more, by score": (
        Filter((filters.group("explicit", least=0.6),)),
        Sort("explicit", True),
        "SELECT content_id FROM item WHERE explicit >= 0.6 ORDER BY explicit DESC, content_id DESC",
        True,
    ),
    "a label of 0.6 and more": (
        Filter((filters.label("nsfw", "BELLY_EXPOSED", least=0.6),)),
        Sort(),
        "SELECT content_id FROM item WHERE content_id IN (SELECT content_id FROM finding WHERE analyzer = 'nsfw'"
        " AND label = 'BELLY_EXPOSED' AND score >= 0.6) ORDER BY content_id",
        True,
    ),
    "not reviewed, not failed, by date": (
        Filter((~filters.reviewed(), ~filters.outcome("failed"))),
        Sort("date"),
        "SELECT content_id FROM item WHERE reviewed = 0 AND state <> 6 ORDER BY dated, content_id",
        False,
    ),
    "a word in the text": (
        Filter((filters.words("überweisung"),)),
        Sort(),
        "SELECT content_id FROM item WHERE content_id IN (SELECT content_id FROM words WHERE words MATCH"
        " 'überweisung OR ueberweisung' UNION ALL SELECT content_id FROM item_tag WHERE tag LIKE '%überweisung%')"
        " ORDER BY content_id",
        True,
    ),
    "a part of a name": (
        Filter((filters.name("_777"),)),
        Sort("size"),
        "SELECT content_id FROM item WHERE name LIKE '%\\_777%' ESCAPE '\\' ORDER BY size, content_id",
        True,
    ),
    "a folder": (
        Filter((filters.folder(1, "DCIM/00"),)),
        Sort("name"),
        "WITH below AS (SELECT id FROM folder WHERE source_id = 1 AND path LIKE 'DCIM/00/%') SELECT content_id FROM item"
        " WHERE folder_id IN below OR content_id IN (SELECT content_id FROM item_place WHERE folder_id IN below)"
        " ORDER BY name COLLATE NOCASE, content_id",
        True,
    ),
    "graded 5": (
        Filter((filters.grade("5"),)),
        Sort(),
        "SELECT content_id FROM item WHERE grade = '5' ORDER BY content_id",
        True,
    ),
}


def measure(case: Case, rounds: int = 5) -> list[Measured]:
    """Every question in turn, ours and bare alternating, each on a connection that has been used before."""
    found = []
    bare = sqlite3.connect(f"file:{case.folder / 'case.db'}?mode=ro", uri=True)
    bare.execute("PRAGMA cache_size = -32000")
    with case.reading() as connection, contextlib.closing(bare):
        for name, (wanted, sort, sql, indexed) in ASKED.items():
            best = [
                min(times)
                for times in zip(
                    *(_round(connection, bare, wanted, sort, sql) for _ in range(rounds)),
                    strict=True,
                )
            ]
            ours, theirs = list(browse.ids(connection, wanted, sort)), [row[0] for row in bare.execute(sql)]
            same = sorted(ours) == sorted(theirs) if sort.key == "explicit" else ours == theirs
            found.append(Measured(name, len(ours), *best, best[1] / best[2], indexed, same))
    return found


def _round(connection: Any, bare: sqlite3.Connection, wanted: Filter, sort: Sort, sql: str) -> list[float]:
    return [
        _milliseconds(lambda: _first(connection, wanted, sort)),
        _milliseconds(lambda: browse.ids(connection, wanted, sort)),
        _milliseconds(lambda: bare.execute(sql).fetchall()),
        _milliseconds(lambda: browse.count(connection, wanted)),
    ]


def _first(connection: Any, wanted: Filter, sort: Sort) -> None:
    browse.rows(connection, browse.ids(connection, wanted, sort, limit=256))


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def others(case: Case, rounds: int = 5) -> Iterator[tuple[str, float]]:
    """Milliseconds of the rest: rows, facets, details, marks, decisions."""
    films = Filter((filters.kind("video"),))
    with case.reading() as connection:
        listed = browse.ids(connection)
        middle = len(listed) // 2
        details = listed[middle]
        questions: dict[str, Callable[[], object]] = {
            "256 rows": lambda: browse.rows(connection, listed[middle : middle + 256]),
            "one item, everything": lambda: browse.details(connection, details),
            "all facets": lambda: browse.facets(connection),
            "all facets of films": lambda: browse.facets(connection, films),
            "all facets of what is not reviewed": lambda: browse.facets(connection, Filter((~filters.reviewed(),))),
            "marks for the position bar": lambda: browse.marks(connection, listed, 400),
        }
        for name, question in questions.items():
            yield name, min(_milliseconds(question) for _ in range(rounds))
    numbers = iter(listed)
    yield (
        "grade one item",
        statistics.median(
            _milliseconds(lambda: decisions.grade(case, [next(numbers)], "1")) for _ in range(rounds * 4)
        ),
    )
    for share in (1000, 10):
        chosen = listed[::share]
        yield f"grade {len(chosen)} items", _milliseconds(lambda chosen=chosen: decisions.grade(case, chosen, "0"))  # type: ignore[misc]  # a bound default has no type of its own
        yield f"undo {len(chosen)} items", _milliseconds(lambda: decisions.undo(case))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    started = time.perf_counter()
    with make(given.folder, given.items) as case:
        print(f"case ready after {time.perf_counter() - started:.1f} s")
        measured = measure(case, given.rounds)
        print(f"{'':40} {'items':>9} {'first':>8} {'list':>8} {'SQL':>8} {'count':>8} {'list÷SQL':>9}")
        for row in measured:
            print(
                f"{row.name:40} {row.items:9} {row.first:8.1f} {row.ready:8.1f} {row.bare:8.1f} {row.count:8.1f}"
                f" {row.ratio:9.2f} {'' if row.indexed else 'unindexed'}{'' if row.same else ' DIFFERENT'}"
            )
        rest = dict(others(case, given.rounds))
        for name, milliseconds in rest.items():
            print(f"{name:40} {milliseconds:9.1f} ms")
    if given.json:
        given.json.write_text(json.dumps({"questions": [asdict(row) for row in measured], "others": rest}, indent=1))
    return int(any(not row.same or (row.ratio > 1.2 and row.ready > SMALL) for row in measured))


if __name__ == "__main__":
    sys.exit(main())
