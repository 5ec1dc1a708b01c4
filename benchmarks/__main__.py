"""`make bench`: every ratio that Asservat promises, measured here and now.

    python -m benchmarks [--only NAME,…] [--pairs 3] [--scale 0.1] [--data FOLDER] [--json FILE]

`--scale 1` measures at the sizes of the promises (20 000 small files, 100 000 queued …) and takes the better part of an
hour on two cores; the default 0.1 takes minutes. Rows say at which size they were measured.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from benchmarks import analyzers, embedding, faces, intake, libraries, logo_speed, program, speech, survival
from benchmarks.measuring import Row

Bench = Callable[[Path, float, int], list[Row]]

BENCHES: dict[str, Bench] = {
    "hash-large": intake.large_file,
    "hash-small": intake.small_files,
    "orchestration": intake.orchestration,
    "end-to-end": program.against_naive,
    "duplicates": program.with_duplicates,
    "stages": program.against_stages,
    "analyzers": analyzers.each,
    "libraries": libraries.against_libraries,
    "visual": analyzers.together,
    "hostile": survival.hostile,
    "first-finding": survival.first_finding,
    "resume": survival.resume,
    "memory": survival.memory,
    "speech-silence": speech.silence,
    "speech": speech.against_library,
    "faces": faces.speed,
    "logo": logo_speed.against_bare,
    "embedding": embedding.against_the_session,
    "vector-search": embedding.search,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(BENCHES), help="which, separated by commas")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--data", type=Path, help="where to make the files; default: a temporary folder")
    parser.add_argument("--json", type=Path, help="write the rows there as well")
    given = parser.parse_args()
    names = given.only.split(",")
    if unknown := [name for name in names if name not in BENCHES]:
        parser.error(f"there is no {', '.join(unknown)}; known: {', '.join(BENCHES)}")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="asservat-bench-", dir=given.data) as folder:
        for name in names:
            print(f"measuring {name} …", file=sys.stderr, flush=True)
            place = Path(folder) / name
            place.mkdir()
            rows += BENCHES[name](place, given.scale, given.pairs)
    show(rows)
    if given.json:
        about = {"system": platform.platform(), "cores": psutil.cpu_count(), "python": platform.python_version()}
        written = {**about, "scale": given.scale, "rows": [asdict(row) for row in rows]}
        given.json.write_text(json.dumps(written, indent=1), encoding="utf-8")
    return int(any(row.verdict == "MISSED" for row in rows))


def show(rows: list[Row]) -> None:
    table = Table("what", "ours", "bare", "ratio", "worst", "gate", "aim", "", "agreement", "note", box=None)
    for row in rows:
        sign = "≥" if row.at_least else "≤"
        table.add_row(
            row.name,
            row.ours,
            row.bare,
            f"{row.ratio:.3g}",
            f"{row.worst:.3g}",
            "" if row.gate is None else f"{sign} {row.gate}",
            "" if row.aim is None else f"{sign} {row.aim}",
            row.verdict,
            row.agreement,
            row.note,
        )
    Console(width=220).print(table)


if __name__ == "__main__":
    sys.exit(main())
