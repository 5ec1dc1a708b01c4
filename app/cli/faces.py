"""`faces compare`, `faces like`: how alike faces are, without a case or within one. Likeness, never identity."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.cli.output import console, errors, plain, print_json, print_lines, print_table
from app.parts import Parts
from core.case.case import Case
from core.case.faces import Answer
from core.case.faces import like as faces_like
from core.control import Control
from core.errors import ModelMissing, UsageError
from core.likeness import UNDECIDABLE, BestFace, best_face, closest, comparing, limit, similarity
from core.pipeline.apart import Looked, look_at
from core.settings import RunSettings

__all__ = ["compare", "like", "read_pairs"]

# Two pictures were chosen by hand, so time is no matter: everything is tried, and small faces get a vector as well.
_OPTIONS: Mapping[str, Any] = {"thorough": True, "vector_from": 12, "smallest": 10}


_AT_ONCE = 4
_NOTHING = "No picture is named in this column."
_TOO_LOW = (
    f"Blurred, dark and very small faces of all people resemble one another; below {UNDECIDABLE:.2f} nothing is said."
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two files as they were named, and where they lie."""

    a: str
    b: str
    path_a: Path
    path_b: Path


def compare(
    parts: Parts,
    pictures: Sequence[Path],
    pairs: Path | None,
    *,
    engine: str,
    threshold: float | None,
    workers: int | None,
    as_json: bool,
) -> None:
    """Compare the best faces of two pictures, or of every pair of a CSV file. One bad pair costs nothing else."""
    if (pairs is None) == (not pictures) or (pairs is None and len(pictures) != 2):
        raise UsageError("Two pictures or --pairs are needed, not both.", "Like: faces compare A.jpg B.jpg")
    if pairs is not None:
        wanted = read_pairs(pairs)
    else:
        wanted = [Pair(str(pictures[0]), str(pictures[1]), pictures[0], pictures[1])]
    # dlib's slow detector looks at one picture at a time, so more would only wait for one another
    many = workers or min(_AT_ONCE, RunSettings().workers)
    settings = RunSettings(analyzers=("faces",), workers=many)
    rows = _rows(parts, wanted, {**_OPTIONS, "engine": engine}, threshold, settings)
    if as_json:
        print_lines(rows)
    else:
        _tell(rows)


def like(folder: Path, finding: int, *, threshold: float | None, limit: int, as_json: bool) -> None:
    """The faces of a case that resemble one, the most similar first."""
    with Case.open(folder, readonly=True) as case, case.reading() as connection:
        answer = faces_like(connection, finding, threshold=threshold, limit=limit)
    if as_json:
        print_json(_answered(finding, answer))
    else:
        _tell_candidates(answer)


def _answered(finding: int, answer: Answer) -> dict[str, Any]:
    return {
        "finding": finding,
        "space": answer.space,
        "threshold": answer.threshold,
        "calibrated": answer.comparing.calibrated,
        "compared": answer.compared,
        "undecidable": answer.undecidable,
        "matches": [
            {
                "finding": one.finding_id,
                "sha256": one.sha256,
                "similarity": round(one.similarity, 4),
                "strong": one.similarity >= answer.comparing.strong,
                "quality": one.quality,
                "start": one.start,
                "track": one.track,
                "paths": list(one.paths),
            }
            for one in answer.matches
        ],
    }


def _tell_candidates(answer: Answer) -> None:
    doubt = "" if answer.comparing.calibrated else " The threshold is a starting value, not calibrated."
    console.print(
        f"{answer.compared} faces compared; candidate matches from {answer.threshold:.3f}.{doubt}"
        " A likeness is no identification."
    )
    if answer.undecidable:
        console.print(f"{answer.undecidable} of them are seen too badly to say anything of them. {_TOO_LOW}")
    print_table(
        ["finding", "similarity", "quality", "at", "file"],
        (
            [
                one.finding_id,
                f"{one.similarity:.3f}",
                one.quality,
                "" if one.start is None else f"{one.start:.1f} s",
                plain(one.paths[0]) if one.paths else one.sha256,
            ]
            for one in answer.matches
        ),
    )


