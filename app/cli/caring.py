"""`case …`, `models list`, `doctor`: looking after cases and the installation."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil
from rich.markup import escape

from app.cli.output import console, print_json, print_table
from app.cli.packs import pack_facts, print_packs
from app.parts import Check, Parts
from core.case import checks, leftovers, sources
from core.case.case import Case
from core.case.database import writable
from core.case.runs import Runs
from core.errors import CaseDamaged
from core.report import halves
from core.settings import RunSettings

__all__ = ["backup", "check", "doctor", "hash_list", "hash_lists", "info", "list_models", "new", "restore"]


def new(folder: Path, facts: Mapping[str, str], *, as_json: bool) -> None:
    with Case.create(folder, **{key: value for key, value in facts.items() if value}) as case:
        stored = case.facts()
    if as_json:
        print_json({"case": str(folder), **stored})
    else:
        console.print(f"Case {escape(stored['name'])} is in {escape(str(folder))}.", soft_wrap=True)
        console.print(f"Next: analyze SOURCE --case {escape(str(folder))}", soft_wrap=True)


def hash_list(folder: Path, file: Path, name: str, *, as_json: bool) -> None:
    from core.case import hash_lists

    with Case.open(folder) as case:
        found, change = hash_lists.apply(case, file, name)
    told = {"tag": change.label.value, "hashes": found.hashes, "contents": len(found.ids), "sha256": found.sha256}
    if as_json:
        print_json(told)
        return
    console.print(
        f"{told['contents']} contents of the case are among the {told['hashes']} hashes; they are tagged"
        f" “{escape(str(told['tag']))}”. What later runs find is looked up in this list, too.",
        soft_wrap=True,
    )


def hash_lists(folder: Path, forget: int | None, *, as_json: bool) -> None:
    """The lists of the case, after one of them was forgotten where that is asked for."""
    from core.case import hash_lists as lists

    with Case.open(folder, readonly=forget is None) as case:
        if forget is not None:
            lists.forget(case, forget)
        with case.reading() as connection:
            known = lists.known_lists(connection)
    if as_json:
        names = ("id", "tag", "file", "hashes", "sha256", "actor", "added")
        print_json([{name: getattr(one, name) for name in names} for one in known])
        return
    rows = [[str(one.id), escape(one.tag), str(one.hashes), escape(one.file), one.added[:10]] for one in known]
    print_table(["id", "tag", "hashes", "file", "read"], rows, title="Hash lists")


def info(folder: Path, *, as_json: bool) -> None:
    with Case.open(folder) as case:
        runs = Runs(case)
        known: dict[str, Any] = {
            "facts": case.facts(),
            "sources": _sources(case),
            "last_run": runs.last(),
            "backups": [path.name for path in case.backups()],
            "bytes": case.size(),
            "audit": {"seq": case.audit.head().seq, "sha256": case.audit.head().sha256},
        }
    if as_json:
        print_json(known)
        return
    print_table(["", ""], known["facts"].items(), title="Case")
    rows = [
        (source["id"], escape(source["facts"].get("exhibit", "")), escape(source["facts"].get("label", "")),
         escape(source["path"]))
        for source in known["sources"]
    ]  # fmt: skip
    print_table(["id", "exhibit", "label", "folder"], rows, title="Sources")
    if known["last_run"]:
        console.print(f"Last run: {known['last_run']['id']}, {known['last_run']['state']}")
    console.print(f"Audit trail: {known['audit']['seq']} lines, head {known['audit']['sha256']}")
    console.print(f"Backups: {', '.join(known['backups']) or 'none'}")
    print_table(["part", "MB"], ((part, f"{size / 1e6:.1f}") for part, size in sorted(known["bytes"].items())))


def _sources(case: Case) -> list[dict[str, Any]]:
    with case.reading() as connection:
        return [{"id": one.id, "path": one.path, "facts": one.provenance.stated()} for one in sources.known(connection)]


def backup(folder: Path, *, as_json: bool) -> None:
    from core.case import backup_lists

    with Case.open(folder) as case:
        made = case.backup()
        missing = backup_lists.lacking(made)
    if as_json:
        print_json({"backup": str(made), "bytes": made.stat().st_size, "lists_missing": missing})
        return
    console.print(f"Backup: {escape(str(made))}")
    console.print("It holds the database and the hash lists. Thumbnails, reports and the audit trail are not in it.")
    if missing:
        console.print(f"[yellow]The hashes of {escape(', '.join(missing))} are missing in the case, so here, too.[/]")


def restore(folder: Path, chosen: Path, *, as_json: bool) -> None:
    from core.case import hash_lists as lists
    from core.case import list_watch

    with Case.to_restore(folder) as case:
        path = chosen if chosen.is_file() else folder / "backups" / chosen.name
        before = case.restore(path)
        with case.reading() as connection:
            missing = list_watch.check_lists(folder, lists.known_lists(connection))
    if as_json:
        print_json({"restored": str(path), "before": str(before or ""), "lists_missing": missing})
        return
    kept = f" The state before is kept as {escape(before.name)}." if before else ""
    console.print(f"Restored {escape(path.name)}.{kept}")
    if missing:
        console.print(f"[yellow]The hashes of {escape(', '.join(missing))} are missing; read these lists again.[/]")


def check(folder: Path, *, as_json: bool) -> None:
    """Raises `CaseDamaged` (exit code 1) when something does not hold. Nothing of the case is changed; halves of files
    that killed processes have left are removed."""
    with Case.open(folder, readonly=True, upgrade=False) as case:
        results = checks.check(case)
        cleared = _cleared(case)
    if cleared:
        told = f"{cleared} unfinished files and reports of processes that were killed were removed."
        results.append(checks.CheckResult("leftovers", True, told))
    if as_json:
        print_json([{"name": result.name, "ok": result.ok, "sentence": result.sentence} for result in results])
    else:
        _print_checks([Check(result.name, result.ok, result.sentence) for result in results])
    failed = {result.name for result in results if not result.ok}
    if failed == {"record"}:
        raise CaseDamaged(
            "The database and the audit trail do not agree.",
            "Keep the case folder as it is. A report or a backup that was kept elsewhere shows which was changed.",
        )
    if failed == {"schema"}:
        raise CaseDamaged(
            "The database of the case is not what its schema says.",
            "Go back with `case restore` to a backup that was made before; keep the damaged folder.",
        )
    if failed:
        raise CaseDamaged("The case is damaged.", "Restore a backup with `case restore`, and keep the damaged folder.")


def _cleared(case: Case) -> int:
    """Also beside reports that were begun elsewhere, as far as the audit trail says where."""
    if not writable(case.folder):
        return 0
    places = {case.folder / "reports", *map(Path, case.audit.folders_of_reports())}
    return leftovers.clear(case.folder) + sum(halves.sweep(place) for place in sorted(places))


def list_models(parts: Parts, *, as_json: bool) -> None:
    backend = parts.open_backend(RunSettings(workers=1))
    try:
        analyzers = backend.describe()
    finally:
        backend.close()
    packs = parts.open_packs().known()
    if as_json:
        print_json(
            [
                {
                    "analyzer": info.name,
                    "version": info.version,
                    "title": info.title,
                    "accepts": sorted(info.accepts),
                    "labels": list(info.labels),
                    "options": dict(info.options),
                    "settings": dict(info.settings),
                    "missing": info.missing,
                    "limits": info.limits,
                    "models": [{name: getattr(model, name) for name in model.__slots__} for model in info.models],
                    "packs": [pack_facts(pack) for pack in packs if pack.task == info.name],
                }
                for info in analyzers
            ]
        )
        return
    for info in analyzers:
        state = f"[red]cannot run: {escape(info.missing)}[/]" if info.missing else "[green]ready[/]"
        console.print(f"[bold]{info.name}[/] {info.version}: {escape(info.title)}. {state}")
        for model in info.models:
            size = f", {model.bytes / 1e6:.1f} MB" if model.bytes else ""
            console.print(
                f"  {escape(model.name)} {escape(model.version)}, {escape(model.licence)}{size}", soft_wrap=True
            )
            if model.sha256:
                console.print(f"    SHA-256 {model.sha256}", soft_wrap=True)
        console.print()
    print_packs(packs)


def doctor(parts: Parts, *, as_json: bool) -> None:
    checks = [*_machine(), *_libraries(), *parts.examine()]
    if as_json:
        print_json([{"name": one.name, "ok": one.ok, "sentence": one.sentence} for one in checks])
    else:
        _print_checks(checks)


def _machine() -> list[Check]:
    memory = psutil.virtual_memory()
    free = shutil.disk_usage(Path.cwd()).free
    python = ".".join(map(str, sys.version_info[:3]))
    return [
        Check("system", None, f"{platform.platform()}, {psutil.cpu_count() or 1} cores"),
        Check("python", sys.version_info >= (3, 11), f"Python {python}"),
        Check(
            "memory",
            memory.total >= 6e9,
            f"{memory.total / 1e9:.0f} GB, {memory.available / 1e9:.0f} GB free"
            + ("" if memory.total >= 6e9 else "; large pictures may not fit, use --workers 1"),
        ),
        Check("disk", free >= 5e9, f"{free / 1e9:.0f} GB free where you are"),
    ]


def _libraries() -> list[Check]:
    checks = []
    for name in ("av", "pillow", "pillow-heif", "opencv-python-headless", "SQLAlchemy", "reportlab", "cryptography"):
        try:
            checks.append(Check(name, True, importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            checks.append(Check(name, False, "is not installed; run the set-up again"))
    return checks


def _print_checks(checks: Sequence[Check]) -> None:
    marks = {True: "[green]ok[/]", False: "[red]no[/]", None: "  "}
    print_table(["", "", ""], ((marks[one.ok], escape(one.name), escape(one.sentence)) for one in checks))
