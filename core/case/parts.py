"""Results of a long medium that is not finished yet: kept now and then, so that a kill costs seconds of it, not hours.

They are the run's own scratch paper, not findings: nobody reads them but the run that goes on, and they are gone with
the outcome. JSON, not pickle: a case folder may come from anywhere.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from sqlalchemy import Connection

from core.records import Finding, Region, SampleResult, Vector

__all__ = ["add", "contents", "drop", "load"]

Part = tuple[int, int, str, SampleResult]
"""(content id, config id, place, result)"""


def contents(connection: Connection) -> set[int]:
    """Contents that some run has left in the middle."""
    return {row[0] for row in connection.exec_driver_sql("SELECT DISTINCT content_id FROM part")}


def load(connection: Connection, content_id: int, config_id: int) -> dict[str, SampleResult]:
    """What was kept of one content under one config, by place. What cannot be read is left out and looked at again."""
    rows = connection.exec_driver_sql(
        "SELECT place, result FROM part WHERE content_id = ? AND config_id = ?", (content_id, config_id)
    )
    found = {}
    for place, packed in rows:
        try:
            found[place] = _unpack(packed)
        except (ValueError, KeyError, TypeError, zlib.error):
            continue
    return found


def add(connection: Connection, parts: Iterable[Part]) -> None:
    rows = [(content, config, place, _pack(result)) for content, config, place, result in parts]
    if rows:
        connection.exec_driver_sql("INSERT OR REPLACE INTO part VALUES(?,?,?,?)", rows)


def drop(connection: Connection, content_id: int, config_ids: Iterable[int]) -> None:
    """The outcome is there, or the results turned out to be worth nothing."""
    rows = [(content_id, config) for config in config_ids]
    if rows:
        connection.exec_driver_sql("DELETE FROM part WHERE content_id = ? AND config_id = ?", rows)


def _pack(result: SampleResult) -> bytes:
    return zlib.compress(
        json.dumps(
            {
                "findings": [_finding(one) for one in result.findings],
                "vectors": [_vector(one) for one in result.vectors],
                "exits": list(result.exits),
                "seconds": result.seconds,
            }
        ).encode(),
        1,
    )


def _unpack(packed: bytes) -> SampleResult:
    fields = json.loads(zlib.decompress(packed))
    return SampleResult(
        findings=tuple(_found(one) for one in fields["findings"]),
        vectors=tuple(_embedded(one) for one in fields["vectors"]),
        exits=tuple(fields["exits"]),
        seconds=float(fields["seconds"]),
    )


def _finding(finding: Finding) -> dict[str, Any]:
    fields: dict[str, Any] = {name: getattr(finding, name) for name in Finding.__dataclass_fields__}
    region = finding.region
    fields["region"] = None if region is None else [region.x, region.y, region.w, region.h]
    fields["attributes"] = dict(finding.attributes)
    return {name: value for name, value in fields.items() if value is not None}


def _found(fields: Mapping[str, Any]) -> Finding:
    rest = dict(fields)
    region, polygon = rest.pop("region", None), rest.pop("polygon", None)
    return Finding(
        **rest,
        region=None if region is None else Region(*region),
        polygon=None if polygon is None else tuple((x, y) for x, y in polygon),
    )


def _vector(vector: Vector) -> dict[str, Any]:
    values = base64.b64encode(vector.values.tobytes()).decode("ascii")
    return {"space": vector.space, "type": vector.values.dtype.str, "values": values, "finding": vector.finding}


def _embedded(fields: Mapping[str, Any]) -> Vector:
    kind = np.dtype(fields["type"])
    if kind not in (np.dtype("<f2"), np.dtype("|u1")):
        raise ValueError(f"a vector of {kind}")
    return Vector(fields["space"], np.frombuffer(base64.b64decode(fields["values"]), kind), fields["finding"])
