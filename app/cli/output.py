"""How the command line speaks: results on standard output, all else on standard error, errors in one sentence."""

from __future__ import annotations

import io
import json
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from core.errors import AsservatError
from core.evidence.naming import printable

__all__ = [
    "BUG_ADVICE",
    "complain",
    "console",
    "errors",
    "plain",
    "print_json",
    "print_lines",
    "print_table",
    "spell_out_the_unknown",
]

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

BUG_ADVICE = "This is a mistake in Asservat. Run the same command with --debug and send what it prints."


def spell_out_the_unknown() -> None:
    """From now on what the encoding of standard output does not have (a console or a pipe of Windows, LANG=C) is
    written as `\\u2192`; left alone the first such name would end the command."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def print_json(value: Any) -> None:
    """One JSON value on one line. Written as bytes: a name may hold what the terminal's encoding does not."""
    _write(json.dumps(value, ensure_ascii=False))


def print_lines(values: Iterable[Mapping[str, Any]]) -> None:
    """JSON Lines, one object each, streamed."""
    for value in values:
        _write(json.dumps(value, ensure_ascii=False))


def _write(line: str) -> None:
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    title: str | None = None,
    whole: Sequence[str] = (),
    right: Sequence[str] = (),
) -> None:
    """`whole`: columns that are never broken into lines (names to be typed). `right`: columns of numbers."""
    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        # folded, not cut: a hash or a path is shown whole or not at all
        table.add_column(
            column, overflow="fold", no_wrap=column in whole, justify="right" if column in right else "left"
        )
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console.print(table)


def complain(error: BaseException, *, debug: bool, as_json: bool) -> None:
    """Say what went wrong, in one sentence and the next step."""
    if debug:
        traceback.print_exception(error, file=sys.stderr)
        return
    if isinstance(error, AsservatError):
        message, advice = error.message, error.advice
    else:
        message, advice = f"Something unexpected happened: {type(error).__name__}: {error}", BUG_ADVICE
    if as_json:
        # In ASCII: what an encoding lacks would be written as `\xfc`, which is no JSON.
        sys.stderr.write(json.dumps({"error": message, "advice": advice}) + "\n")
        return
    errors.print(f"[bold red]Error:[/] {plain(message)} {plain(advice)}".rstrip(), soft_wrap=True)


def plain(text: str) -> str:
    """What the evidence, a library or a person says, for the terminal: no markup, and nothing that a terminal obeys."""
    return escape(printable(text))
