"""What a decoder (in the child) says when it has come to the end of a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from core.decode.jobs import DecodeJob, Fingerprint, MediaFacts
from core.errors import DecodeError
from core.film_hashes import FilmHashes
from core.records import Problem, State

if TYPE_CHECKING:
    from core.decode.sink import Sink

__all__ = ["CannotDecode", "Decoder", "DecoderFactory", "Reading"]


@dataclass(frozen=True, slots=True)
class Reading:
    """The end of one file. `reason` is empty only for DONE; see `core.decode.jobs.Decoded` for the fields."""

    state: State = State.DONE
    code: str = ""
    reason: str = ""
    facts: MediaFacts | None = None
    thumbnail: bytes | None = None
    storyboard: bytes | None = None
    problems: tuple[Problem, ...] = ()
    media_seconds: float = 0.0
    fingerprint: Fingerprint | None = None
    film_hashes: FilmHashes | None = None


class CannotDecode(DecodeError):
    """Nothing can be got out of this file. `state` is FAILED or UNSUPPORTED."""

    def __init__(self, code: str, message: str, state: State = State.FAILED, facts: MediaFacts | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.state = state
        self.facts = facts


Decoder = Callable[[BinaryIO, DecodeJob, "Sink"], Reading]
"""Reads the open file, hands samples to the sink and says how it ended. May raise `CannotDecode`."""

DecoderFactory = Callable[[DecodeJob, bytes], Decoder | None]
"""Given the job and the first bytes of the file: the decoder for it, or None when it is not its kind of file."""
