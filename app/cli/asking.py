"""`status`, `outcomes`, `findings`, `search`: what the case knows, as tables for people and JSON for machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from app.cli.output import console, errors, plain, print_json, print_lines, print_table
from core.case import queries
from core.case.case import Case
from core.case.folding import match_terms
from core.case.queries import Connection
from core.case.runs import Runs

__all__ = ["findings", "outcomes", "search", "status"]

SHOWN = 200  # rows of a table on a terminal; JSON has them all


@contextmanager
def _asked(folder: Path) -> Iterator[Connection]:
    with Case.open(folder, readonly=True) as case, case.reading() as connection:
        yield connection


def status(folder: Path, *, as_json: bool) -> None:
    with Case.open(folder) as case, case.reading() as connection:
        now = queries.status(connection)
        last = Runs(case).last()
        noted = list(islice(queries.problems(connection), None if as_json else SHOWN))
    if as_json:
        print_json({**now, "last_run": last, "problem_list": noted})
        return
    if last is None:
        console.print("Nothing was run on this case yet.")
    else:
        console.print(f"Last run: {last['id']}, {last['state']}, started {last['started']}.")
    copies = ", ".join(f"{count} {state}" for state, count in now["copies"].items()) or "none"
    kinds = ", ".join(f"{count} {kind}" for kind, count in now["kinds"].items()) or "none"
    console.print(f"{now['sources']} source(s), {now['sources_listed']} listed to the end.")
    console.print(f"Files: {copies}. Different contents: {now['contents']} ({kinds}).")
    states = ["done", "partial", "unsupported", "failed", "timed out", "skipped", "open"]
    rows = [[name, *(counts.get(state, 0) for state in states)] for name, counts in now["analyzers"].items()]
    print_table(["analyzer", *states], rows)
    print_table(["found by", "label", "findings", "contents"], ([*row.values()] for row in now["findings"]))
    if noted:
        _tell_problems(noted, now["problems"])
    if last is not None and last["state"] in ("stopped", "interrupted"):
        errors.print(f"This run did not reach its end. Go on with: resume {plain(str(folder))}")


def _tell_problems(noted: Sequence[Mapping[str, Any]], count: int) -> None:
    """A line for what it is about and one for the sentence: side by side neither has room."""
    console.print(f"{count} {'problem' if count == 1 else 'problems'}:")
    for row in noted:
        console.print(f"  {row['stage']}, {row['code']}: {plain(row['path'])}", soft_wrap=True)
        console.print(f"    {plain(row['message'])}", soft_wrap=True)
    if count > len(noted):
        errors.print(f"Only the first {len(noted)} problems are shown; --json prints all of them.")


def outcomes(folder: Path, *, as_json: bool) -> None:
    with _asked(folder) as connection:
        rows = queries.outcomes(connection)
        if as_json:
            print_lines(rows)
            return
        shown = [
            [row["analyzer"], row["state"], row["code"], plain(", ".join(row["paths"])), plain(row["reason"])]
            for row in islice(rows, SHOWN + 1)
        ]
    print_table(["analyzer", "outcome", "code", "file", "reason"], shown[:SHOWN])
    _more(len(shown))


def findings(folder: Path, wanted: queries.FindingFilter, *, as_json: bool) -> None:
    with _asked(folder) as connection:
        queries.refuse_unknown(connection, wanted)
        rows = queries.findings(connection, wanted)
        if as_json:
            print_lines(rows)
            return
        shown = [
            [
                row["id"],
                row["analyzer"],
                row["label"],
                row["group"],
                "" if row["score"] is None else f"{row['score']:.3f}",
                "" if row["start"] is None else f"{row['start']:.2f} s",
                plain(row["text"] or ""),
                plain(", ".join(row["paths"])),
            ]
            for row in islice(rows, SHOWN + 1)
        ]
    if not shown:
        console.print("No finding is like that. What was not analysed stands in `status` and `outcomes`.")
        return
    columns = ["id", "analyzer", "label", "group", "score", "time", "text", "file"]
    print_table(columns, shown[:SHOWN], whole=("id", "score", "time"))
    _more(len(shown))


def search(folder: Path, query: str, limit: int, *, as_json: bool) -> None:
    with _asked(folder) as connection:
        hits = queries.search(connection, query, limit)
    if as_json:
        print_lines(hits)
        return
    if not match_terms(query)[0]:
        console.print("There is no word in that to look for; what must not be there needs one beside it.")
        return
    if not hits:
        console.print("No file has all of these words in its name, recognised text, notes and tags.")
        return
    rows = [
        [
            hit["kind"],
            _bold(hit["snippet"]),
            "" if hit.get("start") is None else f"{hit['start']:.2f} s",
            plain(", ".join(hit["paths"])),
        ]
        for hit in hits
    ]
    print_table(["in", "words", "time", "file"], rows)


def _bold(snippet: str) -> str:
    """The marks of the search as bold text; everything else is only text."""
    return plain(snippet).replace("<b>", "[bold]").replace("</b>", "[/bold]")


def _more(count: int) -> None:
    if count > SHOWN:
        errors.print(f"Only the first {SHOWN} rows are shown; --json prints all of them.")
