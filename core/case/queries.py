"""What the command line asks of a case: status, findings, outcomes, problems, words. Read-only; answers are streamed.

The desk asks `core.case.browse` and its neighbours, a report `core.case.report_source`; `current_configs` is for all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from core.case.calibrations import Calibrations
from core.case.conditions import condition
from core.case.filters import words
from core.case.folding import bare, match_expression, match_terms, unspaced
from core.case.statements import Statement
from core.errors import UsageError
from core.evidence.naming import exact

__all__ = [
    "Connection",
    "FindingFilter",
    "current_configs",
    "findings",
    "outcomes",
    "problems",
    "refuse_unknown",
    "search",
    "status",
]

_SEPARATOR = "\x00"
_PATHS = (
    "(SELECT group_concat(path, char(0)) FROM"
    " (SELECT DISTINCT copy.path FROM copy WHERE copy.content_id = content.id"
    " ORDER BY copy.source_id, copy.path_raw, copy.version))"
)


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings: empty means all. `grouping` is the severity of an explicit-content indicator."""

    analyzers: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    groupings: tuple[str, ...] = ()
    min_score: float | None = None
    sha256: str | None = None
    limit: int | None = None


def refuse_unknown(connection: Connection, wanted: FindingFilter) -> None:
    """Raises `UsageError` for what this case cannot have: a mistyped name must not look like "nothing was found"."""
    analyzers, labels, groups = _names(connection)
    if names := _unknown(wanted.analyzers, analyzers):
        raise UsageError(f"This case was not analysed with {names}.", _choice(analyzers))
    if names := _unknown(wanted.labels, labels):
        raise UsageError(f"This case was not looked through for the label {names}.", _choice(labels))
    if names := _unknown(wanted.groupings, groups):
        raise UsageError(f"This case was not looked through for the group {names}.", _choice(groups))
    if wanted.sha256 is not None:
        asked = "SELECT EXISTS(SELECT 1 FROM content WHERE sha256 = ?)"
        if not connection.exec_driver_sql(asked, (wanted.sha256,)).scalar():
            raise UsageError(f"The case has no content with the SHA-256 {wanted.sha256}.", "Give all of its 64 digits.")


def _unknown(chosen: Sequence[str], known: set[str]) -> str:
    return ", ".join(name for name in chosen if name not in known)


def _choice(known: set[str]) -> str:
    return f"To choose from: {', '.join(sorted(known)) or 'none'}."


def _names(connection: Connection) -> tuple[set[str], set[str], set[str]]:
    """Analyzers, labels and groups: those that the configurations of the case could give, and those that were found."""
    found = connection.exec_driver_sql("SELECT DISTINCT label, grouping FROM label").fetchall()
    analyzers: set[str] = set()
    labels, groups = ({str(row[place]) for row in found} for place in (0, 1))
    for analyzer, text in connection.exec_driver_sql("SELECT analyzer, info FROM config"):
        info = json.loads(text)
        analyzers.add(analyzer)
        labels |= {*info.get("labels", ()), *info.get("groups", {})}
        groups |= set(info.get("groups", {}).values())
    return analyzers, labels, groups - {""}


def outcomes(connection: Connection) -> Iterator[dict[str, Any]]:
    """Every outcome, one dict each; then the copies that could not be read and so have no content."""
    rows = connection.exec_driver_sql(
        f"SELECT sha256, {_PATHS}, mime, config.analyzer, state, reason, milliseconds, code, samples, findings,"
        " config.hash FROM outcome JOIN content ON content.id = outcome.content_id JOIN config ON config.id ="
        " outcome.config_id ORDER BY outcome.content_id, config.analyzer, config.id"
    )
    for row in rows:
        yield {
            "sha256": row[0],
            "paths": _paths(row[1]),
            "mime": row[2],
            "analyzer": row[3],
            "state": row[4],
            "reason": row[5],
            "milliseconds": row[6],
            "code": row[7],
            "samples": row[8],
            "findings": row[9],
            "config": row[10],
        }
    yield from _without_content(connection)


