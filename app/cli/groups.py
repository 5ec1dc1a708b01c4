"""Commands with commands below them: `case`, `models`, `faces`, `logos`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.parameters import CaseFolder, Json, Workers
from app.parts import Parts

__all__ = ["case_program", "faces_program", "logos_program", "models_program"]


def case_program() -> typer.Typer:
    program = typer.Typer(help="Make, look after and check cases.", no_args_is_help=True, rich_markup_mode=None)

    @program.command()
    def new(
        case: CaseFolder,
        name: Annotated[str, typer.Option(help="What the case is called.")] = "",
        number: Annotated[str, typer.Option(help="The file number.")] = "",
        exhibit: Annotated[str, typer.Option(help="The exhibit.")] = "",
        agency: Annotated[str, typer.Option(help="Whose case it is.")] = "",
        examiner: Annotated[str, typer.Option(help="Who examines.")] = "",
        requester: Annotated[str, typer.Option(help="Who asked for it.")] = "",
        authority: Annotated[str, typer.Option(help="The order or warrant.")] = "",
        as_json: Json = False,
    ) -> None:
        """Make an empty case."""
        facts = {
            "name": name,
            "number": number,
            "exhibit": exhibit,
            "agency": agency,
            "examiner": examiner,
            "requester": requester,
            "authority": authority,
        }
        from app.cli import caring

        caring.new(case, facts, as_json=as_json)

    @program.command()
    def info(case: CaseFolder, as_json: Json = False) -> None:
        """What the case says of itself: facts, sources, backups, sizes."""
        from app.cli import caring

        caring.info(case, as_json=as_json)

    _add_hash_lists(program)
    _add_case_care(program)
    return program


def _add_hash_lists(program: typer.Typer) -> None:
    @program.command(name="hash-list")
    def hash_list(
        case: CaseFolder,
        file: Annotated[
            Path, typer.Argument(help="Text with MD5, SHA-1 or SHA-256 in its lines: CSV, NSRL, …", metavar="FILE")
        ],
        name: Annotated[str, typer.Option(help="What the list is called; its file name without this.")] = "",
        as_json: Json = False,
    ) -> None:
        """Tag the contents that a list of hashes holds.

        Those of later runs as well. Nothing is graded by that.
        """
        from app.cli import caring

        caring.hash_list(case, file, name, as_json=as_json)

    @program.command(name="hash-lists")
    def hash_lists(
        case: CaseFolder,
        forget: Annotated[int | None, typer.Option(help="Look nothing up in this list any more (its id).")] = None,
        as_json: Json = False,
    ) -> None:
        """The hash lists that new contents are looked up in."""
        from app.cli import caring

        caring.hash_lists(case, forget, as_json=as_json)


def _add_case_care(program: typer.Typer) -> None:
    @program.command()
    def backup(case: CaseFolder, as_json: Json = False) -> None:
        """Copy database and hash lists into backups/.

        The copy is consistent also while a run goes on; the newest twenty are kept.
        """
        from app.cli import caring

        caring.backup(case, as_json=as_json)

    @program.command()
    def restore(
        case: CaseFolder,
        backup_file: Annotated[Path, typer.Argument(help="A file in backups/.", metavar="BACKUP")],
        as_json: Json = False,
    ) -> None:
        """Go back to a backup. What is there now is kept, and the audit trail records it."""
        from app.cli import caring

        caring.restore(case, backup_file, as_json=as_json)

    @program.command()
    def check(case: CaseFolder, as_json: Json = False) -> None:
        """Look for damage, without changing anything.

        In the database, its references, the audit trail, the thumbnails and the hash lists.
        """
        from app.cli import caring

        caring.check(case, as_json=as_json)


Pack = Annotated[str, typer.Argument(help="The id of a pack, as `models list` shows it.", metavar="PACK")]


def _add_bringing(program: typer.Typer, parts: Parts) -> None:
    """What brings a pack here: look it up, fetch it, carry it, take it in."""

    @program.command()
    def show(pack: Pack, as_json: Json = False) -> None:
        """All about one pack: what it finds, licence, source, files."""
        from app.cli import packs

        packs.show(parts, pack, as_json=as_json)

    @program.command()
    def fetch(
        pack: Annotated[list[str], typer.Argument(help="Ids of packs.", metavar="PACK…")],
        trust_first: Annotated[
            bool, typer.Option("--trust-first", help="Take files whose SHA-256 nobody has published.")
        ] = False,
        as_json: Json = False,
    ) -> None:
        """Download packs, check and install them. The only command that goes online; goes on where it was."""
        from app.cli import packs

        packs.fetch(parts, pack, trust_first=trust_first, as_json=as_json)

    @program.command()
    def pack(
        what: Annotated[
            str, typer.Argument(help="A pack's id, or a folder with detector.json.", metavar="PACK|FOLDER")
        ],
        out: Annotated[Path | None, typer.Option("--out", help="The archive to write, or its folder.")] = None,
        files: Annotated[Path | None, typer.Option("--files", help="Take its files from here.")] = None,
        trust_first: Annotated[
            bool, typer.Option("--trust-first", help="Take files whose SHA-256 nobody has published.")
        ] = False,
        as_json: Json = False,
    ) -> None:
        """Make one archive for carrying to the machine without a network."""
        from app.cli import packs

        packs.pack(parts, what, out, files, trust_first=trust_first, as_json=as_json)

    @program.command("import")
    def import_(
        archive: Annotated[list[Path], typer.Argument(help="Archives, or a lab's folder.", metavar="FILE…")],
        accept_unlisted: Annotated[
            bool, typer.Option("--accept-unlisted", help="Take packs that the catalogue does not know.")
        ] = False,
        as_json: Json = False,
    ) -> None:
        """Check carried packs, try them out, and install them."""
        from app.cli import packs

        packs.install(parts, archive, accept_unlisted=accept_unlisted, as_json=as_json)


def _add_keeping(program: typer.Typer, parts: Parts) -> None:
    """What is done with packs that are here."""

    @program.command()
    def verify(
        pack: Annotated[str, typer.Argument(help="Only this one.", metavar="PACK")] = "", as_json: Json = False
    ) -> None:
        """Read all weights in full and compare their SHA-256.

        The exit code is 1 when one does not hold.
        """
        from app.cli import packs

        packs.verify(parts, pack, as_json=as_json)

    @program.command()
    def remove(
        pack: Pack,
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
        as_json: Json = False,
    ) -> None:
        """Take an installed pack away."""
        from app.cli import packs

        packs.remove(parts, pack, yes=yes, as_json=as_json)


def faces_program(parts: Parts) -> typer.Typer:
    program = typer.Typer(
        help="How alike faces are: candidates, never identities.", no_args_is_help=True, rich_markup_mode=None
    )

    @program.command()
    def compare(
        pictures: Annotated[list[Path] | None, typer.Argument(help="Two pictures.", metavar="A B")] = None,
        pairs: Annotated[Path | None, typer.Option("--pairs", help="A CSV file with the columns a and b.")] = None,
        engine: Annotated[str, typer.Option(help="auto, dlib, yunet-sface, yunet-auraface, insightface-…")] = "auto",
        threshold: Annotated[
            float | None, typer.Option(min=-1, max=1, help="Similarity that counts as the same.")
        ] = None,
        workers: Workers = None,
        as_json: Json = False,
    ) -> None:
        """Compare the best faces of two pictures, or of many pairs.

        A pair of which one has no face says so.
        """
        from app.cli import faces

        faces.compare(
            parts, pictures or [], pairs, engine=engine, threshold=threshold, workers=workers, as_json=as_json
        )

    @program.command()
    def like(
        case: CaseFolder,
        finding: Annotated[int, typer.Argument(help="The number of a finding of faces.", metavar="FINDING")],
        threshold: Annotated[float | None, typer.Option(help="Similarity from which a face is shown.")] = None,
        limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
        as_json: Json = False,
    ) -> None:
        """List the faces of a case that resemble one of them."""
        from app.cli import faces

        faces.like(case, finding, threshold=threshold, limit=limit, as_json=as_json)

    return program


def models_program(parts: Parts) -> typer.Typer:
    program = typer.Typer(help="Models and their weights.", no_args_is_help=True, rich_markup_mode=None)

    @program.callback()
    def _group() -> None:
        """Models and their weights."""

    @program.command("list")
    def list_models(
        packs: Annotated[bool, typer.Option("--packs", help="Only the packs, one a line.")] = False,
        as_json: Json = False,
    ) -> None:
        """Every analyzer with its models, then all packs.

        With SHA-256 and licence, and what is missing.
        """
        from app.cli import caring
        from app.cli import packs as keeping

        if packs:
            keeping.list_packs(parts, as_json=as_json)
        else:
            caring.list_models(parts, as_json=as_json)

    _add_bringing(program, parts)
    _add_keeping(program, parts)
    return program


def logos_program(parts: Parts) -> typer.Typer:
    program = typer.Typer(
        help="The gallery of logos that a case looks for.\n\nLike: logos DIR add NAME PICTURE…",
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
        """Add reference pictures and look for them in the case at once."""
        from app.cli import logos

        logos.add(parts, context.obj, name, pictures, as_json=as_json)

    @program.command("list")
    def list_logos(
        context: typer.Context,
        removed: Annotated[bool, typer.Option("--removed", help="Those that were removed, too.")] = False,
        as_json: Json = False,
    ) -> None:
        """What is in the gallery, since when, and how often it was found."""
        from app.cli import logos

        logos.list_references(context.obj, removed=removed, as_json=as_json)

    @program.command("remove")
    def remove_logo(
        context: typer.Context,
        name: Annotated[str, typer.Argument(help="As the list has it.", metavar="NAME")],
        as_json: Json = False,
    ) -> None:
        """Take a logo and its findings away.

        Findings that somebody has decided about stay.
        """
        from app.cli import logos

        logos.remove(parts, context.obj, name, as_json=as_json)

    @program.command("search")
    def search_logos(context: typer.Context, as_json: Json = False) -> None:
        """Go on with a search that was stopped."""
        from app.cli import logos

        logos.search(parts, context.obj, as_json=as_json)

    return program
