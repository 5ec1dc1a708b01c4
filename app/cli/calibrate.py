"""`calibrate`: thresholds for an analyzer, measured on pictures whose truth is known, kept with the case."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from rich.markup import escape

from app.cli.output import console, errors, print_json, print_table
from app.cli.progress import follow
from app.parts import Parts
from core.calibration import ENOUGH, Truth, choose
from core.case import calibrations, queries
from core.case.calibrations import ALL
from core.case.case import Case
from core.case.runs import Runs
from core.control import Control
from core.errors import ModelMissing, UsageError
from core.evidence.naming import shown
from core.pipeline.run import run
from core.records import AnalyzerInfo, State
from core.scratch import folder as scratch_folder
from core.settings import RunSettings

__all__ = ["Wish", "calibrate", "read_labels", "tell"]

TABLE = "labels.csv"
POSITIVE, NEGATIVE = "positive", "negative"
_LEAST = 0.01


@dataclass(frozen=True, slots=True)
class Wish:
    """`recall`: what `possible` shall reach. `false_alarms`: what `likely` may raise at most. `note`: what the pictures
    are, in the words of the report; default: the folder's name."""

    recall: float = 0.95
    false_alarms: float = 0.01
    note: str = ""


Labels = Mapping[str, frozenset[str]]
"""Path below the folder, with `/` → what it shows: empty for nothing, `positive`, or labels of the analyzer."""


def calibrate(parts: Parts, folder: Path, pictures: Path, analyzer: str, wish: Wish, *, as_json: bool) -> None:
    """Analyse the labelled pictures as a run would, choose thresholds and keep them with the case.

    Raises `UsageError` for a folder without labels, `ModelMissing` when the analyzer cannot run."""
    labels = read_labels(pictures)
    with Case.open(folder) as case:
        scores, failed, basis, config = _analysed(parts, pictures, analyzer, labels, quiet=as_json)
        data = _measured(labels, scores, wish) | {
            "basis": basis,
            "config": config,
            "on": wish.note or shown(pictures.resolve().name),
            "failed": failed,
            "wanted": {"recall": wish.recall, "false_alarms": wish.false_alarms},
        }
        number = calibrations.add(case, analyzer, data)
    if as_json:
        print_json({"calibration": number, "analyzer": analyzer, **data})
    else:
        tell(number, analyzer, data)


def read_labels(folder: Path) -> Labels:
    """`labels.csv` (columns path and label; several labels with `;`, nothing or `negative` for none), or the subfolders
    `positive` (below it folders named like labels, or the pictures themselves) and `negative`."""
    if not folder.is_dir():
        raise UsageError(f"{shown(str(folder))} is not a folder.", "Name the folder with the labelled pictures.")
    table = folder / TABLE
    labels = _from_table(table) if table.is_file() else _from_folders(folder)
    positive = sum(bool(found) for found in labels.values())
    if not positive or positive == len(labels):
        raise UsageError(
            f"{shown(str(folder))} has {positive} positive and {len(labels) - positive} negative pictures: "
            "both are needed.",
            f"Make the subfolders {POSITIVE} and {NEGATIVE}, or {TABLE} with the columns path and label.",
        )
    return labels


