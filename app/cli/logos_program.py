"""The commands below `logos`, and their options. Each is one call into `app.cli.logos`, imported when it is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.parts import Parts

__all__ = ["logos_program"]

Json = Annotated[bool, typer.Option("--json", help="Print for machines: JSON.")]
CaseFolder = Annotated[Path, typer.Argument(help="The case folder.", metavar="DIR")]


def logos_program(parts: Parts) -> typer.Typer:
    """The program with its subcommands, bound to these parts."""
    program = typer.Typer(
        help="The gallery of logos that a case looks for: logos DIR add NAME PICTURE…",
        no_args_is_help=True,
        rich_markup_mode=None,
    )

    @program.callback()
    def _group(context: typer.Context, case: CaseFolder) -> None:
        """The gallery of logos that a case looks for."""
        context.obj = case

    @program.command("add")
    def add_logo(
        context: typer.Context,
        name: Annotated[str, typer.Argument(help="What the pictures show.", metavar="NAME")],
        pictures: Annotated[list[Path], typer.Argument(help="One is enough.", metavar="PICTURE…")],
        as_json: Json = False,
    ) -> None:
        """Add reference pictures, and search what is already analysed for them."""
        from app.cli import logos

        logos.add(parts, context.obj, name, pictures, as_json=as_json)

    @program.command("list")
    def list_logos(
        context: typer.Context,
        removed: Annotated[bool, typer.Option("--removed", help="Those that were removed, too.")] = False,
        as_json: Json = False,
    ) -> None:
        """What is in the gallery: who added it and when, and how often it was found."""
        from app.cli import logos

        logos.list_references(context.obj, removed=removed, as_json=as_json)

    @program.command("remove")
    def remove_logo(
        context: typer.Context,
        name: Annotated[str, typer.Argument(help="As the list has it.", metavar="NAME")],
        as_json: Json = False,
    ) -> None:
        """Take a logo out of the gallery, with its findings that nobody has decided about."""
        from app.cli import logos

        logos.remove(context.obj, name, as_json=as_json)

    @program.command("search")
    def search_logos(context: typer.Context, as_json: Json = False) -> None:
        """Go on with a search that was stopped."""
        from app.cli import logos

        logos.search(parts, context.obj, as_json=as_json)

    return program
