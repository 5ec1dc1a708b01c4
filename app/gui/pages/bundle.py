"""The support bundle: what a developer needs to find a mistake, and nothing of the evidence.

In it: versions, checks of this computer, preferences without people and places, counts of problems by code, the tail of
the log with everything that looks like a path, a name in quotes or a hash taken out. Not in it: file names, folders,
recognised text, pixels, notes, case facts. It is written where the examiner says and sent by nobody.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.gui.log_file import scrubbed
from app.gui.preferences import Values
from app.parts import Check
from core.case.overview import RunRecord, Standing, Trouble
from core.pipeline.plan import versions

__all__ = ["KEPT_PREFERENCES", "bundle_parts", "write_bundle"]

KEPT_PREFERENCES = (
    "language",
    "theme",
    "font_scale",
    "reduced_motion",
    "recent_cases",
    "case_in_title",
    "notify",
    "preset",
    "run_order",
    "device",
    "workers",
    "speeds",
    "run_options",
    "step_options",
    "report_language",
    "report_images",
    "shortcuts",
)
"""The others say who works here and where the cases lie."""


def bundle_parts(
    values: Values,
    checks: Sequence[Check],
    *,
    log: Iterable[str] = (),
    now: Standing | None = None,
    problems: Sequence[Trouble] = (),
    history: Sequence[RunRecord] = (),
) -> Mapping[str, str]:
    """Name in the archive → text. `now`, `problems` and `history` are of the open case, if there is one."""
    parts: dict[str, Any] = {
        "versions.json": versions(),
        "computer.json": [{"name": one.name, "ok": one.ok, "sentence": scrubbed(one.sentence)} for one in checks],
        "preferences.json": {key: _plain(getattr(values, key)) for key in KEPT_PREFERENCES},
    }
    if now is not None:
        parts["case.json"] = {
            "contents": now.contents,
            "copies": now.copies,
            "unread": now.unread,
            "problems": now.problems,
            "stages": [{"analyzer": stage.analyzer, "states": dict(stage.states)} for stage in now.stages],
        }
        parts["problems.json"] = [
            {"stage": one.stage, "code": one.code, "state": one.state, "files": one.count} for one in problems
        ]
        parts["runs.json"] = [
            {"id": run.id, "state": run.state, "seconds": run.seconds, "settings": dict(run.settings)}
            for run in history
        ]
    texts = {name: json.dumps(value, indent=1, ensure_ascii=False, default=str) for name, value in parts.items()}
    texts["log.txt"] = "\n".join(scrubbed(line.rstrip("\n")) for line in log)
    texts["README.txt"] = (
        "Asservat support bundle. No evidence, no file names, no case facts: read it before you hand it on.\n"
    )
    return texts


def write_bundle(path: Path, parts: Mapping[str, str]) -> None:
    """A ZIP archive. Raises `OSError`."""
    stamp = datetime.now(UTC).timetuple()[:6]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(parts.items()):
            archive.writestr(zipfile.ZipInfo(name, (stamp[0], stamp[1], stamp[2], stamp[3], stamp[4], stamp[5])), text)


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value
