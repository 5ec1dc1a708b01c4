"""Nothing ever downloads by itself: said to the libraries before any of them is imported, in every process."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

__all__ = ["OFFLINE", "stay_offline", "unprobed"]

OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "OPENVINO_TELEMETRY_DISABLE": "1",
    "ORT_DISABLE_TELEMETRY": "1",
    "NO_ALBUMENTATIONS_UPDATE": "1",
    "YOLO_OFFLINE": "true",
    "WANDB_MODE": "disabled",
}
"""Those of huggingface_hub and what builds on it, of the engines, and of libraries that ask for their own updates."""


def stay_offline() -> None:
    """For this process and every one it starts. Call it first; libraries read these when they are imported."""
    os.environ.update(OFFLINE)


@contextlib.contextmanager
def unprobed() -> Iterator[None]:
    """While a library is imported that brings urllib3: it binds a socket then to find out whether there is IPv6."""
    import socket

    had, socket.has_ipv6 = socket.has_ipv6, False
    try:
        yield
    finally:
        socket.has_ipv6 = had
