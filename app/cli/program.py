"""The commands, their options and exit codes. Each command is a few lines over the core, imported when it is called.

Exit codes: 0 done (files that failed are no failure of the run), 1 could not do it, 2 wrong use, 3 stopped and
resumable, 4 verification failed.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.called import PROGRAM, as_called
from app.cli.groups import case_program, faces_program, logos_program, models_program
from app.cli.output import complain, spell_out_the_unknown
from app.cli.parameters import DEVICES, CaseFolder, Json, OnDevice, Workers, one_of
from app.cli.sources import sources_program
from app.parts import Parts
from core.errors import AsservatError
from core.settings import RunSettings

__all__ = ["make_program", "run_command"]


_INTERRUPTED = 130
"""What the library makes of Ctrl-C; for us that is *stopped*, as if the run had been asked."""


def run_command(arguments: Sequence[str], parts: Parts) -> int:
    """Run one command and return its exit code; errors are said, not raised."""
    debug = "--debug" in arguments or bool(os.environ.get("ASSERVAT_DEBUG"))
    spell_out_the_unknown()
    rest = _with_desk([argument for argument in arguments if argument != "--debug"])
    try:
        make_program(parts)(args=rest, prog_name=PROGRAM)
    except SystemExit as error:  # how the library says that a command has ended, or was called wrongly (2)
        code = error.code if isinstance(error.code, int) else 1
        return 3 if code == _INTERRUPTED else code
    except AsservatError as error:
        complain(error, debug=debug, as_json="--json" in rest)
        return error.exit_code
    except KeyboardInterrupt:
        return 3
    except (OSError, MemoryError) as error:
        complain(_of_the_system(error) or error, debug=debug, as_json="--json" in rest)
        return 1
    except Exception as error:  # noqa: BLE001 - the last line: a person gets a sentence, --debug the traceback
        complain(error, debug=debug, as_json="--json" in rest)
        return 1
    return 0


def _of_the_system(error: OSError | MemoryError) -> AsservatError | None:
    """What is no mistake of ours: a limit of the computer or of the account."""
    if isinstance(error, MemoryError) or error.errno == errno.ENOMEM:
        told = "The computer has no memory left for this program."
    elif error.errno in (errno.EMFILE, errno.ENFILE):
        told = "The system gives this program no more open files."
    elif error.errno == errno.EAGAIN:
        told = "The system gives this program no more processes."
    else:
        return None
    return AsservatError(told, "Close other programs or raise the limit, then do it again; nothing stored is lost.")


def _with_desk(arguments: list[str]) -> list[str]:
    """No arguments open the desk, and so does nothing but a folder; whether a case lies in it, the desk says."""
    if not arguments or (len(arguments) == 1 and _is_path(arguments[0])):
        return ["desk", *arguments]
    return arguments


def _is_path(argument: str) -> bool:
    """No command has a separator in its name; a folder that is called like a command is asked for as ./NAME."""
    return any(sign in argument for sign in (os.sep, os.altsep) if sign) or (Path(argument) / "case.db").is_file()


_EPILOG = """\b
First steps:
  main.py analyze /evidence/phone --case /cases/4711
  main.py findings /cases/4711 --analyzer nsfw --min-score 0.6
  main.py report /cases/4711 --out /reports/4711 --language de
