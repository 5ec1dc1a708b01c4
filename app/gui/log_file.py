"""The log of the desk: a small file for the developer, with nothing of a case in it. Problems are told in the desk."""

from __future__ import annotations

import contextlib
import logging
import os
import re
from collections import deque
from logging.handlers import RotatingFileHandler
from pathlib import Path

import platformdirs

__all__ = ["install", "path", "scrubbed", "tail"]

BYTES, FILES = 500_000, 2
TAIL = 400  # lines
_FILE_NAME = r"[\w() -]+\.(?:jpe?g|png|gif|bmp|tiff?|webp|heic|avif|mp4|mov|avi|mkv|mp3|wav|m4a|pdf|zip)\b"
_OUT = (
    (re.compile(r"[A-Za-z]:\\[^\s\"'<>|]*"), "<path>"),
    (re.compile(r"(?<![\w<])~?/[^\s\"'<>|:,;)]+"), "<path>"),
    (re.compile(r"“[^”]*”|\"[^\"]*\"|'[^']*'|`[^`]*`"), "<text>"),
    (re.compile(r"\b[0-9a-fA-F]{16,}\b"), "<hash>"),
    (re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.]+\b"), "<address>"),
    (re.compile(_FILE_NAME, re.IGNORECASE), "<file>"),
)
_OWN = str(Path(__file__).resolve().parents[2])


def scrubbed(line: str) -> str:
    """A line without what could come from a case: paths, quoted text, hashes, file names. Our own source files stay."""
    line = line.replace(_OWN + os.sep, "").replace(_OWN, "")
    for pattern, instead in _OUT:
        line = pattern.sub(instead, line)
    return line


def path() -> Path:
    """Where the log lies; `ASSERVAT_CONFIG_DIR` names another folder, as for the preferences."""
    folder = os.environ.get("ASSERVAT_CONFIG_DIR") or platformdirs.user_log_dir("asservat", appauthor=False)
    return Path(folder) / "desk.log"


class _Scrubbing(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(scrubbed(line) for line in super().format(record).splitlines())


def install() -> None:
    """Write warnings and errors of this process to the log. A folder that cannot be written is no reason to fail."""
    root = logging.getLogger()
    if any(isinstance(handler, RotatingFileHandler) for handler in root.handlers):
        return
    with contextlib.suppress(OSError):
        path().parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path(), maxBytes=BYTES, backupCount=FILES - 1, encoding="utf-8", delay=True)
        handler.setLevel(logging.WARNING)
        handler.setFormatter(_Scrubbing("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        root.addHandler(handler)


def tail() -> list[str]:
    """The newest lines, oldest first; none when there is no log."""
    try:
        with path().open(encoding="utf-8", errors="replace") as file:
            return list(deque((line.rstrip("\n") for line in file), TAIL))
    except OSError:
        return []
