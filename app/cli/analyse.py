"""`analyze` and `resume`: run what has no outcome yet."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from rich.markup import escape

from app.cli.output import console, errors, print_json, print_table
from app.cli.progress import follow
from app.parts import Parts
from core.case import retries
from core.case.case import Case
from core.case.retries import Retry
from core.case.runs import Again, Runs, Source, to_retry
from core.control import Control
from core.errors import Stopped, UsageError
from core.events import RunFinished
from core.evidence.naming import shown
from core.evidence.overlap import check_overlap
from core.interfaces import Backend
from core.pipeline.plan import make_steps
from core.pipeline.run import run
from core.settings import RunSettings

__all__ = ["ALL", "analyse", "interruptible", "parse_options", "resume", "retried"]

ALL = "all"


def analyse(parts: Parts, folders: Sequence[Path], folder: Path, settings: RunSettings, *, as_json: bool) -> None:
    """Make or continue the case in `folder` over these sources. Raises `Stopped` after an interrupted run."""
    if folder.is_file():
        raise UsageError(f"{shown(str(folder))} is a file, not a case folder.", "Name a folder for the case.")
    for source in folders:
        if not source.is_dir():
            raise UsageError(f"The source {shown(str(source))} is not a folder.", "Name a folder with evidence in it.")
        check_overlap(folder, source)
    with closing(parts.open_backend(settings)) as backend:
        settings = _meant(backend, settings)
        make_steps(backend, settings)  # what would be refused is refused before there is a case
        _all_used(settings)
        with _case(folder) as case:
            _run(backend, case, folders, settings, as_json=as_json)


def _meant(backend: Backend, settings: RunSettings) -> RunSettings:
    """`all` becomes the names of all analyzers, as they are recorded: what is added one day is no part of this run."""
    if settings.analyzers != (ALL,):
        return settings
    return settings.model_copy(update={"analyzers": tuple(info.name for info in backend.describe())})


def _all_used(settings: RunSettings) -> None:
    """An option of an analyzer that is not asked for would change nothing, and nobody would notice."""
    unused = [name for name in settings.options if name not in settings.analyzers]
    if unused:
        raise UsageError(
            f"There are options of {', '.join(unused)}, but this run is for {', '.join(settings.analyzers) or 'none'}.",
            "Name the analyzer with --analyzers, or leave its options out.",
        )


def resume(parts: Parts, folder: Path, changes: Mapping[str, object], *, as_json: bool) -> None:
    """Go on with the newest run: the same analyzers and options, but for these changes, over all sources of the case.
    What failed is looked at again with the settings that it failed with, as on the desk (`core.case.retries`).

    The number of workers is this computer's unless it is among the changes. Raises `UsageError` where something was
    chosen to be looked at again and nothing is."""
    with Case.open(folder) as case:
        runs = Runs(case)
        stored = dict(runs.resumable()["settings"])
        again = Again.of(RunSettings.model_validate({"analyzers": (), **changes}))
        with case.reading() as connection:
            found = retries.plan(connection, again) if again.failed else None
        if found is not None:
            stored = dict(found.settings)
            if not as_json:  # an error would be JSON on the same stream
                _tell_retry(found)
        stored.pop("workers", None)
        settings = RunSettings.model_validate(stored | dict(changes))
        _chosen_are_there(case, settings)
        for source in runs.sources():
            check_overlap(folder, source.path)
        with closing(parts.open_backend(settings)) as backend:
            _run(backend, case, None, settings, as_json=as_json)


def _tell_retry(found: Retry) -> None:
    said = ", ".join(str(run) for run in found.runs)
    errors.print(f"Looking again at {found.outcomes} result(s), with the settings of run {said}.")
    if found.left:
        errors.print(f"{found.left} more had other settings: give the same command again after this run.")


def retried(codes: Sequence[str], items: Sequence[str], *, failed: bool) -> dict[str, object]:
    """The settings of a run that looks again at what failed: at all of it, or at these codes and contents only."""
    for item in items:
        if not re.fullmatch(r"[0-9a-fA-F]{64}", item):
            raise UsageError(f"{item!r} is not a SHA-256.", "Give all of its 64 digits.")
    return {
        "retry_failed": failed or bool(codes or items),
        "retry_codes": tuple(codes),
        "retry_items": tuple(item.lower() for item in items),
    }


def _chosen_are_there(case: Case, settings: RunSettings) -> None:
    """A code or hash that nothing has would look like something that was tried again."""
    again = Again.of(settings)
    if not again.chosen:
        return
    with case.reading() as connection:
        found = to_retry(connection, again)
    if not found:
        raise UsageError(
            "Nothing that failed, timed out or is partial has such a code or SHA-256.",
            f"`outcomes {case.folder} --json` lists codes and hashes.",
        )


@contextmanager
def _case(folder: Path) -> Iterator[Case]:
    with Case.open(folder) if (folder / "case.db").exists() else Case.create(folder) as case:
        yield case


def _run(backend: Backend, case: Case, folders: Sequence[Path] | None, settings: RunSettings, *, as_json: bool) -> None:
    """Run over these folders, or over all sources of the case."""
    control = Control()
    with case.locked():  # a run that would be refused leaves no source behind
        sources = Runs(case).sources() if folders is None else _registered(case, folders)
    with interruptible(control):
        finished = follow(run(case, sources, backend, settings, control), quiet=as_json)
    if as_json:
        print_json(summary(finished))
    else:
        _tell(case, finished)
    if finished.state == "stopped":
        said = f"The run has stopped itself: {finished.question}" if finished.question else "The run was stopped."
        raise Stopped(said, f"Go on with: resume {case.folder}")


def _registered(case: Case, folders: Sequence[Path]) -> list[Source]:
    runs = Runs(case)
    return [runs.add_source(source, shown(str(source.absolute())), tell=True) for source in folders]


def summary(finished: RunFinished) -> dict[str, Any]:
    return {
        "run": finished.run,
        "state": finished.state,
        "sources": finished.sources,
        "copies": finished.copies,
        "contents": finished.contents,
        "outcomes": {name: dict(counts) for name, counts in finished.outcomes.items()},
        "problems": finished.problems,
        "notes": list(finished.notes),
        "known": dict(finished.known),
        "seconds": round(finished.seconds, 3),
    }


def _tell(case: Case, finished: RunFinished) -> None:
    console.print(
        f"Run {finished.run} {finished.state} after {finished.seconds:.1f} s: {finished.copies} files in"
        f" {finished.sources} source(s), {finished.contents} different contents."
    )
    states = ["done", "partial", "unsupported", "failed", "timed out", "skipped"]
    rows = [[name, *(counts.get(state, 0) for state in states)] for name, counts in finished.outcomes.items()]
    if rows:
        print_table(["analyzer", *states], rows)
    for tag, count in finished.known.items():
        console.print(f"{count} new contents are in “{escape(tag)}”.", soft_wrap=True)
    for note in finished.notes:
        errors.print(f"[yellow]{escape(note)}[/]")
    folder = escape(str(case.folder))
    if finished.problems:
        console.print(f"{finished.problems} problems were noted; `status {folder}` tells more.", soft_wrap=True)
    if finished.state == "finished":
        console.print(f"Next: findings {folder}, report {folder} --out FOLDER, or desk {folder}", soft_wrap=True)


@contextmanager
def interruptible(control: Control) -> Iterator[None]:
    """Ctrl-C, a polite kill and a closed terminal ask the run to stop; a second Ctrl-C does not wait."""
    closed = getattr(signal, "SIGHUP", None)  # the shell and the system both say it, so twice means nothing
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # the last is Ctrl-Break, on Windows only
    wanted = [getattr(signal, name) for name in names if hasattr(signal, name)]

    def ask(number: int, _frame: object) -> None:
        if control.cancelled:
            if number == closed:
                return
            raise KeyboardInterrupt
        control.cancel()
        with suppress(OSError):  # there may be nobody left to tell
            errors.print("Stopping; what is finished is stored. Press Ctrl-C again to leave at once.")

    before = {number: signal.signal(number, ask) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def parse_options(given: Sequence[str]) -> dict[str, dict[str, Any]]:
    """`ocr.gate=false` → {"ocr": {"gate": False}}; values are JSON, or text where they are not."""
    options: dict[str, dict[str, Any]] = {}
    for item in given:
        name, separator, value = item.partition("=")
        analyzer, dot, option = name.partition(".")
        if not separator or not dot or not analyzer or not option:
            raise UsageError(f"`{item}` is not an option.", "Write it like ocr.gate=false.")
        try:
            options.setdefault(analyzer, {})[option] = json.loads(value)
        except ValueError:
            options.setdefault(analyzer, {})[option] = value
    return options
