from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from core.errors import ModelError, ModelMissing
from models import catalogue, runtime
from models.runtime import Runtime
from tests.models.pack_making import TOY, Place, entry

CLASSIFIER = "ppocr-cls-v2-mobile"


def lines(count: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).uniform(-1, 1, (count, 3, 48, 192)).astype(np.float32)


@pytest.mark.parametrize("engine", ["openvino", "onnxruntime"])
def test_a_session_is_what_was_planned(engine: runtime.Engine) -> None:
    made = Runtime(workers=2, engines={CLASSIFIER: (engine,)})
    session = made.session(CLASSIFIER)
    assert session.describe() == made.plan(CLASSIFIER)
    assert session.describe().engine == engine
    assert session.describe().precision == "fp32"
    assert session.describe().device == "cpu"
    assert made.session(CLASSIFIER) is session
    made.close()


@pytest.mark.parametrize("engine", ["openvino", "onnxruntime"])
def test_what_is_taken_of_the_outputs_is_the_same_and_outlives_the_next_call(engine: runtime.Engine) -> None:
    made = Runtime(engines={CLASSIFIER: (engine,)})
    session = made.session(CLASSIFIER)
    name = session.inputs[0].name
    first, second = (np.random.default_rng(n).uniform(-1, 1, (3, 3, 48, 192)).astype(np.float32) for n in (1, 2))
    whole = session.run({name: first})[0]
    taken = session.run({name: first}, lambda outputs: [outputs[0].argmax(axis=1), outputs[0].max(axis=1)])
    session.run({name: second}, lambda outputs: [outputs[0][:, :1].copy()])
    np.testing.assert_array_equal(taken[0], whole.argmax(axis=1))
    np.testing.assert_array_equal(taken[1], whole.max(axis=1))
    made.close()


def test_engines_agree_and_carry_the_dictionary() -> None:
    answers, dictionaries = [], []
    for engine in ("openvino", "onnxruntime"):
        made = Runtime(engines={"ppocrv6-rec-small": (engine,)})
        session = made.session("ppocrv6-rec-small")
        line = np.random.default_rng(1).uniform(-1, 1, (1, 3, 48, 160)).astype(np.float32)
        answers.append(session.run({session.inputs[0].name: line})[0])
        dictionaries.append(session.metadata["character"])
        made.close()
    assert dictionaries[0] == dictionaries[1]
    assert len(dictionaries[0].splitlines()) == answers[0].shape[2] - 2
    np.testing.assert_allclose(answers[0], answers[1], atol=2e-4)


def test_without_openvino_onnx_runtime_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "installed", lambda engine: engine == "onnxruntime")
    made = Runtime()
    assert made.plan(CLASSIFIER).engine == "onnxruntime"
    assert made.session(CLASSIFIER).describe().engine == "onnxruntime"
    made.close()


def test_without_any_engine_the_model_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "installed", lambda engine: False)
    with pytest.raises(ModelMissing, match="No engine"):
        Runtime().plan(CLASSIFIER)


@pytest.mark.filterwarnings("ignore:Specified provider")
def test_another_device_than_planned_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    if runtime.cuda_present():
        pytest.skip("this machine has a CUDA device")
    monkeypatch.setattr("models.engine_onnxruntime.ort.preload_dlls", lambda: None)
    with pytest.raises(ModelError, match="was to run on cuda"):
        Runtime(device="cuda").session(CLASSIFIER)


def test_one_session_serves_threads_and_gives_each_its_own_answer() -> None:
    made = Runtime(workers=2)
    session = made.session(CLASSIFIER)
    name = session.inputs[0].name
    alone = [session.run({name: lines(1, seed)})[0] for seed in range(6)]
    together: dict[int, NDArray[np.float32]] = {}

    def ask(seed: int) -> None:
        for _ in range(5):
            together[seed] = session.run({name: lines(1, seed)})[0]

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed in range(6):
        np.testing.assert_allclose(together[seed], alone[seed], atol=1e-6)
    made.close()


