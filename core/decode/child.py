"""The decode child: a process that reads one file after the other and can be lost without harm.

It knows no case and writes nothing. Heavy libraries are loaded after it has been confined and before it says that it is
ready; the parent goes on meanwhile.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import signal
import sys
import threading
import time
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, BinaryIO

from core.background import step_back

if TYPE_CHECKING:
    from core.decode.jobs import DecodeJob
    from core.decode.reading import Decoder, DecoderFactory, Reading
    from core.decode.sink import Sink

__all__ = ["main"]

_HEADER_BYTES = 4096
_REFUSED = {
    "socket.__new__",
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
}


class _Ended(BaseException):
    """The parent wants no more of this child. No decoder is meant to catch this."""


def main(
    inbox: Connection, outbox: Connection, memory: int, slot_bytes: int, extra: tuple[str, ...]
) -> None:  # pragma: no cover - runs in the child
    """Entry point of the process: get confined, get warm, work until the parent closes the pipe."""
    _settle(memory)
    step_back()
    child = _Child(inbox, outbox, slot_bytes, extra)
    with contextlib.suppress(_Ended, BrokenPipeError):
        child.run()
    # No tidying up: mappings and pipes go with the process, and a library's exit handler could hang.
    os._exit(0)


def _settle(memory: int) -> None:
    """Give up every right that a decoder does not need. Before numpy is loaded: it reads the environment once."""
    from core.decode.limits import confine

    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_NUM_THREADS"):
        os.environ[name] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends its children
    if "ASSERVAT_DECODE_STDERR" not in os.environ:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):  # C libraries complain there about every broken file
            os.dup2(nowhere, stream)
    confine(memory)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.addaudithook(_refuse)


def _refuse(event: str, _arguments: tuple[Any, ...]) -> None:
    if event in _REFUSED:
        raise PermissionError(f"a decoder may not do this: {event}")


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _warm() -> None:
    for name in ("core.decode.images", "core.decode.video", "core.decode.sound", "core.memory"):
        importlib.import_module(name)


class _Child:
    def __init__(self, inbox: Connection, outbox: Connection, slot_bytes: int, extra: tuple[str, ...]) -> None:
        from core.decode import pipe

        self._pipe = pipe
        self._inbox = inbox
        self._outbox = outbox
        self._slot_bytes = slot_bytes
        self._slot: str | None = None
        self._jobs: list[tuple[int, DecodeJob, float]] = []
        self._serial = 0
        self._factories: list[DecoderFactory] = [_load(name) for name in extra]

    def run(self) -> None:
        _warm()
        self._pipe.send(self._outbox, {"t": "ready"})
        while True:
            while not self._jobs:
                self._receive()
            self._work(*self._jobs.pop(0))

    def _receive(self) -> None:
        try:
            message = self._inbox.recv()  # the parent is trusted; only what comes from here is not
        except (EOFError, OSError):
            raise _Ended from None
        match message:
            case ("job", serial, job, cpu):
                self._jobs.append((serial, job, cpu))
            case ("slot", name):
                self._slot = name
            case _:
                raise _Ended

    def _take(self) -> str:
        while self._slot is None:
            if not self._inbox.poll():
                self._pipe.send(self._outbox, {"t": "waiting", "serial": self._serial})
            self._receive()
        slot, self._slot = self._slot, None
        return slot

    def _work(self, serial: int, job: DecodeJob, cpu: float) -> None:
        from core.decode.limits import limit_cpu
        from core.decode.sink import Sink

        limit_cpu(cpu)
        self._serial = serial
        started = time.process_time()
        sink = Sink(
            self._outbox,
            self._take,
            lambda: limit_cpu(cpu),
            serial=serial,
            capacity=self._slot_bytes,
            wanted=job.pictures,
            sound=job.sound,
        )
        try:
            reading = _read(job, sink, self._factories)
        except MemoryError:
            # This process is in no state to go on; the file gets its second chance in a fresh one.
            self._pipe.send(self._outbox, {"t": "memory", "serial": serial})
            raise _Ended from None
        unused = sink.close()
        self._slot = unused or self._slot
        self._answer(serial, reading, sink, time.process_time() - started)

    def _answer(self, serial: int, reading: Reading, sink: Sink, seconds: float) -> None:
        from core.decode.metadata import plain

        facts = reading.facts
        self._pipe.send(
            self._outbox,
            {
                "t": "done",
                "serial": serial,
                "state": reading.state.value,
                "code": reading.code,
                "reason": plain(reading.reason, 4000),
                "facts": None
                if facts is None
                else {name: getattr(facts, name) for name in type(facts).__dataclass_fields__},
                "problems": [
                    (one.code, plain(one.message, 4000), plain(one.detail, 8000)) for one in reading.problems[:200]
                ],
                "seconds": seconds,
                "media_seconds": reading.media_seconds,
                "decodes": sink.decodes,
                "fingerprint": reading.fingerprint and [reading.fingerprint.bits.hex(), reading.fingerprint.quality],
            },
            reading.thumbnail,
            reading.storyboard,
            reading.film_hashes.pack() if reading.film_hashes else None,
        )


def _load(name: str) -> DecoderFactory:
    module, _, function = name.partition(":")
    factory: DecoderFactory = getattr(importlib.import_module(module), function)
    return factory


def _read(job: DecodeJob, sink: Sink, factories: list[DecoderFactory]) -> Reading:
    """Open, check that it is the registered file, decode, check again. Every error of a decoder ends here."""
    from core.decode.medium import Medium
    from core.decode.reading import CannotDecode, Reading
    from core.errors import EvidenceError
    from core.evidence.opening import open_readonly
    from core.records import State

    try:
        with Medium(open_readonly(job.path), "rb") as raw, io.BufferedReader(raw) as file:
            _check_unchanged(raw.fileno(), job)
            reading = _decoded(file, job, sink, factories)
            # Whatever came of it: of half a file, a decoder says that it is damaged.
            _check_medium(raw.trouble)
            _check_unchanged(raw.fileno(), job)
            return reading
    except CannotDecode as error:
        return Reading(error.state, error.code, error.message)
    except EvidenceError as error:
        return Reading(State.FAILED, getattr(error, "code", "unreadable"), error.message)


def _decoded(file: BinaryIO, job: DecodeJob, sink: Sink, factories: list[DecoderFactory]) -> Reading:
    from core.decode.reading import CannotDecode, Reading
    from core.records import Problem, State

    try:
        decoder = _choose(job, file.read(_HEADER_BYTES), factories)
        file.seek(0)
        return decoder(file, job, sink)
    except CannotDecode as error:
        return Reading(error.state, error.code, error.message, facts=error.facts)
    except (MemoryError, BrokenPipeError):
        raise
    except Exception as error:
        if getattr(error, "errno", None) == _OUT_OF_MEMORY:
            raise MemoryError from error
        detail = f"{type(error).__name__}: {error}"
        reason = f"This file is damaged in a way that the decoder cannot handle ({type(error).__name__})."
        state = State.PARTIAL if sink.index else State.FAILED
        return Reading(state, "damaged", reason, problems=(Problem("damaged", reason, detail),))


_OUT_OF_MEMORY = 12


def _check_medium(trouble: OSError | None) -> None:
    from core.decode.reading import CannotDecode

    if trouble is not None:
        raise CannotDecode(
            "unreadable",
            f"The medium gave an error while this file was read ({trouble.strerror}); its content was not looked at to"
            " its end.",
        )


def _check_unchanged(descriptor: int, job: DecodeJob) -> None:
    """Raise `CannotDecode` when the bytes are not, or are no longer, those that were registered."""
    from core.decode.reading import CannotDecode
    from core.evidence.facts import kept

    try:
        now = os.fstat(descriptor)
    except OSError as error:
        _check_medium(error)
        raise
    if now.st_size != job.size or kept(now.st_mtime_ns) != kept(job.modified_ns):
        raise CannotDecode(
            "changed",
            "The file has changed since it was registered (size or time of change), so its results would not belong"
            " to the registered content.",
        )


def _choose(job: DecodeJob, header: bytes, factories: list[DecoderFactory]) -> Decoder:
    from core.decode.reading import CannotDecode
    from core.records import MediaKind, State

    for factory in factories:
        decoder = factory(job, header)
        if decoder is not None:
            return decoder
    if not job.size:
        raise CannotDecode("empty", "The file is empty.")
    match job.kind:
        case MediaKind.IMAGE:
            from core.decode.images import read_image

            return read_image
        case MediaKind.VIDEO:
            from core.decode.video import read_video

            return read_video
        case MediaKind.AUDIO:
            from core.decode.sound import read_sound

            return read_sound
    raise CannotDecode("not-media", "This is not a kind of media that Asservat reads.", State.UNSUPPORTED)