def read_pairs(file: Path) -> list[Pair]:
    """The pairs of a CSV file with the columns a and b. Relative paths are looked for beside the file, then where the
    program was started. Raises `UsageError`."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.", "Name a CSV file.") from error
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # what a spreadsheet calls Unicode text
    text = data.decode("utf-16", "replace") if wide else data.decode("utf-8-sig", "surrogateescape")
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    names = {name.strip().lower(): name for name in reader.fieldnames or () if name}
    if "a" not in names or "b" not in names:
        raise UsageError(f"{file} has no columns a and b.", "Its first line must name them, like: a,b")
    found = []
    for row in reader:
        a, b = ((row.get(names[column]) or "").strip() for column in ("a", "b"))
        if a or b:
            found.append(Pair(a, b, _placed(a, file), _placed(b, file)))
    if not found:
        raise UsageError(f"{file} names no pair.", "Below its first line, every line names two pictures.")
    return found


def _placed(name: str, file: Path) -> Path:
    path = Path(name)
    if not name:
        return path
    beside = file.absolute().parent / path
    return path if path.is_absolute() or (not beside.exists() and path.exists()) else beside


def _rows(
    parts: Parts, pairs: Sequence[Pair], options: Mapping[str, Any], threshold: float | None, settings: RunSettings
) -> Iterator[dict[str, Any]]:
    """One row for each pair, in their order, as soon as both its pictures were looked at."""
    named = [(name, path) for pair in pairs for name, path in ((pair.a, pair.path_a), (pair.b, pair.path_b))]
    files = list(dict.fromkeys(path for name, path in named if name))
    seen: dict[Path, _Seen] = {path: _Seen((), None, _NOTHING) for name, path in named if not name}
    waiting = iter(pairs)
    next_pair = next(waiting, None)
    backend = parts.open_backend(settings)
    try:
        _check(backend.describe(), str(options["engine"]))
        for looked in look_at(files, "faces", options, backend, settings=settings, control=Control()):
            seen[looked.path] = _seen(looked)
            while next_pair is not None and next_pair.path_a in seen and next_pair.path_b in seen:
                yield _row(next_pair, seen[next_pair.path_a], seen[next_pair.path_b], threshold)
                next_pair = next(waiting, None)
    finally:
        backend.close()


@dataclass(frozen=True, slots=True)
class _Seen:
    """The faces of one file that have a vector; `reason`: why none can be compared."""

    faces: tuple[BestFace, ...]
    best: BestFace | None
    reason: str


def _seen(looked: Looked) -> _Seen:
    faces = tuple(
        BestFace(result.findings[vector.finding], vector)
        for result in looked.results
        for vector in result.vectors
        if vector.finding is not None
    )
    best = best_face(faces)
    nothing = "No face was found." if looked.results or not looked.reason else ""
    reason = "" if best is not None else " ".join(filter(None, (nothing, looked.reason)))
    return _Seen(faces, best, reason)


def _row(pair: Pair, a: _Seen, b: _Seen, threshold: float | None) -> dict[str, Any]:
    both = ((pair.a, a), (pair.b, b))
    reasons = [f"{name}: {seen.reason}" if name else seen.reason for name, seen in both if seen.reason]
    row: dict[str, Any] = {
        "a": pair.a,
        "b": pair.b,
        "similarity": None,
        "threshold": threshold,
        "same": None,
        "quality_a": a.best.quality if a.best else None,
        "quality_b": b.best.quality if b.best else None,
        "reason": " ".join(reasons) or None,
        "faces_a": len(a.faces),
        "faces_b": len(b.faces),
        "closest": None,
        "calibrated": None,
        "space": None,
        "region_a": _region(a.best) if a.best else None,
        "region_b": _region(b.best) if b.best else None,
    }
    if a.best is None or b.best is None:
        return row
    space = a.best.vector.space
    facts = comparing(space)
    needed = limit(facts, a.best, b.best)
    bad = " and ".join(name for name, face in ((pair.a, a.best), (pair.b, b.best)) if face.quality < UNDECIDABLE)
    least = threshold if threshold is not None else (facts.threshold if needed is None else needed)
    alike = similarity(space, a.best.vector.values, b.best.vector.values)
    return row | {
        "similarity": round(alike, 4),
        "threshold": least,
        "same": None if needed is None else alike >= least,
        "reason": None if needed is not None else f"Not decidable, the quality is too low: {bad}. {_TOO_LOW}",
        "closest": round(closest(a.faces, b.faces), 4),
        "calibrated": facts.calibrated,
        "space": space,
    }


def _region(face: BestFace) -> list[float] | None:
    region = face.finding.region
    return [round(value, 5) for value in (region.x, region.y, region.w, region.h)] if region else None


def _check(described: Sequence[Any], engine: str) -> None:
    info = next((one for one in described if one.name == "faces"), None)
    if info is None:
        raise UsageError("This build has no analyzer faces.", "Run `models list`.")
    chosen = info.choices.get(engine)
    if info.choices and chosen is None:
        raise UsageError(f"There is no engine {engine}.", "Known: " + ", ".join(info.choices) + ".")
    missing = (chosen or info).missing
    if missing:
        raise ModelMissing(missing)


def _tell(rows: Iterator[dict[str, Any]]) -> None:
    """A line for each pair: a table has no room for two paths."""
    total = failed = 0
    for row in rows:
        total += 1
        pair = f"{plain(row['a'])}  –  {plain(row['b'])}"
        if row["same"] is None:
            failed += 1
            errors.print(f"{pair}: {plain(row['reason'] or '')}", soft_wrap=True)
            continue
        says = "[bold]candidate match[/]" if row["same"] else "not alike"
        numbers = f"similarity {row['similarity']:.3f}, candidates from {row['threshold']:.3f}"
        quality = f"quality {row['quality_a']:.2f} and {row['quality_b']:.2f}"
        console.print(f"{pair}: {says} ({numbers}; {quality})", soft_wrap=True)
    console.print("A likeness is a candidate match, no identification.")
    if failed:
        errors.print(f"{failed} of {total} pairs could not be compared." if total > 1 else "It could not be compared.")
