"""How much lies in a folder, told while it is being walked. Kinds are told by names here; a run looks at the bytes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from app.gui.pages.job import Job
from core.evidence.walk import walk

__all__ = ["Counts", "count_folder"]

# fmt: off
PICTURES = frozenset((
    ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic", ".heif", ".avif",
    ".jp2", ".ico", ".dng", ".cr2", ".nef", ".arw",
))
FILMS = frozenset((
    ".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".wmv", ".flv", ".mpg", ".mpeg", ".3gp", ".mts", ".m2ts", ".ts",
    ".vob", ".ogv",
))
SOUNDS = frozenset((".mp3", ".wav", ".m4a", ".aac", ".ogg", ".opus", ".flac", ".wma", ".amr", ".aiff"))
# fmt: on
TELL_EVERY = 0.2  # seconds


@dataclass(frozen=True, slots=True)
class Counts:
    """`unreadable`: names that are no readable files (links, devices, no permission). `complete`: walked to its end."""

    files: int = 0
    bytes: int = 0
    pictures: int = 0
    films: int = 0
    film_bytes: int = 0
    sounds: int = 0
    unreadable: int = 0
    complete: bool = False

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.files + other.files,
            self.bytes + other.bytes,
            self.pictures + other.pictures,
            self.films + other.films,
            self.film_bytes + other.film_bytes,
            self.sounds + other.sounds,
            self.unreadable + other.unreadable,
            self.complete and other.complete,
        )

    @property
    def others(self) -> int:
        return self.files - self.pictures - self.films - self.sounds


def count_folder(job: Job, folder: Path) -> Counts:
    """Walk `folder` (names and sizes only, nothing is opened) and tell how far it is through the job."""
    told = time.monotonic()
    files = size = pictures = films = film_bytes = sounds = unreadable = 0
    for entry in walk(folder):
        job.control.checkpoint()
        if entry.state != "file":
            unreadable += 1
            continue
        files += 1
        size += entry.size or 0
        suffix = PurePosixPath(entry.path).suffix.lower()
        pictures += suffix in PICTURES
        sounds += suffix in SOUNDS
        if suffix in FILMS:
            films += 1
            film_bytes += entry.size or 0
        if time.monotonic() - told >= TELL_EVERY:
            told = time.monotonic()
            job.tell(Counts(files, size, pictures, films, film_bytes, sounds, unreadable))
    return Counts(files, size, pictures, films, film_bytes, sounds, unreadable, complete=True)
