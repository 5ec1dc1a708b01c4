"""What the pages around the material ask of a case: a glance from outside, how far a run is, what went wrong.

Read-only, like `core.case.browse`: every function but `glance` takes a connection of `Case.reading()`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection

from core.case.case import Case
from core.case.held import held
from core.case.items import IN_FORCE, NOT_ANALYSED, STATES
from core.case.queries import current_configs
from core.case.retries import standing_configs
from core.errors import AsservatError, CaseDamaged, CaseError
from core.records import State

__all__ = [
    "BAD_STATES",
    "Glance",
    "Reading",
    "RunRecord",
    "Stage",
    "Standing",
    "Trouble",
    "TroubleFile",
    "Unseen",
    "analyzers_with_findings",
    "at_work",
    "can_be_rescued",
    "count_troubles",
    "files",
    "glance",
    "graded",
    "readings",
    "runs",
    "standing",
    "troubles",
    "unseen",
]

BAD_STATES = ("failed", "timed out", "partial")
"""Outcomes the examiner should look into. `unsupported` and `skipped` are stated in the coverage, not here."""


@dataclass(frozen=True, slots=True)
class Glance:
    """A case seen from outside. `state`: there, absent (its drive is not connected), unreadable (`reason` says why).
    `run`: state of the newest run, "" for none; `running` only while a process is at work on the case, which began at
    `since`; `interrupted` also when the program was killed and nobody has opened the case after that."""

    state: Literal["there", "absent", "unreadable"]
    name: str = ""
    items: int = 0
    graded: int = 0
    sources: int = 0
    run: str = ""
    since: str = ""
    reason: str = ""


def glance(folder: Path) -> Glance:
    """Look into a case without opening it for work. Never raises: a case that cannot be read is an answer, too."""
    try:
        if not (folder / "case.db").is_file():
            return Glance("absent")
        with Case.open(folder, readonly=True, upgrade=False) as case, case.reading() as connection:
            ask = connection.exec_driver_sql
            run = ask("SELECT state, started FROM run ORDER BY id DESC LIMIT 1").fetchone() or ("", "")
            has_items = connection.dialect.has_table(connection, "item")  # the first schema had none
            return Glance(
                "there",
                case.facts().get("name", ""),
                int(ask("SELECT count(*) FROM content").scalar_one()),
                int(ask("SELECT count(*) FROM item WHERE grade IS NOT NULL").scalar_one()) if has_items else 0,
                int(ask("SELECT count(*) FROM source").scalar_one()),
                str("interrupted" if run[0] == "running" and not held(folder) else run[0]),
                str(run[1]),
            )
    except (AsservatError, OSError) as error:
        return Glance("unreadable", reason=str(error))


def can_be_rescued(folder: Path) -> bool:
    """The database of this case is damaged, and there is a backup of it."""
    if next((folder / "backups").glob("*.db"), None) is None:
        return False
    try:
        with Case.open(folder, readonly=True) as case, case.reading() as connection:
            return bool(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok")
    except CaseDamaged:
        return True
    except CaseError:
        return False


# ---------------------------------------------------------------------- runs


@dataclass(frozen=True, slots=True)
class Stage:
    """One analyzer of the newest run. `states` counts outcomes; `problems`: failed, timed out and partial ones."""

    analyzer: str
    title: str
    states: Mapping[str, int]

    @property
    def done(self) -> int:
        return sum(self.states.values())

    @property
    def problems(self) -> int:
        return sum(self.states.get(state, 0) for state in BAD_STATES)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the newest run is. `copies` were listed, of these `unread` could not be read."""

    contents: int
    copies: int
    unread: int
    problems: int
    stages: tuple[Stage, ...]