def _without_content(connection: Connection) -> Iterator[dict[str, Any]]:
    """A file that could not be read has no hash, but it has an outcome all the same."""
    analyzers = [row[0] for row in connection.exec_driver_sql("SELECT DISTINCT analyzer FROM config ORDER BY analyzer")]
    rows = connection.exec_driver_sql(
        "SELECT path, state, problem FROM copy WHERE content_id IS NULL AND NOT EXISTS (SELECT 1 FROM copy newer WHERE"
        " newer.source_id = copy.source_id AND newer.path_raw = copy.path_raw AND newer.version > copy.version)"
        " ORDER BY id"
    ).fetchall()
    for path, state, problem in rows:
        link = state in ("link", "special")
        for analyzer in analyzers:
            yield {
                "sha256": None,
                "paths": [exact(path)],
                "mime": None,
                "analyzer": analyzer,
                "state": "skipped" if link else "failed",
                "reason": problem or f"not read: {state}",
                "milliseconds": 0.0,
                "code": state,
                "samples": 0,
                "findings": 0,
                "config": None,
            }


def findings(connection: Connection, wanted: FindingFilter = FindingFilter()) -> Iterator[dict[str, Any]]:
    """Findings in the order of their contents, one dict each."""
    where, values = _conditions(wanted)
    limit = f" LIMIT {int(wanted.limit)}" if wanted.limit is not None else ""
    rows = connection.exec_driver_sql(
        f'SELECT sha256, {_PATHS}, finding.analyzer, label, grouping, score, x, y, w, h, polygon, start, "end", frame,'
        " page, text, attributes, config.hash, finding.run_id, finding.id FROM finding JOIN content ON content.id ="
        f" finding.content_id JOIN config ON config.id = finding.config_id{where}"
        f" ORDER BY finding.content_id, finding.config_id, finding.id{limit}",
        values,
    )
    known = Calibrations(connection)
    for row in rows:
        found = _finding(row)
        yield {**found, "attributes": known.applied(row[17], row[3], row[5], found["attributes"])}


def _finding(row: Any) -> dict[str, Any]:
    return {
        "sha256": row[0],
        "paths": _paths(row[1]),
        "analyzer": row[2],
        "label": row[3],
        "group": row[4],
        "score": row[5],
        "region": None if row[6] is None else [row[6], row[7], row[8], row[9]],
        "polygon": json.loads(row[10]) if row[10] else None,
        "start": row[11],
        "end": row[12],
        "frame": row[13],
        "page": row[14],
        "text": row[15],
        "attributes": json.loads(row[16]),
        "config": row[17],
        "run": row[18],
        "id": row[19],
    }


def _conditions(wanted: FindingFilter) -> tuple[str, tuple[Any, ...]]:
    terms: list[str] = []
    values: list[Any] = []
    for column, choice in (
        ("finding.analyzer", wanted.analyzers),
        ("label", wanted.labels),
        ("grouping", wanted.groupings),
    ):
        if choice:
            terms.append(f"{column} IN ({','.join('?' * len(choice))})")
            values.extend(choice)
    if wanted.min_score is not None:
        terms.append("score >= ?")
        values.append(wanted.min_score)
    if wanted.sha256 is not None:
        terms.append("sha256 = ?")
        values.append(wanted.sha256)
    return (" WHERE " + " AND ".join(terms) if terms else ""), tuple(values)


def search(connection: Connection, query: str, limit: int = 100) -> list[dict[str, Any]]:
    """Where the words stand, best first, tags last: in names, recognised text, notes and tags of the items that have
    all of them, each perhaps in another place, as in the desk (`core.case.filters.words`). A copy that could not be
    read is no item; it is found by its name alone. Raises nothing for odd input: no words, no hits."""
    wanted, _ = match_terms(query)
    if not wanted:
        return []
    items, values = condition(words(query))
    rows = connection.exec_driver_sql(
        "SELECT words.kind, words.ref, words.content_id, bm25(words), snippet(words, 0, '<b>', '</b>', '…', 16),"
        f" content.sha256, {_PATHS}, copy.path FROM words LEFT JOIN content ON content.id = words.content_id"
        " LEFT JOIN copy ON words.kind = 'name' AND copy.id = words.ref WHERE words MATCH ?"
        f" AND (words.content_id IN (SELECT item.content_id FROM item WHERE {items}) OR (words.content_id IS NULL"
        " AND words.rowid IN (SELECT rowid FROM words WHERE words MATCH ?))) ORDER BY bm25(words), words.rowid LIMIT ?",
        (" OR ".join(expression for expression, _ in wanted), *values, match_expression(query), limit),
    ).fetchall()
    hits = [_hit(connection, row) for row in rows]
    return hits + _tagged(connection, [typed for _, typed in wanted], (items, values), limit - len(hits))