def test_models_load_once_even_when_asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Runtime()
    opened: list[str] = []
    real = made._open

    def counted(model: str) -> runtime.Session:
        opened.append(model)
        return real(model)

    monkeypatch.setattr(made, "_open", counted)
    threads = [threading.Thread(target=made.session, args=(CLASSIFIER,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [CLASSIFIER]
    made.close()


SILENT = """
import sys
seen = []
sys.addaudithook(lambda event, args: seen.append(event) if event.startswith("socket") else None)
from models.local import BackendSpec, LocalBackend
backend = LocalBackend(BackendSpec())
for analyzer in ("nsfw", "ocr"):
    backend.load(analyzer)
print(seen)
"""


def test_loading_every_model_opens_no_socket() -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", SILENT], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_bound_inputs_and_outputs_give_the_same() -> None:
    from models.engine_onnxruntime import OnnxRuntimeSession

    made = Runtime(engines={CLASSIFIER: ("onnxruntime",)})
    session = OnnxRuntimeSession(catalogue.verify(CLASSIFIER), made.plan(CLASSIFIER), 1)
    feeds = {session.inputs[0].name: lines(3)}
    for bound, plain in zip(session.bound(feeds), session.run(feeds), strict=True):
        np.testing.assert_array_equal(bound, plain)
    session.close()


def test_two_models_share_a_small_memory_and_both_answer() -> None:
    made = Runtime(memory_bytes=1)
    first, second = made.session(CLASSIFIER), made.session("nudenet-320n")
    picture = np.zeros((1, 3, 320, 320), np.float32)
    before = second.run({second.inputs[0].name: picture})[0]
    assert made.shelf.names() == ["nudenet-320n"]
    first.run({first.inputs[0].name: lines(1)})
    assert made.shelf.names() == [CLASSIFIER]
    np.testing.assert_array_equal(second.run({second.inputs[0].name: picture})[0], before)
    made.close()


def test_words_of_both_engines_for_no_memory_are_understood() -> None:
    from models import engine_onnxruntime, engine_openvino

    for words in (
        "Non-zero status code returned while running Conv node: bfc_arena.cc BFCArena::AllocateRawInternal "
        "Failed to allocate memory for requested buffer of size 1073741824",
        "CUDA failure 2: out of memory ; GPU=0",
        "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED",
    ):
        assert engine_onnxruntime._NO_MEMORY.search(words)
    for words in ("[GPU] clWaitForEvents, error code: -5 CL_OUT_OF_RESOURCES, CL_OUT_OF_HOST_MEMORY", "std::bad_alloc"):
        assert engine_openvino._NO_MEMORY.search(words)
    for engine in (engine_onnxruntime, engine_openvino):
        assert not engine._NO_MEMORY.search("Got invalid dimensions for input: x for the following indices")


@pytest.mark.parametrize("engine", ["openvino", "onnxruntime"])
def test_tensors_are_called_what_the_file_calls_them(
    engine: runtime.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exports end (and begin) in steps that do nothing; folding them leaves a tensor with the names of both sides."""
    place = Place(tmp_path, monkeypatch)
    nodes = [
        helper.make_node("Identity", ["pixels"], ["/a/Identity_output_0"]),
        helper.make_node("Relu", ["/a/Identity_output_0"], ["/b/Relu_output_0"]),
        helper.make_node("Identity", ["/b/Relu_output_0"], ["scores"]),
        helper.make_node("Neg", ["/a/Identity_output_0"], ["boxes"]),
    ]
    free = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 2]) for name in ("pixels", "scores", "boxes")]
    graph = helper.make_graph(nodes, "folded", free[:1], free[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    folder = place.packs / TOY
    folder.mkdir()
    onnx.save(model, folder / "model.onnx")
    inputs = [{"name": "pixels", "dtype": "float32", "shape": [None, 2]}]
    place.list(entry(folder, {"model.onnx": {"inputs": inputs}}))
    made = Runtime(engines={TOY: (engine,)})
    session = made.session(TOY)
    assert [one.name for one in session.inputs] == ["pixels"]
    assert [one.name for one in session.outputs] == ["scores", "boxes"]
    scores, boxes = session.run({"pixels": np.array([[2, -3]], np.float32)})
    np.testing.assert_array_equal(scores, [[2, 0]])
    np.testing.assert_array_equal(boxes, [[-2, 3]])
    made.close()
