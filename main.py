"""Asservat. `main.py` opens the desk, `main.py COMMAND …` runs headless.

This module puts the parts together and stays light: every child process imports it first.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from models.offline import stay_offline

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.parts import Check, DeskWish, Parts
    from core.interfaces import Backend
    from core.packs import PackKeeper
    from core.settings import RunSettings


def open_backend(settings: RunSettings) -> Backend:
    """The backend of this machine: a supervised child process that holds the models."""
    from models.isolated import IsolatedBackend
    from models.local import BackendSpec

    return IsolatedBackend(BackendSpec(precision=settings.precision, workers=settings.workers))


def examine() -> Sequence[Check]:
    """What this machine has for the models, in the words of `doctor`."""
    from app.parts import Check
    from models.devices import examine as examine_devices

    return [Check(*line) for line in examine_devices()]


def open_packs() -> PackKeeper:
    """The model packs of this machine."""
    from models import packs

    return packs


def open_desk(parts: Parts, wish: DeskWish) -> int:
    """The windows. Only here does Qt come in, so that no command pays for it."""
    from app.gui.start import open_desk as show

    return show(parts, wish)


def embed_text(sentences: Sequence[str]) -> tuple[str, NDArray[np.float16]]:
    """Sentences to vectors in the space of the pictures' vectors, in this process: a model is loaded for it."""
    from models.embedding import embed_text as embed
    from models.runtime import Runtime

    runtime = Runtime()
    try:
        return embed(runtime, sentences)
    finally:
        runtime.close()


def parts() -> Parts:
    from app.parts import Parts

    return Parts(
        open_backend=open_backend,
        examine=examine,
        open_desk=open_desk,
        embed_text=embed_text,
        open_packs=open_packs,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    stay_offline()
    from app.cli.program import run_command

    return run_command(list(sys.argv[1:] if arguments is None else arguments), parts())


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
