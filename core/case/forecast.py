"""What a run would find to do: how much of the case has results under exactly its configs already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from core.case.store import RETRIED_ALWAYS
from core.records import MediaKind

__all__ = ["Ahead", "Wanted", "ahead"]


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
    """Analyzer → what is ahead of it. Counts over indexes; what is listed only during the run is not known yet."""
    ask = connection.exec_driver_sql
    kinds = {str(kind): int(count) for kind, count in ask("SELECT kind, count(*) FROM content GROUP BY kind")}
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
        found[analyzer] = Ahead(contents, settled, bool(others))
    return found


def _settled(connection: Connection, config: int, kinds: frozenset[MediaKind]) -> int:
    again, media = sorted(RETRIED_ALWAYS), sorted(kind.value for kind in kinds)
    return int(
        connection.exec_driver_sql(
            "SELECT count(*) FROM outcome JOIN content ON content.id = outcome.content_id WHERE config_id = ?"
            f" AND code NOT IN ({','.join('?' * len(again))}) AND content.kind IN ({','.join('?' * len(media))})",
            (config, *again, *media),
        ).scalar_one()
    )
