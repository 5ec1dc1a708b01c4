"""`models show | fetch | pack | import | verify | remove`: model packs at the command line."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import typer
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from app.cli.output import console, errors, print_json, print_table
from app.parts import Parts
from core.errors import PackError, UsageError
from core.packs import PackCheck, PackInfo, PackProgress, PackState, Tell

__all__ = ["fetch", "install", "list_packs", "pack", "pack_facts", "print_packs", "remove", "show", "verify"]

T = TypeVar("T")

_STATES = {
    PackState.BUILT_IN: "[green]built in[/]",
    PackState.INSTALLED: "[green]installed[/]",
    PackState.MISSING: "not installed",
    PackState.DAMAGED: "[red]damaged[/]",
}
_SHORTLY = _STATES | {PackState.MISSING: "not here"}
"""For lists, where every column counts."""
_EVIDENCE = {
    "A": "stated by the publisher or computed from the bytes",
    "B": "two independent sources",
    "C": "one source",
    "tofu": "first seen when it was fetched",
    "": "none",
}


def list_packs(parts: Parts, *, as_json: bool) -> None:
    packs = parts.open_packs().known()
    if as_json:
        print_json([pack_facts(one) for one in packs])
    else:
        print_packs(packs)


def print_packs(packs: Sequence[PackInfo]) -> None:
    """One a line where the terminal has 80 columns (two where a role or a licence has a long name)."""
    rows: list[Sequence[object]] = []
    for task in sorted({one.task for one in packs}):
        rows.append([f"[bold]{escape(task) or 'others'}[/]"])
        rows += [_in_one_line(one) for one in sorted(packs, key=lambda one: one.id) if one.task == task]
    print_table(["pack", "state", "MB", "role, licence of the weights"], rows, whole=("pack", "state"), right=("MB",))
    for one in packs:
        if one.problem:
            errors.print(f"{escape(one.id)}: {escape(one.problem)}", soft_wrap=True)


def _in_one_line(one: PackInfo) -> Sequence[object]:
    size = f"{one.bytes / 1e6:.0f}" if one.bytes >= 1e6 else _megabytes(one.bytes)
    return [escape(one.id), _SHORTLY[one.state], size, escape(f"{one.role}, {one.licence_weights}")]


def show(parts: Parts, pack: str, *, as_json: bool) -> None:
    found = parts.open_packs().show(pack)
    if as_json:
        print_json(pack_facts(found))
        return
    console.print(f"[bold]{escape(found.id)}[/]: {_STATES[found.state]}. {escape(found.problem)}", soft_wrap=True)
    for language in ("en", "de"):
        console.print(escape(found.card.get(language, "")), soft_wrap=True)
    print_table(["", ""], [[name, escape(value)] for name, value in _about(found) if value])
    files = [
        [escape(one.name), _megabytes(one.bytes or 0), one.sha256 or "not published", _EVIDENCE[one.hash_evidence]]
        for one in found.files
    ]
    print_table(["file", "MB", "SHA-256", "evidence of it"], files)
    for file in found.files:
        if file.inputs or file.outputs:
            said = f"{file.name}: {'; '.join(file.inputs)} → {'; '.join(file.outputs)}"
            console.print(escape(said), soft_wrap=True)


def fetch(parts: Parts, packs: Sequence[str], *, trust_first: bool, as_json: bool) -> None:
    keeper = parts.open_packs()
    _each(lambda pack, tell: keeper.fetch(pack, trust_first=trust_first, tell=tell), packs, as_json=as_json)
    if not as_json:
        for one in packs:
            console.print(f"To carry it: models pack {escape(one)}")


def pack(parts: Parts, what: str, out: Path | None, files: Path | None, *, trust_first: bool, as_json: bool) -> None:
    with _progress(as_json=as_json) as tell:
        made = parts.open_packs().pack(what, out, files=files, trust_first=trust_first, tell=tell)
    if as_json:
        print_json({"archive": str(made), "bytes": made.stat().st_size})
    else:
        console.print(f"{escape(str(made))}: {_megabytes(made.stat().st_size)} MB", soft_wrap=True)
        console.print(f"On the other machine: models import {escape(made.name)}", soft_wrap=True)


def install(parts: Parts, archives: Sequence[Path], *, accept_unlisted: bool, as_json: bool) -> None:
    keeper = parts.open_packs()
    _each(
        lambda path, tell: keeper.install(path, accept_unlisted=accept_unlisted, tell=tell), archives, as_json=as_json
    )


def verify(parts: Parts, pack: str, *, as_json: bool) -> None:
    """Raises `PackError` (exit code 1) when one does not hold."""
    with _progress(as_json=as_json) as tell:
        checks = parts.open_packs().verify(pack, tell=tell)
    if as_json:
        print_json([_check_facts(one) for one in checks])
    else:
        marks = {True: "[green]ok[/]", False: "[red]no[/]", None: "  "}
        print_table(["", "", ""], ([marks[one.ok], escape(one.pack), escape(one.sentence)] for one in checks))
    wrong = [one.pack for one in checks if one.ok is False]
    if wrong:
        raise PackError(
            f"Not what they should be: {', '.join(wrong)}.", "They are not used. `models remove`, then import again."
        )


def remove(parts: Parts, pack: str, *, yes: bool, as_json: bool) -> None:
    keeper = parts.open_packs()
    found = keeper.show(pack)
    if not yes:
        if as_json or not sys.stdin.isatty():
            raise UsageError(f"Removing {pack} has to be confirmed.", "Say it with --yes.")
        if not typer.confirm(f"Remove {found.id} ({_megabytes(found.bytes)} MB) from this computer?"):
            raise typer.Exit(1)
    keeper.remove(pack)
    if as_json:
        print_json({"removed": pack})
    else:
        console.print(f"{escape(pack)} is removed.")


def pack_facts(found: PackInfo) -> dict[str, Any]:
    """One pack as it is printed for machines."""
    facts: dict[str, Any] = {name: getattr(found, name) for name in found.__slots__}
    files = [{name: getattr(one, name) for name in one.__slots__} for one in found.files]
    return facts | {"files": files, "card": dict(found.card), "thresholds": dict(found.thresholds)}


def _check_facts(check: PackCheck) -> dict[str, Any]:
    return {"pack": check.pack, "ok": check.ok, "sentence": check.sentence, "files": dict(check.files)}


def _each(work: Callable[[T, Tell], PackInfo], things: Sequence[T], *, as_json: bool) -> None:
    """One after the other; those that went well are told of even when a later one is refused."""
    done: list[PackInfo] = []
    try:
        with _progress(as_json=as_json) as tell:
            for one in things:
                done.append(work(one, tell))
    finally:
        if done:
            _say_installed(done, as_json=as_json)


def _say_installed(packs: Sequence[PackInfo], *, as_json: bool) -> None:
    if as_json:
        print_json([pack_facts(one) for one in packs])
        return
    for one in packs:
        console.print(f"[green]installed[/] {escape(one.id)} in {escape(one.folder)}", soft_wrap=True)
        if one.licence_flags:
            console.print(f"  Mind its licence: {escape(one.licence_weights)} ({', '.join(one.licence_flags)})")


def _about(found: PackInfo) -> list[tuple[str, str]]:
    thresholds = ", ".join(f"{name} {value:g}" for name, value in found.thresholds.items())
    calibrated = f"calibrated on {found.calibrated_on}" if found.calibrated_on else "uncalibrated starting values"
    return [
        ("for", f"{found.task}, {found.role}" + ("" if found.listed else "; not in the catalogue")),
        ("publisher", found.publisher),
        ("version", found.version),
        ("revision", found.revision),
        ("format", found.format),
        ("licence of the code", found.licence_code),
        ("licence of the weights", found.licence_weights),
        ("mind", ", ".join(found.licence_flags)),
        ("source", found.source),
        ("package", found.package),
        ("folder", found.folder if found.state is not PackState.MISSING else ""),
        ("size", f"{_megabytes(found.bytes)} MB" if found.bytes else ""),
        ("memory", f"about {_megabytes(found.memory_bytes)} MB" if found.memory_bytes else ""),
        ("preprocessing", found.preprocess),
        ("labels", ", ".join(found.labels)),
        ("thresholds", f"{thresholds} ({calibrated})" if thresholds else ""),
        ("provenance", found.provenance),
    ]


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f}" if size else ""


@contextmanager
def _progress(*, as_json: bool) -> Iterator[Tell]:
    """A bar on standard error where somebody looks at it."""
    if as_json or not errors.is_terminal:
        yield lambda _progress: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=errors, transient=True) as bar:
        shown: dict[tuple[str, str, str], TaskID] = {}

        def tell(said: PackProgress) -> None:
            key = (said.pack, said.doing, said.file)
            if key not in shown:  # one line: the file in hand
                for task in shown.values():
                    bar.remove_task(task)
                shown.clear()
                shown[key] = bar.add_task(escape(f"{said.doing} {said.file or said.pack}"), total=said.total)
            bar.update(shown[key], completed=said.done, total=said.total)

        yield tell