def standing(connection: Connection) -> Standing:
    """Counts per stage. Indexes answer all of it, so that it can be asked every few seconds of a large case."""
    ask = connection.exec_driver_sql
    stages = []
    for config, name in current_configs(connection).items():
        info = json.loads(ask("SELECT info FROM config WHERE id = ?", (config,)).scalar_one())
        rows = ask("SELECT state, count(*) FROM outcome WHERE config_id = ? GROUP BY state", (config,))
        stages.append(Stage(name, str(info.get("title") or name), {row[0]: row[1] for row in rows}))
    return Standing(
        int(ask("SELECT count(*) FROM content").scalar_one()),
        int(ask("SELECT count(*) FROM copy").scalar_one()),
        int(ask("SELECT count(*) FROM problem WHERE stage = 'intake'").scalar_one()),
        int(ask("SELECT count(*) FROM problem").scalar_one()),
        tuple(stages),
    )


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run as it was recorded. `seconds` is 0 while it runs."""

    id: int
    state: str
    started: str
    ended: str
    seconds: float
    settings: Mapping[str, Any]


def at_work(connection: Connection, folder: Path) -> bool:
    """Whether the newest run of the case in `folder` goes on now, here or in another program."""
    state = connection.exec_driver_sql("SELECT state FROM run ORDER BY id DESC LIMIT 1").scalar()
    return state == "running" and held(folder)


def runs(connection: Connection) -> list[RunRecord]:
    """All runs, newest first."""
    rows = connection.exec_driver_sql("SELECT id, state, started, ended, seconds, settings FROM run ORDER BY id DESC")
    return [RunRecord(row[0], row[1], row[2], row[3] or "", row[4] or 0.0, json.loads(row[5])) for row in rows]


@dataclass(frozen=True, slots=True)
class Reading:
    """How much an analyzer has read, of the contents that it has something to do with. `writes` False: what is said or
    written there was not put into words, for want of a model."""

    read: int
    of: int
    writes: bool = True


def readings(connection: Connection) -> dict[str, Reading]:
    """Analyzers of the newest run whose words can be searched for → how far they are."""
    ask = connection.exec_driver_sql
    total = int(ask("SELECT count(*) FROM content").scalar_one())
    found = {}
    for config, name in current_configs(connection).items():
        if name not in ("ocr", "speech"):
            continue
        info = json.loads(ask("SELECT info FROM config WHERE id = ?", (config,)).scalar_one())
        rows = ask("SELECT state, count(*) FROM outcome WHERE config_id = ? GROUP BY state", (config,))
        states: dict[str, int] = {row[0]: row[1] for row in rows}
        writes = not info.get("missing") and (name != "speech" or "whisper" in info.get("settings", {}))
        read = states.get("done", 0) + states.get("partial", 0)
        found[name] = Reading(read, total - states.get("unsupported", 0), writes)
    return found


# ---------------------------------------------------------------------- what went wrong


@dataclass(frozen=True, slots=True)
class Trouble:
    """Files with the same trouble. `state` "": something that was noted (table `problem`); else an outcome of the
    configurations that each analyzer was run with last, `stage` naming their analyzers separated by commas. `message`
    is one of theirs. `settled`: excluded by the examiner, with a reason. A file counts once."""

    stage: str
    code: str
    state: str
    message: str
    count: int
    settled: int

    @property
    def open(self) -> int:
        return self.count - self.settled


@dataclass(frozen=True, slots=True)
class TroubleFile:
    """One file with a trouble. `problem` is the id of the note, None for an outcome; `content` None: never read."""

    problem: int | None
    content: int | None
    path: str
    message: str
    detail: str
    at: str
    reason: str
    sha256: str = ""


_SETTLED = (
    "coalesce((SELECT value FROM decision WHERE decision.problem_id = problem.id AND kind = 'exclude'"
    f" AND {IN_FORCE} ORDER BY decision.id DESC LIMIT 1), '')"
)
_WHY_OUT = (
    "coalesce((SELECT value FROM decision WHERE decision.content_id = outcome.content_id AND kind = 'exclude'"
    f" AND problem_id IS NULL AND {IN_FORCE} ORDER BY decision.id DESC LIMIT 1), '')"
)
_PATH = "(SELECT path FROM copy WHERE copy.content_id = {0}.content_id ORDER BY copy.id LIMIT 1)"


def troubles(connection: Connection) -> list[Trouble]:
    """What went wrong, grouped by stage, code and state; most files first."""
    noted = connection.exec_driver_sql(
        f"SELECT stage, code, '', min(message), count(*), sum({_SETTLED} <> '') FROM problem GROUP BY stage, code"
    ).fetchall()
    configs = list(standing_configs(connection))
    ended = connection.exec_driver_sql(
        "SELECT group_concat(DISTINCT analyzer), code, outcome.state, min(reason), count(DISTINCT outcome.content_id),"
        " count(DISTINCT CASE WHEN excluded THEN outcome.content_id END) FROM outcome JOIN config ON config.id ="
        " outcome.config_id JOIN item ON item.content_id = outcome.content_id"
        f" WHERE config_id IN ({_marks(configs)}) AND outcome.state IN ({_marks(BAD_STATES)})"
        " GROUP BY code, outcome.state",
        (*configs, *BAD_STATES),
    ).fetchall()
    found = [Trouble(row[0], row[1], row[2], row[3], row[4], row[5] or 0) for row in (*noted, *ended)]
    return sorted(found, key=lambda one: (one.open == 0, -one.count, one.stage, one.code))


def count_troubles(connection: Connection) -> int:
    """Files with a trouble that the examiner has not settled: what the problems page lists."""
    return sum(one.open for one in troubles(connection))


@dataclass(frozen=True, slots=True)
class Unseen:
    """What nobody has looked for anything in, though nothing went wrong: of `items` in the case those that no step
    reads (empty, of an unknown format, not of its kind), those whose models are not installed, those still waiting."""

    items: int
    unsupported: int
    skipped: int
    waiting: int

    @property
    def count(self) -> int:
        return self.unsupported + self.skipped + self.waiting

    @property
    def states(self) -> tuple[str, ...]:
        """As a filter of outcomes names them."""
        found = (
            (State.UNSUPPORTED.value, self.unsupported),
            (State.SKIPPED.value, self.skipped),
            (NOT_ANALYSED, self.waiting),
        )
        return tuple(state for state, count in found if count)


def unseen(connection: Connection) -> Unseen:
    """How much of the case no step has looked into. An index answers it."""
    rows = connection.exec_driver_sql("SELECT state, count(*) FROM item GROUP BY state").fetchall()
    found = {STATES[row[0]]: int(row[1]) for row in rows}
    counted = (found.get(state, 0) for state in (State.UNSUPPORTED.value, State.SKIPPED.value, NOT_ANALYSED))
    return Unseen(sum(found.values()), *counted)


def files(connection: Connection, trouble: Trouble, limit: int = 1000) -> list[TroubleFile]:
    """The files of one group, at most `limit`, in the order in which they were found."""
    if trouble.state:
        configs = list(standing_configs(connection))
        rows = connection.exec_driver_sql(
            f"SELECT NULL, content_id, {_PATH.format('outcome')}, min(reason), '', coalesce(run.ended, run.started),"
            f" {_WHY_OUT}, (SELECT sha256 FROM content WHERE content.id = content_id) FROM outcome"
            " JOIN run ON run.id = outcome.run_id"
            f" WHERE config_id IN ({_marks(configs)}) AND outcome.state = ? AND code = ?"
            " GROUP BY content_id ORDER BY content_id LIMIT ?",
            (*configs, trouble.state, trouble.code, limit),
        )
    else:
        rows = connection.exec_driver_sql(
            "SELECT problem.id, coalesce(problem.content_id, copy.content_id), coalesce(copy.path,"
            f" {_PATH.format('problem')}, source.path, ''), message, detail, at, {_SETTLED} FROM problem"
            " LEFT JOIN copy ON copy.id = problem.copy_id LEFT JOIN source ON source.id = problem.source_id"
            " WHERE stage = ? AND code = ? ORDER BY problem.id LIMIT ?",
            (trouble.stage, trouble.code, limit),
        )
    return [TroubleFile(row[0], row[1], row[2] or "", *row[3:]) for row in rows]


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


# ---------------------------------------------------------------------- what a report can choose from


def analyzers_with_findings(connection: Connection) -> list[tuple[str, str]]:
    """(name, title) of every analyzer that was ever run on this case."""
    rows = connection.exec_driver_sql("SELECT analyzer, info FROM config ORDER BY id").fetchall()
    return list({name: str(json.loads(info).get("title") or name) for name, info in rows}.items())


def graded(connection: Connection) -> dict[str, int]:
    """Grade in force → items."""
    rows = connection.exec_driver_sql("SELECT grade, count(*) FROM item WHERE grade IS NOT NULL GROUP BY grade")
    return {row[0]: row[1] for row in rows}
