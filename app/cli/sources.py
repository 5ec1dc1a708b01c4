"""`sources …`: what people know of each source of a case; listed, stated, and how it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.parameters import CaseFolder, Json

if TYPE_CHECKING:
    from pathlib import Path

    from core.case.sources import KnownSource

__all__ = ["sources_program"]

Source = Annotated[str, typer.Argument(help="Its number, label, exhibit number or folder.", metavar="SOURCE")]
Fact = str | None


def sources_program() -> typer.Typer:
    program = typer.Typer(
        help="What is known of each source of a case.\n\nLike: sources DIR list, sources DIR set SOURCE --exhibit …",
        no_args_is_help=True,
        rich_markup_mode=None,
    )

    @program.callback()
    def _group(context: typer.Context, case: CaseFolder) -> None:
        """What is known of each source of a case."""
        context.obj = case

    @program.command("list")
    def list_sources(context: typer.Context, as_json: Json = False) -> None:
        """Every source with what is stated of it, and what is not."""
        _list(context.obj, as_json=as_json)

    @program.command("history")
    def history_of(context: typer.Context, source: Source, as_json: Json = False) -> None:
        """Who stated what of a source and when, the newest first."""
        _history(context.obj, source, as_json=as_json)

    _add_set(program)
    return program


def _add_set(program: typer.Typer) -> None:
    @program.command("set")
    def set_facts(
        context: typer.Context,
        source: Source,
        *,
        label: Annotated[Fact, typer.Option(help="What you call it; shown in place of its folder.")] = None,
        exhibit: Annotated[Fact, typer.Option(help="The exhibit number.")] = None,
        description: Annotated[Fact, typer.Option(help="What it is, in words.")] = None,
        device: Annotated[
            Fact, typer.Option(help="phone, tablet, computer, disk, usb-stick, memory-card, camera, …")
        ] = None,
        serial: Annotated[Fact, typer.Option(help="The serial number.")] = None,
        seized_at: Annotated[Fact, typer.Option(help="Day of the seizure: 2026-11-20, or with time.")] = None,
        seized_place: Annotated[Fact, typer.Option(help="Where it was seized.")] = None,
        seized_by: Annotated[Fact, typer.Option(help="Who seized it.")] = None,
        acquired_with: Annotated[Fact, typer.Option(help="Tool and version that made the copy.")] = None,
        image_type: Annotated[Fact, typer.Option(help="What the copy is: E01, raw, folder, …")] = None,
        write_blocker: Annotated[Fact, typer.Option(help="Make and model; none: none was used; unknown.")] = None,
        time_zone: Annotated[Fact, typer.Option(help="Zone of the device's clock, like Europe/Berlin.")] = None,
        clock_offset: Annotated[
            Fact, typer.Option(help="How far its clock was ahead: +0:05:30, -0:00:12, or seconds.")
        ] = None,
        notes: Annotated[Fact, typer.Option(help="Anything else.")] = None,
        as_json: Json = False,
    ) -> None:
        """State facts of a source. Only what is named changes; an empty value takes a fact back."""
        given = {
            "label": label, "exhibit": exhibit, "description": description, "device": device, "serial": serial,
            "seized_at": seized_at, "seized_place": seized_place, "seized_by": seized_by,
            "acquired_with": acquired_with, "image_type": image_type, "write_blocker": write_blocker,
            "time_zone": time_zone, "clock_offset": clock_offset, "notes": notes,
        }  # fmt: skip
        _set(context.obj, source, {name: value for name, value in given.items() if value is not None}, as_json=as_json)


def _set(folder: Path, source: str, values: dict[str, str], *, as_json: bool) -> None:
    """Raises `UsageError` when nothing is named, the source is not there, or a value cannot be."""
    from rich.markup import escape

    from app.cli.output import console, print_json
    from core.case import sources
    from core.case.case import Case
    from core.errors import UsageError

    if not values:
        raise UsageError("Nothing to state.", "Name at least one fact, like --exhibit 3.1; `--help` shows them all.")
    with Case.open(folder) as case:
        with case.reading() as connection:
            number = _chosen(sources.known(connection), source).id
        change = sources.describe(case, number, dict(values))
        with case.reading() as connection:
            one = next(one for one in sources.known(connection) if one.id == number)
    changed = [{"field": fact.field, "old": fact.old, "new": fact.new} for fact in change.facts]
    if as_json:
        print_json({"act": change.act or None, "changed": changed, **_plain(one)})
        return
    if not changed:
        console.print(f"All of that is stated of source {number} already; nothing was changed.")
    for fact in changed:
        old, new = (escape(fact[key]) or "not stated" for key in ("old", "new"))
        console.print(f"{fact['field']}: {old} → {new}", soft_wrap=True)


def _list(folder: Path, *, as_json: bool) -> None:
    from rich.markup import escape

    from app.cli.output import console, print_json, print_table
    from core.case import sources
    from core.case.case import Case

    with Case.open(folder, readonly=True) as case, case.reading() as connection:
        known = sources.known(connection)
    if as_json:
        print_json([_plain(one) for one in known])
        return
    if not known:
        console.print("The case has no source yet. Add one: analyze SOURCE --case DIR")
    for one in known:
        print_table(["", ""], [(name, escape(said)) for name, said in _told(one)], title=f"Source {one.id}")


def _told(one: KnownSource) -> list[tuple[str, str]]:
    """What is stated, and plainly what is not where that matters for reading the evidence."""
    from core.provenance import FIELDS, NO_BLOCKER, clock_text

    stated: dict[str, str] = {name: str(value) for name, value in one.provenance.stated().items()}
    offset = one.provenance.clock_offset
    stated["write_blocker"] = {"": "unknown: nobody has stated whether one was used", NO_BLOCKER: "none was used"}.get(
        one.provenance.write_blocker, one.provenance.write_blocker
    )
    stated.setdefault("time_zone", "unknown")
    stated["clock_offset"] = "unknown" if offset is None else f"{clock_text(offset)} (h:mm:ss ahead of the true time)"
    missing = [name for name in FIELDS if name not in stated]
    lines = [("folder", one.path), *((name, stated[name]) for name in FIELDS if name in stated)]
    return [*lines, ("not stated", ", ".join(missing))] if missing else lines


def _history(folder: Path, source: str, *, as_json: bool) -> None:
    from rich.markup import escape

    from app.cli.output import console, print_json, print_table
    from core.case import sources
    from core.case.case import Case

    with Case.open(folder, readonly=True) as case, case.reading() as connection:
        entries = sources.history(connection, _chosen(sources.known(connection), source).id)
    if as_json:
        names = ("field", "old", "new", "kind", "actor", "at")
        print_json([{name: getattr(one, name) for name in names} for one in entries])
    elif not entries:
        console.print("Nobody has stated anything of this source yet.")
    else:
        rows = [(one.at, *map(escape, (one.actor, one.kind, one.field, one.old, one.new))) for one in entries]
        print_table(["at", "by", "", "fact", "before", "after"], rows)


def _plain(one: KnownSource) -> dict[str, Any]:
    names = ("id", "kind", "path", "added", "listed", "copies", "bytes")
    return {**{name: getattr(one, name) for name in names}, "facts": one.provenance.stated()}


def _chosen(known: list[KnownSource], wanted: str) -> KnownSource:
    """The one source that is meant. Raises `UsageError` when none is, or several are."""
    from core.errors import UsageError

    numbered = [one for one in known if str(one.id) == wanted]
    word = wanted.casefold().rstrip("/\\")
    named = [
        one
        for one in known
        if word
        and (
            word in (one.provenance.label.casefold(), one.provenance.exhibit.casefold())
            or ("/" + one.path.replace("\\", "/").casefold()).endswith("/" + word.replace("\\", "/"))
        )
    ]
    found = numbered or named
    if len(found) == 1:
        return found[0]
    told = f"{len(found)} sources are called {wanted!r}." if found else f"This case has no source {wanted!r}."
    raise UsageError(told, "Name it by its number; `sources DIR list` shows them.")
