"""fp16 copies of fp32 models, for `--precision fast` on an NVIDIA card: made here, tried here, used where they hold.

The first time a model is planned for a card, it is converted, and both are asked the same on that card in a process of
its own (`models.halves_trial`). Within the tolerances of `resources/models/halves.json` the copy is used from then on;
otherwise the original is, with TF32. The verdict is kept beside the copy, under a name made of the model's SHA-256, the
versions of everything that made it, and the card, so that it is never taken for another's. Both stand in the settings
of a finding: `precision`, and under `half` which copy it was or why there was none.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import importlib.util
import json
import logging
import multiprocessing
import os
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs
from filelock import FileLock
from pydantic import BaseModel, ConfigDict

from models import apart, catalogue

__all__ = ["CONVERTER", "Half", "Tolerance", "copy_of", "decided", "folder", "not_today", "tolerance"]

CONVERTER = "halves/1"
"""Of our own part: how it is converted and tried. Another number makes all copies anew."""
_LONGEST = 600.0  # seconds for one model: read, converted, loaded twice, asked
_DAY = 86_400.0
_TABLE = catalogue.RESOURCES / "halves.json"
_log = logging.getLogger(__name__)
_lock = threading.Lock()
_known: dict[str, Half] = {}


@dataclass(frozen=True, slots=True)
class Half:
    """What is to be done with a model. `used`: its copy in fp16; `reason`: why not, one sentence. `sha256`, `name`: of
    the copy. `worst`: how far it was from the original; 1 is just allowed. `until`: seconds since 1970, where another
    day may go better (no memory on the card)."""

    used: bool
    reason: str = ""
    name: str = ""
    sha256: str = ""
    worst: float | None = None
    until: float | None = None

    @property
    def said(self) -> str:
        """As it stands in the settings of a finding: the same words whenever the same is done."""
        return f"converted by {_makers()}, SHA-256 {self.sha256}" if self.used else f"not used: {self.reason}"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """`cosine`: vectors, the least between both. Else values: |fp16 − fp32| ≤ absolute + relative · |fp32| for each.
    `low`, `high`: what the numbers of the pictures lie between that both are asked about."""

    cosine: float | None
    absolute: float
    relative: float
    low: float
    high: float


class _Table(BaseModel):
    """`resources/models/halves.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    note: str
    vectors: dict[str, float]
    values: dict[str, dict[str, float]]
    vector_models: tuple[str, ...]
    ranges: dict[str, tuple[float, float]]


def decided(model: str, device: str, card: str) -> Half:
    """What to do with this model on this card; tried when that was never done, which takes seconds to a minute.
    `device`: as in a `Plan`. Never raises for a model that does not hold: that is an answer."""
    lacking = _lacking(model)
    if lacking is not None:
        return Half(False, lacking)
    key = _key(model, device, card)
    with _lock:
        half = _known.get(key) or _remembered(key)
        if half is None:
            half = _made(model, device, key)
        _known[key] = half
    return half


def copy_of(half: Half) -> bytes:
    """The bytes of a copy that is used. Raises `OSError` or `ValueError` when it is gone or another file."""
    content = (folder() / half.name).read_bytes()
    if hashlib.sha256(content).hexdigest() != half.sha256:
        raise ValueError(f"{half.name} is not the file that was tried")
    return content


def tolerance(model: str) -> Tolerance:
    """Of this model, from the table: its own, else of its task, else the default."""
    table, entry = _table(), catalogue.entry(model)
    low, high = table.ranges.get(model, table.ranges.get(entry.id, (-1.0, 1.0)))
    values = table.values.get(entry.task, table.values["default"])
    vectors = entry.id in table.vector_models or model in table.vector_models
    return Tolerance(table.vectors["cosine"] if vectors else None, values["absolute"], values["relative"], low, high)


def folder() -> Path:
    """Where the copies lie (`ASSERVAT_CACHE`, else the user's cache); it need not exist. It may be deleted at any time
    when nothing runs."""
    named = os.environ.get("ASSERVAT_CACHE")
    return (Path(named) if named else Path(platformdirs.user_cache_dir("asservat", appauthor=False))) / "halves"


@functools.cache
def _table() -> _Table:
    return _Table.model_validate_json(_TABLE.read_text(encoding="utf-8"))


def _lacking(model: str) -> str | None:
    """Why this model cannot even be tried."""
    entry = catalogue.entry(model)
    if entry.format not in ("onnx", "dlib"):
        return f"files of the format {entry.format} are not converted."
    part = entry.part(model.partition(":")[2])
    if not part.sha256 or catalogue.found(entry, part) is None:
        return "the file is not there, or nobody vouches for it."
    lacking = [name for name in ("onnx", "onnxruntime") if importlib.util.find_spec(name) is None]
    return f"the package {lacking[0]}, which converts, is not installed." if lacking else None


def _makers() -> str:
    from models.runtime import engine_version

    return f"{CONVERTER}, onnxruntime {engine_version('onnxruntime')}, onnx {importlib.metadata.version('onnx')}"


def _key(model: str, device: str, card: str) -> str:
    sha256 = catalogue.entry(model).part(model.partition(":")[2]).sha256 or ""
    table = hashlib.sha256(_TABLE.read_bytes()).hexdigest()
    told = "|".join((model, sha256, _makers(), table, device, card))
    return f"{sha256[:16]}-{hashlib.sha256(told.encode()).hexdigest()[:24]}"


def _remembered(key: str) -> Half | None:
    """The verdict of an earlier time, while its copy is there and still what it was."""
    try:
        half = Half(**json.loads((folder() / f"{key}.json").read_text(encoding="utf-8")))
        if half.until is not None and half.until < time.time():
            return None
        if half.used:
            copy_of(half)
    except (OSError, ValueError, TypeError):
        return None
    return half


def _made(model: str, device: str, key: str) -> Half:
    if multiprocessing.current_process().daemon:  # may start no process; whoever described the run has tried them all
        return Half(False, "it was not tried before this process began.")
    try:
        folder().mkdir(parents=True, exist_ok=True)
        with FileLock(folder() / f"{key}.lock"):  # of two runs that begin at once, one tries
            half = _remembered(key) or _tried(model, device, key)
            passing = folder() / f"{key}.json.part"
            passing.write_text(json.dumps(asdict(half)), encoding="utf-8")
            passing.replace(folder() / f"{key}.json")
    except OSError as error:
        half = Half(False, f"the copy cannot be kept in {folder()} ({error.strerror or error}).")
    _log.info("%s in fp16 on %s: %s (deviation %s)", model, device, half.said, half.worst)
    return half


def _tried(model: str, device: str, key: str) -> Half:
    """In a process of its own: converting takes much memory, and a graph may take its process with it."""
    target = folder() / f"{key}.onnx"
    try:
        return apart.ask(_try_out, model, device, str(target), name="fp16-trial", seconds=_LONGEST)
    except TimeoutError:
        return not_today(f"it was not converted and tried within {_LONGEST / 60:.0f} minutes.")
    except ChildProcessError:
        return not_today("the process that converted and tried it ended before it answered.")


def not_today(reason: str) -> Half:
    """A refusal that is no statement about the model: it is tried again on another day, not in the midst of a run."""
    return Half(False, reason, until=time.time() + _DAY)


def _try_out(model: str, device: str, target: str) -> Half:
    from models.halves_trial import try_out

    return try_out(model, device, Path(target))
