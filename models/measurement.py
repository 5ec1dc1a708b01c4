"""Which engine is faster for which model on this machine: measures what `resources/models/engines.json` records.

    python -m models.measurement [--write]

Another table gives other runtimes and so another config: results of old and new runs stand beside each other.
"""

from __future__ import annotations

import argparse
import json
import sys
import time

import numpy as np

from models import catalogue
from models.runtime import Engine, Runtime, installed

__all__ = ["SHAPES", "measure", "table"]

SHAPES: dict[str, tuple[int, ...]] = {
    "nudenet-320n": (1, 3, 320, 320),
    "ppocrv6-det-small": (1, 3, 736, 992),
    "ppocr-cls-v2-mobile": (6, 3, 48, 192),
    "ppocrv6-rec-small": (6, 3, 48, 320),
}
"""A typical input of each model."""

_ENGINES: tuple[Engine, ...] = ("openvino", "onnxruntime")


def measure(model: str, engine: Engine, rounds: int = 5) -> float:
    """Milliseconds of process CPU time for one call on one thread, the best of `rounds`."""
    runtime = Runtime(engines={model: (engine,)}, device="cpu")
    session = runtime.session(model)
    feeds = {session.inputs[0].name: np.random.default_rng(0).random(SHAPES[model], dtype=np.float32)}
    session.run(feeds)
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        session.run(feeds)
        best = min(best, time.process_time() - start)
    runtime.close()
    return best * 1000


def table() -> dict[str, dict[str, float]]:
    """Model to engine to milliseconds, for every engine that is installed."""
    return {
        model: {engine: round(measure(model, engine), 1) for engine in _ENGINES if installed(engine)}
        for model in catalogue.catalogue()
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="make the faster engine the default here")
    write = parser.parse_args().write
    path = catalogue.RESOURCES / "engines.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["milliseconds"] = table()
    if write:
        record["engines"] = {
            model: sorted(times, key=times.__getitem__) for model, times in record["milliseconds"].items()
        }
    sys.stdout.write(json.dumps(record, indent=2) + "\n")
    if write:
        path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