\b
Exit codes: 0 done; 1 it could not be done; 2 wrong use; 3 stopped, resume
goes on; 4 a report does not verify. --debug anywhere shows the traceback.
"""
"""`\b`: the lines of the paragraph stay as they are."""


def make_program(parts: Parts) -> Callable[..., object]:
    """The whole command line, bound to these parts."""
    program = typer.Typer(
        help="Offline analysis of seized media: find, decide, report.",
        epilog=as_called(_EPILOG),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    _add_desk(program, parts)
    _add_running(program, parts)
    _add_listening(program, parts)
    _add_asking(program)
    _add_similar(program, parts)
    _add_calibrate(program, parts)
    _add_reporting(program)
    _add_machine(program, parts)
    program.add_typer(case_program(), name="case")
    program.add_typer(sources_program(), name="sources")
    program.add_typer(models_program(parts), name="models")
    program.add_typer(faces_program(parts), name="faces")
    program.add_typer(logos_program(parts), name="logos")
    return typer.main.get_command(program)


def _add_machine(program: typer.Typer, parts: Parts) -> None:
    @program.command()
    def doctor(as_json: Json = False) -> None:
        """Tell what is installed, what is missing, what that means."""
        from app.cli import caring

        caring.doctor(parts, as_json=as_json)

    @program.command()
    def bench(
        device: OnDevice = "auto",
        precision: Annotated[str, typer.Option(help="strict or fast.")] = "strict",
        workers: Workers = None,
        analyzers: Annotated[
            str, typer.Option("--analyzers", help="Which, separated by commas; all: every one that can run here.")
        ] = "all",
        seconds: Annotated[float, typer.Option(min=0.1, max=60, help="How long to measure each row.")] = 3.0,
        as_json: Json = False,
    ) -> None:
        """Measure how fast the analyzers are on this machine.

        Each against the bare calls of its models; takes some minutes.
        """
        from app.cli import benching

        settings = RunSettings.model_validate(
            {
                "analyzers": _names(analyzers),
                "precision": one_of("precision", precision, ("strict", "fast")),
                "device": one_of("device", device, DEVICES),
                **({"workers": workers} if workers else {}),
            }
        )
        benching.bench(parts, settings, seconds, as_json=as_json)


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(",") if name.strip())


def _add_desk(program: typer.Typer, parts: Parts) -> None:
    @program.command()
    def desk(
        case: Annotated[Path | None, typer.Argument(help="A case folder to open.", metavar="DIR")] = None,
        view: Annotated[str, typer.Option(help="The view to begin with, like grid, table or settings.")] = "",
        screenshot: Annotated[Path | None, typer.Option(help="Render the view into this PNG file and end.")] = None,
        language: Annotated[str, typer.Option(help="de or en; default: as set.")] = "",
        theme: Annotated[str, typer.Option(help="dark, light or system; default: as set.")] = "",
        size: Annotated[str, typer.Option(help="Size of the window.")] = "1366x768",
        scale: Annotated[float | None, typer.Option(min=0.8, max=2.0, help="Size of the text.")] = None,
    ) -> None:
        """Open the windows. So does no command at all, and a case folder in its place."""
        from app.cli import desk as windows

        tongue: Literal["", "en", "de"] = one_of("language", language, ("", "en", "de"))
        look: Literal["", "dark", "light", "system"] = one_of("theme", theme, ("", "dark", "light", "system"))
        code = windows.desk(
            parts, case, view=view, screenshot=screenshot, language=tongue, theme=look or None, size=size, scale=scale
        )
        raise typer.Exit(code)


def _add_running(program: typer.Typer, parts: Parts) -> None:
    @program.command()
    def analyze(
        sources: Annotated[
            list[Path], typer.Argument(help="Folders with evidence; only ever read.", metavar="SOURCE…")
        ],
        case: Annotated[Path, typer.Option("--case", help="The case folder; made when it is not there.")],
        analyzers: Annotated[
            str, typer.Option("--analyzers", help="Which, separated by commas; all: every one there is.")
        ] = "nsfw,ocr",
        workers: Workers = None,
        precision: Annotated[str, typer.Option(help="strict: for evidence. fast: for triage, marked.")] = "strict",
        device: OnDevice = "auto",
        option: Annotated[list[str] | None, typer.Option("--option", help="Like ocr.gate=false; repeatable.")] = None,
        retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try failed files again.")] = False,
        as_json: Json = False,
    ) -> None:
        """Make or continue a case: analyse what has no outcome yet.

        Files are listed, hashed and decoded on the way; files that ended as failed stay so without --retry-failed.
        """
        from app.cli import analyse as runs

        settings = RunSettings.model_validate(
            {
                "analyzers": _names(analyzers),
                "options": runs.parse_options(option or []),
                "precision": one_of("precision", precision, ("strict", "fast")),
                "device": one_of("device", device, DEVICES),
                "retry_failed": retry_failed,
                **({"workers": workers} if workers else {}),
                "extra_decoders": tuple(filter(None, os.environ.get("ASSERVAT_DECODERS", "").split(","))),
            }
        )
        runs.analyse(parts, sources, case, settings, as_json=as_json)

    @program.command()
    def resume(
        case: CaseFolder,
        workers: Workers = None,
        device: Annotated[
            str | None, typer.Option("--device", help="Where models run from now on; default: as before.")
        ] = None,
        retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try failed files again.")] = False,
        retry_code: Annotated[
            list[str] | None, typer.Option("--retry-code", help="Only what ended with this code; repeatable.")
        ] = None,
        retry_item: Annotated[
            list[str] | None, typer.Option("--retry-item", help="Only the content with this SHA-256; repeatable.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Go on where the newest run was stopped or killed."""
        from app.cli import analyse as runs

        changes = runs.retried(retry_code or (), retry_item or (), failed=retry_failed)
        if workers is not None:
            changes["workers"] = workers
        if device is not None:
            changes["device"] = one_of("device", device, DEVICES)
        runs.resume(parts, case, changes, as_json=as_json)


