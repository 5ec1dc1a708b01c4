"""Calibrations of a case: measured thresholds, kept for good, and applied when findings are read.

A calibration belongs to what it was measured with: models, settings and precision of the analyzer (its *basis*). It is
never applied to findings that were made otherwise; those stay marked as uncalibrated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from core.case.audit import actor, now
from core.case.case import Case
from core.records import canonical_json, config_hash

__all__ = ["ALL", "Calibration", "Calibrations", "add", "basis", "calibrations", "parts_of"]

_SAID = re.compile(r"calibrated on (.*) \((\d+) positive, (\d+) negative; ([0-9-]{10}), no\. (\d+)\)", re.DOTALL)
ALL = "*"
"""The key under which thresholds for all labels together stand."""
_BASIS = ("analyzer", "version", "models", "settings", "precision")


@dataclass(frozen=True, slots=True)
class Calibration:
    """`data`: `basis`, `on` (what it was measured on, in words), `groups` (label or `*` → possible and likely, each
    with threshold, recall and false alarms), `pictures`."""

    id: int
    analyzer: str
    data: Mapping[str, Any]
    actor: str
    at: str

    @property
    def said(self) -> str:
        """One line for a finding: what it was calibrated on, and when."""
        counted = self.data.get("pictures", {})
        numbers = f"{counted.get('positive', 0)} positive, {counted.get('negative', 0)} negative"
        return f"calibrated on {self.data.get('on', '')} ({numbers}; {self.at[:10]}, no. {self.id})"

    def band(self, label: str, score: float) -> str:
        """likely, possible or below, by the label's own thresholds, else by those for all."""
        groups = self.data.get("groups", {})
        chosen = groups.get(label) or groups.get(ALL) or {}
        for name in ("likely", "possible"):
            threshold = chosen.get(name, {}).get("threshold")
            if threshold is not None and score >= threshold:
                return name
        return "below"


def add(case: Case, analyzer: str, data: Mapping[str, Any]) -> int:
    """Keep a calibration; older ones stay and can be read, the newest of a basis is in force. Returns its id."""
    with case.writing() as connection:
        cursor = connection.exec_driver_sql(
            "INSERT INTO calibration(analyzer, data, actor, at) VALUES(?,?,?,?)",
            (analyzer, canonical_json(dict(data)), actor(), now()),
        )
        number = int(cursor.lastrowid)
        case.owe(connection, "calibrated", analyzer, number=number, basis=data["basis"], on=data["on"])
    return number


def calibrations(connection: Connection) -> list[Calibration]:
    """All of them, oldest first."""
    rows = connection.exec_driver_sql("SELECT id, analyzer, data, actor, at FROM calibration ORDER BY id")
    return [Calibration(row[0], row[1], json.loads(row[2]), row[3], row[4]) for row in rows]


def basis(config: Mapping[str, Any]) -> str:
    """What a calibration is bound to: a hash of the parts of a config that decide scores. Options that only choose what
    is stored, and how films are sampled, are not among them."""
    return config_hash({key: config[key] for key in _BASIS if key in config})


def of_the_only_config(connection: Connection) -> tuple[str, str]:
    """What a calibration would be bound to in a case with one config, as one is made for calibrating; and its hash."""
    key, text = connection.exec_driver_sql("SELECT hash, json FROM config").one()
    return basis(json.loads(text)), key


def parts_of(said: str) -> tuple[str, ...] | None:
    """What `Calibration.said` was made of, for saying it in another language: on what, positive, negative, day, number.
    None: it is no such line."""
    found = _SAID.fullmatch(said)
    return None if found is None else found.groups()


class Calibrations:
    """The calibrations in force, for reading many findings: two small queries when there are any, one when not."""

    def __init__(self, connection: Connection) -> None:
        newest = {(one.analyzer, one.data.get("basis")): one for one in calibrations(connection)}
        self._of: dict[str | int, Calibration] = {}
        if newest:
            for number, key, name, text in connection.exec_driver_sql("SELECT id, hash, analyzer, json FROM config"):
                found = newest.get((name, basis(json.loads(text))))
                if found is not None:
                    self._of[number] = self._of[key] = found

    def of(self, config: str | int) -> Calibration | None:
        """The calibration for findings of this config (its hash or its id)."""
        return self._of.get(config)

    def applied(
        self, config: str | int, label: str, score: float | None, attributes: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The attributes with the band and the calibration in force now, in place of those of the day of the run."""
        found = self._of.get(config)
        if found is None or score is None:
            return dict(attributes)
        return {**attributes, "band": found.band(label, score), "calibration": found.said}
