"""Looking again at what failed, with the settings that it failed with.

A case may have seen several runs: text last month, faces today. What failed last month is still a problem of the case,
and another try under today's settings would look at something else. So a retry takes its settings from the run whose
outcome stands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from core.case.runs import Again

__all__ = ["Retry", "plan", "standing_configs"]

_ALIKE = ("precision", "device", "sampling", "extra_decoders")
"""What has to be the same in two runs so that one run can stand for both."""


@dataclass(frozen=True, slots=True)
class Retry:
    """A run that looks again at `outcomes` failures. `settings`: as they were stored, without the wish to try again;
    `runs`: whose settings they are, newest first. `left`: failures that were made with settings that cannot be joined
    with these, for another run after this one."""

    settings: Mapping[str, Any]
    runs: tuple[int, ...]
    outcomes: int
    left: int


def standing_configs(connection: Connection) -> dict[int, tuple[str, int]]:
    """Config → (analyzer, newest run with it), for each analyzer the config that it was run with last."""
    rows = connection.exec_driver_sql(
        "SELECT config.analyzer, config.id, max(run_id * 1000000 + config.id), max(run_id) FROM run_config"
        " JOIN config ON config.id = run_config.config_id GROUP BY config.analyzer ORDER BY config.analyzer"
    )
    return {row[1]: (row[0], row[3]) for row in rows}


def plan(connection: Connection, again: Again) -> Retry | None:
    """The run that looks again at what `again` means; None: nothing like that stands."""
    counted: dict[int, int] = {}
    analyzers: dict[int, set[str]] = {}
    for config, (analyzer, run) in standing_configs(connection).items():
        count = _count(connection, config, again)
        if count:
            counted[run] = counted.get(run, 0) + count
            analyzers.setdefault(run, set()).add(analyzer)
    if not counted:
        return None
    order = sorted(counted, reverse=True)
    stored = {run: _settings(connection, run) for run in order}
    chosen = [run for run in order if all(stored[run].get(key) == stored[order[0]].get(key) for key in _ALIKE)]
    outcomes = sum(counted[run] for run in chosen)
    joined = _joined({run: stored[run] for run in chosen}, analyzers)
    return Retry(joined, tuple(chosen), outcomes, sum(counted.values()) - outcomes)


def _joined(stored: Mapping[int, Mapping[str, Any]], analyzers: Mapping[int, set[str]]) -> dict[str, Any]:
    """The newest of these settings, with the analyzers of the others that have something to be looked at again."""
    newest, *others = stored
    made = dict(stored[newest])
    names, options = list(made.get("analyzers", ())), dict(made.get("options", {}))
    for run in others:
        for name in sorted(analyzers[run] - set(names)):
            names.append(name)
            if name in stored[run].get("options", {}):
                options[name] = stored[run]["options"][name]
    return made | {"analyzers": names, "options": options}


def _count(connection: Connection, config: int, again: Again) -> int:
    contents = connection.exec_driver_sql(
        "SELECT sha256, id FROM content WHERE sha256 IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(again.items)),),
    )
    condition, given = again.condition({row[0]: row[1] for row in contents})
    return int(
        connection.exec_driver_sql(
            f"SELECT count(*) FROM outcome WHERE config_id = ? AND {condition}", (config, *given)
        ).scalar_one()
    )


def _settings(connection: Connection, run: int) -> dict[str, Any]:
    found = connection.exec_driver_sql("SELECT settings FROM run WHERE id = ?", (run,)).scalar_one()
    return dict(json.loads(found))
