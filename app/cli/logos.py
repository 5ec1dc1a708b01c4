"""`logos …`: the examiner's gallery of a case, and the search for what is new in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn

from app.cli.analyse import interruptible
from app.cli.output import console, errors, print_json, print_table
from app.parts import Parts
from core.case import references
from core.case.case import Case
from core.case.references import Reference, Removed
from core.control import Control
from core.errors import Stopped
from core.pipeline import gallery
from core.settings import RunSettings

__all__ = ["add", "list_references", "remove", "search"]

KIND = "logo"


def add(parts: Parts, folder: Path, name: str, pictures: Sequence[Path], *, as_json: bool) -> None:
    """Raises `Stopped` when the search was interrupted; the references stay, and the next `add` goes on with it."""
    control = Control()
    with (
        Case.open(folder) as case,
        closing(parts.open_backend(RunSettings(workers=1))) as backend,
        interruptible(control),
        _bar(quiet=as_json) as told,
    ):
        done = gallery.add_references(case, backend, KIND, name, pictures, control, told)
    found = done.searched
    if as_json:
        print_json(
            {
                "added": [_described(one) for one in done.references],
                "known": done.known,
                "warnings": list(done.warnings),
                "searched": _searched(found),
            }
        )
    else:
        there = f", {done.known} {'was' if done.known == 1 else 'were'} there already" if done.known else ""
        console.print(f"{_count(len(done.references), 'picture')} added as {escape(name)}{there}.")
        for warning in done.warnings:
            errors.print(f"[yellow]{escape(warning)}[/]")
        console.print(
            f"Searched {_count(found.samples, 'sample')} analysed before: {_count(found.findings, 'possible match')} in"
            f" {_count(found.contents, 'content')}."
        )
    if not found.complete:
        raise Stopped("The search was stopped before its end.", "The next `logos DIR add` or `search` goes on with it.")


def search(parts: Parts, folder: Path, *, as_json: bool) -> None:
    """Go on with a search that was stopped. Raises `Stopped` when it is again."""
    control = Control()
    with (
        Case.open(folder) as case,
        closing(parts.open_backend(RunSettings(workers=1))) as backend,
        interruptible(control),
        _bar(quiet=as_json) as told,
        case.locked(),
    ):
        found = gallery.search(case, backend, KIND, control, told)
    if as_json:
        print_json({"samples": found.samples, "findings": found.findings, "complete": found.complete})
    else:
        matches = _count(found.findings, "possible match")
        console.print(f"Searched {_count(found.samples, 'sample')}: {matches}.")
    if not found.complete:
        raise Stopped("The search was stopped before its end.", "Call it again to go on.")


def list_references(folder: Path, *, removed: bool, as_json: bool) -> None:
    with Case.open(folder, readonly=True) as case, case.reading() as connection:
        listed = references.references(connection, KIND, removed=removed)
        counts = references.counts(connection, KIND)
    if as_json:
        print_json([{**_described(one), "findings": counts.get(one.id, 0)} for one in listed])
        return
    if not listed:
        console.print("The gallery is empty. Add a logo: logos DIR add NAME PICTURE")
        return
    rows = [
        [one.id, escape(one.name), counts.get(one.id, 0), _state(one), escape(one.actor), _day(one.added), one.sha256]
        for one in listed
    ]
    print_table(["id", "name", "findings", "", "by", "added (UTC)", "SHA-256"], rows, whole=("added (UTC)",))


def remove(parts: Parts, folder: Path, name: str, *, as_json: bool) -> None:
    """Raises `Stopped` when the search for the others, where it was found, was interrupted."""
    control = Control()
    with Case.open(folder) as case, case.locked():
        gone = references.remove(case, KIND, name)
        found = _search_again(parts, case, control, quiet=as_json) if gone.again else gallery.Searched()
    if as_json:
        print_json(
            {
                "removed": [_described(one) for one in gone.references],
                "findings": gone.findings,
                "contents": gone.contents,
                "findings_kept": gone.kept,
                "searched": _searched(found),
            }
        )
    else:
        _tell_removed(name, gone, found)
    if not found.complete:
        raise Stopped("The search was stopped before its end.", "The next `logos DIR add` or `search` goes on with it.")


def _search_again(parts: Parts, case: Case, control: Control, *, quiet: bool) -> gallery.Searched:
    """Where the removed one was found, another may have lost against it."""
    with (
        closing(parts.open_backend(RunSettings(workers=1))) as backend,
        interruptible(control),
        _bar(quiet=quiet) as told,
    ):
        return gallery.search(case, backend, KIND, control, told)


def _tell_removed(name: str, gone: Removed, found: gallery.Searched) -> None:
    console.print(
        f"{escape(name)} is no longer in the gallery. Taken out: {_count(gone.findings, 'finding')} in"
        f" {_count(gone.contents, 'content')}."
    )
    if gone.kept:
        console.print(f"Kept, because somebody has decided about them: {_count(gone.kept, 'finding')}.")
    if gone.again:
        matches = _count(found.findings, "possible match")
        console.print(f"Searched {_count(found.samples, 'sample')} again for the others: {matches}.")


def _searched(found: gallery.Searched) -> dict[str, Any]:
    return {
        "samples": found.samples,
        "findings": found.findings,
        "contents": found.contents,
        "complete": found.complete,
    }


def _count(number: int, what: str) -> str:
    ending = "es" if what.endswith("ch") else "s"
    return f"{number} {what}{'' if number == 1 else ending}"


def _day(stamp: str) -> str:
    return stamp[:16].replace("T", " ")


def _described(one: Reference) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "sha256": one.sha256,
        "by": one.actor,
        "added": one.added,
        "removed": one.removed,
        "file": one.facts.get("file", ""),
        "searched": bool(one.facts.get("complete")),
        "warning": one.facts.get("warning"),
    }


def _state(one: Reference) -> str:
    if one.removed:
        return f"removed {_day(one.removed)}"
    return "plain" if one.facts.get("warning") else ("" if one.facts.get("complete") else "search not finished")


@contextmanager
def _bar(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error that appears with the first sample; silent when asked to be quiet."""
    columns = (
        TextColumn("searching what is already analysed"),
        BarColumn(),
        TextColumn("{task.completed:.0f} of {task.total:.0f}"),
    )
    with Progress(*columns, console=errors, transient=True, disable=quiet) as progress:
        task = progress.add_task("", total=None, visible=False)
        yield lambda done, total: progress.update(task, completed=done, total=total, visible=total > 0)