def _add_listening(program: typer.Typer, parts: Parts) -> None:
    @program.command()
    def transcribe(
        file: Annotated[Path, typer.Argument(help="A recording or a film; only ever read.", metavar="FILE")],
        model: Annotated[str, typer.Option(help="A Whisper pack; auto: the best one here; none: no text.")] = "auto",
        mode: Annotated[str, typer.Option(help="evidential: careful. triage: fast.")] = "evidential",
        language: Annotated[str, typer.Option(help="As a code, like de; default: told by listening.")] = "",
        translate: Annotated[bool, typer.Option("--translate", help="English beside other languages.")] = False,
        workers: Workers = None,
        as_json: Json = False,
    ) -> None:
        """Where somebody speaks in one file, and what is said.

        Without a case. What is said needs a Whisper pack (models list).
        """
        from app.cli import transcribe as listening

        chosen: Literal["evidential", "triage"] = one_of("mode", mode, ("evidential", "triage"))
        options = {"model": model, "mode": chosen, "language": language, "translate": translate}
        settings = RunSettings.model_validate(
            {"analyzers": ("speech",), "options": {"speech": options}, **({"workers": workers} if workers else {})}
        )
        listening.transcribe(parts, file, settings, as_json=as_json)


def _add_asking(program: typer.Typer) -> None:
    @program.command()
    def status(case: CaseFolder, as_json: Json = False) -> None:
        """Where the case stands: done, left, problems."""
        from app.cli import asking

        asking.status(case, as_json=as_json)

    @program.command()
    def outcomes(case: CaseFolder, as_json: Json = False) -> None:
        """How it ended, for every content and analyzer."""
        from app.cli import asking

        asking.outcomes(case, as_json=as_json)

    @program.command()
    def findings(
        case: CaseFolder,
        analyzer: Annotated[list[str] | None, typer.Option("--analyzer", help="Only of this analyzer.")] = None,
        label: Annotated[list[str] | None, typer.Option("--label", help="Only with this label.")] = None,
        group: Annotated[list[str] | None, typer.Option("--group", help="Only of this severity.")] = None,
        min_score: Annotated[
            float | None, typer.Option("--min-score", min=0, max=1, help="At least this score, 0 to 1.")
        ] = None,
        sha256: Annotated[str | None, typer.Option("--sha256", help="Only of this content.")] = None,
        limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many.")] = None,
        as_json: Json = False,
    ) -> None:
        """What the analyzers found."""
        from core.case.queries import FindingFilter

        chosen = (tuple(analyzer or ()), tuple(label or ()), tuple(group or ()))
        wanted = FindingFilter(*chosen, min_score, sha256.strip().lower() if sha256 else None, limit)
        from app.cli import asking

        asking.findings(case, wanted, as_json=as_json)

    @program.command()
    def search(
        case: CaseFolder,
        words: Annotated[list[str], typer.Argument(help='Words; "a phrase", beginning*, -without.', metavar="WORDS…")],
        limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many places.")] = 100,
        as_json: Json = False,
    ) -> None:
        """Find files that have all these words, the best first.

        Looked for in recognised and spoken text, names, notes and tags; each word may stand in another place of a
        file. Put -- before words that begin with a minus: search DIR -- invoice -draft
        """
        from app.cli import asking

        asking.search(case, " ".join(words), limit, as_json=as_json)


