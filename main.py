"""Asservat. `main.py` opens the desk, `main.py COMMAND …` runs headless.

This module puts the parts together and stays light: every child process imports it first.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from models.offline import stay_offline

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.parts import Check, DeskWish, Parts, Speed
    from core.interfaces import Backend
    from core.packs import PackKeeper
    from core.settings import RunSettings


def open_backend(settings: RunSettings) -> Backend:
    """The backend of this machine: a supervised child process that holds the models."""
    from models.devices import require
    from models.isolated import IsolatedBackend
    from models.local import BackendSpec

    require(settings.device)
    return IsolatedBackend(BackendSpec(settings.precision, settings.workers, settings.device))


def examine() -> Sequence[Check]:
    """What this machine has for the models, in the words of `doctor`."""
    from app.parts import Check
    from models.devices import examine as examine_devices

    return [Check(*line) for line in examine_devices()]


def measure(settings: RunSettings, seconds: float) -> Iterator[Speed]:
    """Speeds for `bench`: the analyzers that are meant and can run here, then the first model by batch and streams."""
    from app.parts import Speed
    from models import bench, heap
    from models.devices import TRIAL, require
    from models.local import BackendSpec
    from models.runtime import Runtime

    require(settings.device)
    heap.keep_pages()
    spec = BackendSpec(settings.precision, settings.workers, settings.device)
    for row in bench.speeds(spec, seconds, only=settings.analyzers):
        where = row.where if row.ratio is None else f"{row.where}; worst of {row.pairs} pairs {row.worst:.2f}"
        yield Speed("analyzer", row.analyzer, row.rate, row.bare, row.ratio, where)
    runtime = Runtime(settings.precision, settings.workers, settings.device)
    for curve in bench.curves(runtime, TRIAL, seconds / 2, sorted({1, settings.workers})):
        name = f"{curve.model}, batch {curve.batch}, {curve.streams} {'stream' if curve.streams == 1 else 'streams'}"
        yield Speed("session", name, curve.rate, None, None, curve.where)
    runtime.close()


def open_packs() -> PackKeeper:
    """The model packs of this machine."""
    from models import packs

    return packs


def open_desk(parts: Parts, wish: DeskWish) -> int:
    """The windows. Only here does Qt come in, so that no command pays for it."""
    from app.gui.start import open_desk as show

    return show(parts, wish)


def embed_text(sentences: Sequence[str], spaces: Sequence[str] = ()) -> tuple[str, NDArray[np.float16]]:
    """Sentences to vectors in one of the spaces that pictures' vectors lie in, in this process: a model is loaded."""
    from models.embedding import embed_text as embed
    from models.runtime import Runtime

    runtime = Runtime()
    try:
        return embed(runtime, sentences, spaces)
    finally:
        runtime.close()


def parts() -> Parts:
    from app.parts import Parts

    return Parts(
        open_backend=open_backend,
        examine=examine,
        open_desk=open_desk,
        measure=measure,
        embed_text=embed_text,
        open_packs=open_packs,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    stay_offline()
    from app.cli.program import run_command
    from core import scratch

    scratch.sweep()  # what a killed process has left behind may be case data
    return run_command(list(sys.argv[1:] if arguments is None else arguments), parts())


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
