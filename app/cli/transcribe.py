"""`transcribe`: where somebody speaks in one recording or film, and with a Whisper pack what is said. No case."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer

from app.cli.analyse import interruptible
from app.cli.output import console, errors, plain, print_json
from app.parts import Parts
from core.control import Control
from core.errors import DecodeError, Stopped, UsageError
from core.evidence.naming import shown
from core.interfaces import Backend
from core.pipeline.alone import Looked, look_at
from core.pipeline.plan import make_steps
from core.records import Finding, State
from core.settings import RunSettings

__all__ = ["transcribe"]

_NO_PACK = (
    "No Whisper pack is installed, so only where somebody speaks is told. On a connected machine: `models fetch "
    "whisper-small` and `models pack whisper-small`; here: `models import FILE`."
)
_TEXT = ("transcript", "doubtful-transcript")


def transcribe(parts: Parts, path: Path, settings: RunSettings, *, as_json: bool) -> None:
    """Raises `DecodeError` when no sound can be decoded from the file, `Stopped` after an interruption; ends with 1
    when something was found but not all that was asked for could be done, as with a broken Whisper pack."""
    if not path.is_file():
        raise UsageError(f"{shown(str(path))} is no file.", "Name one recording or film.")
    control = Control()
    backend = parts.open_backend(settings)
    try:
        _check(backend, settings)
        with interruptible(control), _Listening(quiet=as_json) as told:
            looked = look_at(path, backend, settings, control, told)
    except Stopped as error:
        raise Stopped(
            "It was stopped before its end; nothing was kept.", "Begin it anew with the same command."
        ) from error
    finally:
        backend.close()
    done = looked.outcome.state in (State.DONE, State.PARTIAL)
    if not done and not _found(looked):
        raise DecodeError(looked.outcome.reason, "Nothing is known about what can be heard in it.")
    if as_json:
        print_json(_as_json(path, looked))
    else:
        _tell(looked)
    if not done:
        raise typer.Exit(1)


def _check(backend: Backend, settings: RunSettings) -> None:
    """A pack that was asked for by name and is not here ends the command before the file is read."""
    step = make_steps(backend, settings)[0]
    if step.info.missing and step.options["model"] not in ("auto", "none"):
        raise UsageError(step.info.missing, "Or leave --model out: the best one here is taken.")


class _Listening:
    """How far it has got, on a terminal: hours of sound take a while."""

    def __init__(self, *, quiet: bool) -> None:
        self._seconds, self._lock = 0.0, threading.Lock()
        self._status = None if quiet or not errors.is_terminal else errors.status("Listening …")

    def __enter__(self) -> Callable[[float], None]:
        if self._status is not None:
            self._status.start()
        return self._told

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()

    def _told(self, seconds: float) -> None:
        with self._lock:
            self._seconds += seconds
            if self._status is not None:
                self._status.update(f"Listened to {_clock(self._seconds)} …")


def _missing(looked: Looked) -> str | None:
    """What to say when nothing could be written down for want of a pack."""
    return _NO_PACK if len(looked.step.info.models) == 1 and looked.step.options["model"] == "auto" else None


def _found(looked: Looked) -> list[Finding]:
    return [finding for result in looked.results for finding in result.findings]


def _as_json(path: Path, looked: Looked) -> dict[str, Any]:
    found = _found(looked)
    written = [one for one in found if one.label in _TEXT]
    return {
        "file": shown(str(path)),
        "sha256": looked.sha256,
        "state": looked.outcome.state.value,
        "reason": looked.outcome.reason,
        "seconds": round(looked.decoded.media_seconds, 3),
        "missing": _missing(looked),
        "problems": [{"code": one.code, "message": one.message} for one in looked.decoded.problems],
        "language": written[0].attributes.get("main_language") if written else None,
        "speech": [{"start": one.start, "end": one.end, "score": one.score} for one in found if one.label == "speech"],
        "segments": [_line(one) | {"doubtful": one.label != "transcript"} for one in written],
        "translation": [_line(one) for one in found if one.label == "translation"],
        "models": [{"name": one.name, "sha256": one.sha256, "licence": one.licence} for one in looked.step.info.models],
        "settings": dict(looked.step.info.settings),
        "options": dict(looked.step.options),
        "limits": looked.step.info.limits,
    }


def _line(one: Finding) -> dict[str, Any]:
    return {"start": one.start, "end": one.end, "text": one.text, "score": one.score, **one.attributes}


def _tell(looked: Looked) -> None:
    found = _found(looked)
    stretches = [one for one in found if one.label == "speech"]
    spoken = sum((one.end or 0.0) - (one.start or 0.0) for one in stretches)
    parts = "1 stretch" if len(stretches) == 1 else f"{len(stretches)} stretches"
    console.print(f"{spoken:.1f} of {looked.decoded.media_seconds:.1f} seconds hold speech, in {parts}.")
    for line in _lines(found):
        console.print(line, soft_wrap=True)
    models = ", ".join(f"{one.name} ({one.sha256[:8]})" for one in looked.step.info.models)
    errors.print(f"Models: {plain(models)}. {plain(looked.step.info.limits)}")
    for one in looked.decoded.problems:  # a second track of sound, a gap, damage: not all of the file was heard
        errors.print(f"[yellow]{plain(one.message)}[/]")
    missing = _missing(looked)
    if missing:
        errors.print(f"[yellow]{plain(missing)}[/]")
    if looked.outcome.state is not State.DONE:
        errors.print(f"[yellow]{plain(looked.outcome.reason)}[/]")


def _lines(found: list[Finding]) -> Iterator[str]:
    """Text with its times where there is some, else the stretches of speech."""
    written = [one for one in found if one.text]
    for one in written or found:
        place = f"{_clock(one.start)} – {_clock(one.end)}"
        doubts = ", ".join(one.attributes.get("doubts", ()))
        marks = f" [yellow](doubtful: {plain(doubts)})[/]" if doubts else ""
        if one.label == "translation":
            marks = " (translated)" + marks
        said = plain(one.text) if one.text else f"speech ({one.score:.2f})"
        yield (
            f"{place}  {plain(str(one.attributes.get('language', '')))}  {said}{marks}"
            if one.text
            else f"{place}  {said}"
        )


def _clock(seconds: float | None) -> str:
    minutes, rest = divmod(seconds or 0.0, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02}:{rest:05.2f}"
