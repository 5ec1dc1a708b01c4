"""Where the inference child begins: its surroundings are set before any library that reads them is imported.

OpenBLAS decides how many threads it keeps when numpy is imported, so the parent hands over nothing whose unpickling
would import it: the spec comes as bytes. This module imports nothing heavy itself.
"""

from __future__ import annotations

import os
import pickle
import signal
from multiprocessing.connection import Connection
from pathlib import Path

from core.background import step_back
from models import heap
from models.offline import stay_offline

__all__ = ["run"]

_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def run(spec: bytes, calls: Connection, answers: Connection, notes: Path) -> None:
    """The child's main function; returns never. `spec`: a pickled `BackendSpec`. `notes`: the file in which
    `models.isolated_notes` keeps where it stood when it overran or crashed."""
    stay_offline()
    os.environ.update(_ENVIRONMENT)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the pipe
    step_back()
    heap.keep_pages()
    import cv2

    cv2.setNumThreads(1)
    from models.isolated_server import Server

    Server(pickle.loads(spec), calls, answers, notes).serve()  # noqa: S301 - our own parent made it
    os._exit(0)  # at once: some libraries crash when they are taken down in order