def _tagged(connection: Connection, typed: Sequence[str], items: Statement, limit: int) -> list[dict[str, Any]]:
    """Tags of these items that have one of the words. The word index does not know them, so they have no rank."""
    holds = " OR ".join(["tag_holds(tag, ?)"] * len(typed))
    rows = connection.exec_driver_sql(
        f"SELECT tag, sha256, {_PATHS} FROM item_tag JOIN content ON content.id = item_tag.content_id WHERE ({holds})"
        f" AND item_tag.content_id IN (SELECT item.content_id FROM item WHERE {items[0]})"
        " ORDER BY item_tag.content_id, tag LIMIT ?",
        (*map(bare, typed), *items[1], limit),
    )
    return [
        {"kind": "tag", "sha256": row[1], "paths": _paths(row[2]), "score": 0.0, "snippet": str(row[0])} for row in rows
    ]


def _hit(connection: Connection, row: Any) -> dict[str, Any]:
    kind, ref, _content, rank, snippet, sha256, paths, path = row
    hit: dict[str, Any] = {
        "kind": kind,
        "sha256": sha256,
        "paths": _paths(paths) or ([exact(path)] if path else []),
        "score": round(-rank, 6),
        "snippet": unspaced(snippet),
    }
    if kind == "text":
        place = connection.exec_driver_sql(
            'SELECT analyzer, label, score, x, y, w, h, polygon, start, "end", frame, page, text FROM finding'
            " WHERE id = ?",
            (ref,),
        ).one()
        hit |= {
            "analyzer": place[0],
            "label": place[1],
            "confidence": place[2],
            "region": None if place[3] is None else list(place[3:7]),
            "polygon": json.loads(place[7]) if place[7] else None,
            "start": place[8],
            "end": place[9],
            "frame": place[10],
            "page": place[11],
            "text": place[12],
        }
    return hit


def problems(connection: Connection) -> Iterator[dict[str, Any]]:
    rows = connection.exec_driver_sql(
        "SELECT stage, code, message, detail, at, coalesce(copy.path, (SELECT path FROM copy c WHERE c.content_id ="
        " problem.content_id ORDER BY c.id LIMIT 1), source.path, ''), sha256 FROM problem"
        " LEFT JOIN copy ON copy.id = problem.copy_id LEFT JOIN content ON content.id = problem.content_id"
        " LEFT JOIN source ON source.id = problem.source_id ORDER BY problem.id"
    )
    keys = ("stage", "code", "message", "detail", "at", "path", "sha256")
    for row in rows:
        yield dict(zip(keys, row, strict=True))


def current_configs(connection: Connection) -> dict[int, str]:
    """The configs of the newest run: id → analyzer."""
    rows = connection.exec_driver_sql(
        "SELECT config.id, config.analyzer FROM run_config JOIN config ON config.id = run_config.config_id"
        " WHERE run_id = (SELECT max(run_id) FROM run_config) ORDER BY config.analyzer"
    )
    return {row[0]: row[1] for row in rows}


def status(connection: Connection) -> dict[str, Any]:
    """Where the case stands: what was listed, what has an outcome, what is left."""
    copies: dict[str, int] = dict(
        connection.exec_driver_sql("SELECT state, count(*) FROM copy GROUP BY state").fetchall()
    )
    contents = connection.exec_driver_sql("SELECT count(*) FROM content").scalar_one()
    kinds: dict[str, int] = dict(
        connection.exec_driver_sql("SELECT kind, count(*) FROM content GROUP BY kind").fetchall()
    )
    analyzers: dict[str, dict[str, int]] = {}
    for config, name in current_configs(connection).items():
        counts = _counted(
            connection, "SELECT state, count(*) FROM outcome WHERE config_id = ? GROUP BY state", (config,)
        )
        counts["open"] = contents - sum(counts.values())
        analyzers[name] = counts
    listed = connection.exec_driver_sql("SELECT count(*), count(listed) FROM source").one()
    problem_count = connection.exec_driver_sql("SELECT count(*) FROM problem").scalar_one()
    finding_counts = connection.exec_driver_sql(
        "SELECT analyzer, label, count(*), count(DISTINCT content_id) FROM finding"
        " GROUP BY analyzer, label ORDER BY 1, 2"
    ).fetchall()
    return {
        "sources": listed[0],
        "sources_listed": listed[1],
        "copies": copies,
        "contents": contents,
        "kinds": kinds,
        "analyzers": analyzers,
        "problems": problem_count,
        "findings": [
            dict(zip(("analyzer", "label", "findings", "contents"), row, strict=True)) for row in finding_counts
        ],
    }


def _counted(connection: Connection, statement: str, values: tuple[Any, ...] = ()) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.exec_driver_sql(statement, values)}


def _paths(joined: str | None) -> list[str]:
    return [exact(path) for path in joined.split(_SEPARATOR)] if joined else []