def _add_similar(program: typer.Typer, parts: Parts) -> None:
    @program.command()
    def similar(
        case: CaseFolder,
        item: Annotated[
            str, typer.Argument(help="A file of the case: SHA-256, path, or its end.", metavar="ITEM")
        ] = "",
        text: Annotated[list[str] | None, typer.Option("--text", help="A description; repeat for more words.")] = None,
        picture: Annotated[Path | None, typer.Option("--picture", help="A picture that is not in the case.")] = None,
        region: Annotated[str, typer.Option("--region", help="Only this part of it: x,y,w,h from 0 to 1.")] = "",
        min_score: Annotated[float, typer.Option("--min-score", min=-1, max=1, help="At least this cosine.")] = -1.0,
        limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 50,
        as_json: Json = False,
    ) -> None:
        """Pictures like one of the case, another, or a sentence."""
        from app.cli import similar as asking

        asked = asking.Question(item, tuple(text or ()), picture, region)
        asking.similar(parts, case, asked, min_score=min_score, limit=limit, as_json=as_json)


def _add_calibrate(program: typer.Typer, parts: Parts) -> None:
    @program.command()
    def calibrate(
        case: CaseFolder,
        pictures: Annotated[
            Path, typer.Argument(help="Subfolders positive and negative, or labels.csv.", metavar="FOLDER")
        ],
        analyzer: Annotated[str, typer.Option("--analyzer", help="Whose scores.")] = "restraint",
        recall: Annotated[float, typer.Option(min=0.01, max=1, help="What `possible` shall find.")] = 0.95,
        false_alarms: Annotated[float, typer.Option(min=0, max=1, help="What `likely` may get wrong.")] = 0.01,
        note: Annotated[str, typer.Option(help="What the pictures are, for the report.")] = "",
        as_json: Json = False,
    ) -> None:
        """Measure an analyzer's thresholds on labelled pictures.

        They are kept in the case, with error rates and intervals.
        """
        from app.cli import calibrate as measuring

        wish = measuring.Wish(recall, false_alarms, note)
        measuring.calibrate(parts, case, pictures, analyzer, wish, as_json=as_json)


def _add_reporting(program: typer.Typer) -> None:
    @program.command()
    def report(
        case: CaseFolder,
        out: Annotated[Path, typer.Option("--out", help="The folder to write; must not exist yet, or be empty.")],
        images: Annotated[str, typer.Option(help="none, redacted, masked, grey or full.")] = "redacted",
        language: Annotated[str, typer.Option(help="de or en.")] = "en",
        analyzer: Annotated[
            list[str] | None, typer.Option("--analyzer", help="Only findings of this analyzer.")
        ] = None,
        min_score: Annotated[
            float | None, typer.Option("--min-score", min=0, max=1, help="Only findings with at least this score.")
        ] = None,
        check_sources: Annotated[bool, typer.Option("--check-sources", help="Hash the evidence again.")] = False,
        unsigned: Annotated[bool, typer.Option("--unsigned", help="Do not sign; the report says so.")] = False,
        key: Annotated[Path | None, typer.Option("--key", help="Signing key; made on first use.")] = None,
        as_json: Json = False,
    ) -> None:
        """Write PDF, CSV, JSON Lines, a signed manifest over them."""
        policy: Literal["none", "redacted", "masked", "grey", "full"] = one_of(
            "images", images, ("none", "redacted", "masked", "grey", "full")
        )
        tongue: Literal["de", "en"] = one_of("language", language, ("de", "en"))
        from app.cli import reporting

        reporting.report(
            case,
            out,
            images=policy,
            language=tongue,
            analyzers=tuple(analyzer or ()),
            min_score=min_score,
            check_sources=check_sources,
            unsigned=unsigned,
            key=key,
            as_json=as_json,
        )

    @program.command()
    def verify(
        folder: Annotated[Path, typer.Argument(help="A report folder.", metavar="FOLDER")],
        key: Annotated[Path | None, typer.Option("--key", help="The public key of whoever signed it.")] = None,
        case: Annotated[
            Path | None, typer.Option("--case", help="The case it was written from: does its audit trail fit, too?")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Say what holds of a report and what does not. Needs neither the case nor a network."""
        from app.cli import reporting

        reporting.verify_report(folder, key, case, as_json=as_json)
