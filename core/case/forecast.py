"""What a run would find to do: how much of the case has results under exactly its configs already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from core.case.store import RETRIED_ALWAYS
from core.records import MediaKind, State

__all__ = ["Ahead", "Wanted", "ahead"]

_LOOKED_INTO = frozenset({State.UNSUPPORTED, State.FAILED, State.TIMED_OUT, State.SKIPPED})
"""States that say of some contents only that they are of another kind, or that are tried again by themselves."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The config of one analyzer by its hash, and which kinds of contents it looks at."""

    config: str
    kinds: frozenset[MediaKind]


@dataclass(frozen=True, slots=True)
class Ahead:
    """`contents` it would look at, `settled` of these have an outcome under this config; `before`: the analyzer has
    looked at contents of this case under another config."""

    contents: int
    settled: int
    before: bool

    @property
    def left(self) -> int:
        return max(0, self.contents - self.settled)


def ahead(connection: Connection, wanted: Mapping[str, Wanted]) -> dict[str, Ahead]:
    """Analyzer → what is ahead of it. Indexes answer nearly all of it, so that it can be asked while somebody chooses;
    what is listed only during the run is not known yet."""
    ask = connection.exec_driver_sql
    kinds = {str(kind): int(count) for kind, count in ask("SELECT kind, count(*) FROM item GROUP BY kind")}
    found = {}
    for analyzer, one in wanted.items():
        contents = sum(kinds.get(kind.value, 0) for kind in one.kinds)
        config = ask("SELECT id FROM config WHERE hash = ?", (one.config,)).scalar()
        settled = _settled(connection, int(config), one.kinds) if config is not None else 0
        others = ask(
            "SELECT EXISTS(SELECT 1 FROM config JOIN outcome ON outcome.config_id = config.id"
            " WHERE config.analyzer = ? AND config.hash <> ? AND outcome.state IN ('done', 'partial'))",
            (analyzer, one.config),
        ).scalar_one()
        found[analyzer] = Ahead(contents, min(settled, contents), bool(others))
    return found


def _settled(connection: Connection, config: int, kinds: frozenset[MediaKind]) -> int:
    """Contents of these kinds with an outcome that stands. `done`, most of them, is counted by the index alone; what
    is tried again by itself is looked for among failures, other kinds among what is unsupported or was skipped."""
    rows = connection.exec_driver_sql(
        "SELECT state, count(*) FROM outcome WHERE config_id = ? GROUP BY state", (config,)
    )
    states = {str(row[0]): int(row[1]) for row in rows}
    plain = sum(count for state, count in states.items() if state not in _LOOKED_INTO)
    return plain + sum(_standing(connection, config, state, kinds) for state in states if state in _LOOKED_INTO)


def _standing(connection: Connection, config: int, state: str, kinds: frozenset[MediaKind]) -> int:
    again, media = sorted(RETRIED_ALWAYS), sorted(kind.value for kind in kinds)
    return int(
        connection.exec_driver_sql(
            "SELECT count(*) FROM outcome CROSS JOIN content ON content.id = outcome.content_id"
            f" WHERE config_id = ? AND state = ? AND code NOT IN ({','.join('?' * len(again))})"
            f" AND content.kind IN ({','.join('?' * len(media))})",
            (config, state, *again, *media),
        ).scalar_one()
    )
