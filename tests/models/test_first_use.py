from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from models.first_use import FirstUse
from models.session import Engine, Plan
from tests.support import tiny_models


def test_the_first_goes_alone_and_the_others_together() -> None:
    first = FirstUse()
    order: list[str] = []
    inside = threading.Event()

    def second() -> None:
        with first.of("run"):
            order.append("second")

    with first.of("run"):
        thread = threading.Thread(target=second)
        thread.start()
        assert not inside.wait(0.05)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]
    both = threading.Barrier(2)

    def meet() -> None:
        with first.of("run"):
            both.wait(5)

    threads = [threading.Thread(target=meet) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert not both.broken


def test_a_first_use_that_failed_was_none() -> None:
    first = FirstUse()
    with pytest.raises(ValueError, match="no"), first.of("open"):
        raise ValueError("no")
    with first.of("open"):
        assert first._lock.locked()
    with first.of("open"):
        assert not first._lock.locked()


class Watched:
    """The library's own call; each waits a moment for company and notes whether it came."""

    def __init__(self, call: Any) -> None:
        self._call = call
        self._company = threading.Barrier(2)
        self.met: list[bool] = []

    def __call__(self, *arguments: Any, **more: Any) -> Any:
        try:
            self._company.wait(0.3)
            self.met.append(True)
        except threading.BrokenBarrierError:
            self.met.append(False)
        return self._call(*arguments, **more)


@pytest.mark.parametrize("engine", ["openvino", "onnxruntime"])
def test_the_first_arrays_of_a_process_are_handed_over_one_after_another(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models import engine_onnxruntime, engine_openvino

    path = tmp_path / "tower.onnx"
    path.write_bytes(tiny_models.siglip_files()["image"])
    module = engine_openvino if engine == "openvino" else engine_onnxruntime
    made: Any = engine_openvino.OpenVinoSession if engine == "openvino" else engine_onnxruntime.OnnxRuntimeSession
    monkeypatch.setattr(module, "_first", FirstUse())
    session = made(path, Plan(engine, "1", "cpu", "fp32"), 2)
    if engine == "openvino":
        watched = Watched(session._compiled.create_infer_request().infer)
        session._free = [SimpleNamespace(infer=watched) for _ in range(2)]
    else:
        watched = Watched(session._session.run)
        session._session = SimpleNamespace(run=watched)
    feeds = {session.inputs[0].name: np.zeros((1, 3, 8, 8), np.float32)}
    threads = [threading.Thread(target=session.run, args=(feeds,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert watched.met == [False, False]