def _from_table(table: Path) -> Labels:
    try:
        text = table.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{TABLE} cannot be read: {error.strerror}.", "Check the path and the permissions.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{TABLE} is not in UTF-8 (byte {error.start}).", "Save it as CSV in UTF-8.") from error
    first = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    names = {name.strip().lower(): name for name in rows.fieldnames or () if name}
    if not {"path", "label"} <= names.keys():
        raise UsageError(f"{TABLE} has no columns path and label.", "Its first line must name them.")
    found = {}
    for row in rows:
        path = PurePosixPath((row.get(names["path"]) or "").strip().replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or not (table.parent / path).is_file():
            raise UsageError(
                f"{TABLE} names {shown(str(path))}, which is not there.",
                "Paths are relative to the folder, and below it.",
            )
        words = {word.strip() for word in (row.get(names["label"]) or "").split(";")}
        found[path.as_posix()] = frozenset(words - {"", NEGATIVE})
    return found


def _from_folders(folder: Path) -> Labels:
    found = {}
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        first, *rest = path.relative_to(folder).parts
        if first == NEGATIVE and rest:
            found[path.relative_to(folder).as_posix()] = frozenset[str]()
        elif first == POSITIVE and rest:
            found[path.relative_to(folder).as_posix()] = frozenset({rest[0] if len(rest) > 1 else POSITIVE})
    return found


def _analysed(
    parts: Parts, pictures: Path, analyzer: str, labels: Labels, *, quiet: bool
) -> tuple[dict[str, dict[str, float]], int, str, str]:
    """Path → label → best score, how many pictures could not be looked at, basis and hash of the config.

    A run over a case of its own that is thrown away: decoding, sampling and prefilters are those of real runs."""
    settings = RunSettings.model_validate({"analyzers": (analyzer,)})
    backend = parts.open_backend(settings)
    try:
        info = next((one for one in backend.describe() if one.name == analyzer), None)
        if info is None:
            raise UsageError(f"There is no analyzer called {analyzer}.", "`models list` names them.")
        if info.missing:
            raise ModelMissing(f"{analyzer} cannot be calibrated here: {info.missing}")
        if "keep_score" in info.options:
            settings = settings.model_copy(update={"options": {analyzer: {"keep_score": _least(info)}}})
        with (
            scratch_folder("calibrate") as place,
            Case.create(place / "c") as scratch,
        ):
            source = Runs(scratch).add_source(pictures, "labelled")
            follow(run(scratch, [source], backend, settings, Control()), quiet=quiet)
            return _read(scratch, labels)
    finally:
        backend.close()


def _least(info: AnalyzerInfo) -> float:
    """The lowest score this analyzer can be made to keep: thresholds cannot be found below what is kept."""
    ends = [one.least for one in info.facts if one.name == "keep_score" and one.least is not None]
    return max([_LEAST, *ends])


def _read(scratch: Case, labels: Labels) -> tuple[dict[str, dict[str, float]], int, str, str]:
    with scratch.reading() as connection:
        outcomes = list(queries.outcomes(connection))
        best: dict[str, dict[str, float]] = {}
        for row in queries.findings(connection):
            own = best.setdefault(row["sha256"], {})
            own[row["label"]] = max(own.get(row["label"], 0.0), row["score"] or 0.0)
        basis, config = calibrations.of_the_only_config(connection)
    seen: dict[str, dict[str, float]] = {}
    for row in outcomes:
        named = [path for path in row["paths"] if path in labels]
        if len({labels[path] for path in named}) > 1:
            raise UsageError(f"The same picture is labelled differently: {', '.join(named)}.", "Correct the labels.")
        if named and row["state"] in (State.DONE, State.PARTIAL):
            seen[named[0]] = best.get(row["sha256"], {})
    contents = sum(any(path in labels for path in row["paths"]) for row in outcomes)
    return seen, contents - len(seen), basis, config


def _measured(labels: Labels, scores: Mapping[str, Mapping[str, float]], wish: Wish) -> dict[str, Any]:
    known = {label for path in scores for label in labels[path]} - {POSITIVE}
    groups = {ALL: [Truth(max(found.values(), default=0.0), bool(labels[path])) for path, found in scores.items()]}
    for label in sorted(known):  # pictures of another label are neither right nor wrong for this one
        groups[label] = [
            Truth(found.get(label, 0.0), label in labels[path])
            for path, found in scores.items()
            if label in labels[path] or not labels[path]
        ]
    positive = sum(bool(labels[path]) for path in scores)
    if not positive or positive == len(scores):
        raise UsageError("No positive or no negative picture could be looked at.", "Nothing was calibrated.")
    chosen = {
        label: {name: one.as_json() for name, one in choose(seen, wish.recall, wish.false_alarms).items()}
        for label, seen in groups.items()
    }
    counted = {"positive": positive, "negative": len(scores) - positive}
    enough = counted["positive"] >= ENOUGH[0] and counted["negative"] >= ENOUGH[1]
    return {"groups": chosen, "pictures": counted, "enough": enough}


def tell(number: int, analyzer: str, data: Mapping[str, Any]) -> None:
    """The result as a table."""
    counted = data["pictures"]
    console.print(
        f"Calibration {number} of {escape(analyzer)} on {counted['positive']} positive and {counted['negative']} "
        f"negative pictures is kept with the case; {data['failed']} could not be looked at."
    )
    rows = [
        [escape("all" if label == ALL else label), name, _number(one["threshold"]), *map(_rate, _rates(one))]
        for label, both in data["groups"].items()
        for name, one in both.items()
    ]
    print_table(["label", "band", "from score", "recall (95 %)", "false alarms (95 %)"], rows)
    if not data["enough"]:
        errors.print(
            f"[yellow]Fewer than {ENOUGH[0]} positive and {ENOUGH[1]} negative pictures: the intervals say how little "
            "is known.[/]"
        )


def _rates(one: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return one["recall"], one["false_alarms"]


def _number(value: float | None) -> str:
    return "none does" if value is None else f"{value:.3f}"


def _rate(rate: Mapping[str, Any]) -> str:
    value = "–" if rate["rate"] is None else f"{rate['rate']:.3f}"
    return f"{value} ({rate['low']:.3f}–{rate['high']:.3f}; {rate['hits']} of {rate['total']})"
