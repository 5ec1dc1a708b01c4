"""fp16 copies: converting, comparing, refusing, remembering and recording. Without a card all of it is done on the
processor, whose ONNX Runtime computes fp16 graphs as well; only its arithmetic is another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from core.errors import ModelError
from models import catalogue, engine_onnxruntime, halves, halves_trial, nvidia
from models.engine_onnxruntime import OnnxRuntimeSession
from models.halves import Half, Tolerance
from models.local import BackendSpec, LocalBackend
from models.nvidia import Card, Found
from models.runtime import Plan, Runtime, engine_version
from tests.support.tiny_models import Shelf

VIT = "nsfw-vit-224"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ASSERVAT_CACHE", str(tmp_path / "cache"))
    halves._known.clear()
    yield tmp_path / "cache" / "halves"
    halves._known.clear()


@pytest.fixture
def here(cache: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Trials in this process, and counted."""
    tried: list[str] = []

    def try_here(model: str, device: str, key: str) -> Half:
        tried.append(model)
        return halves_trial.try_out(model, device, halves.folder() / f"{key}.onnx")

    monkeypatch.setattr(halves, "_tried", try_here)
    return tried


def classifier(path: Path, scale: float = 1.0, *, whole: bool = False) -> Path:
    """A classifier of the published signature. `scale`: how large its numbers grow on the way: fp16 ends at 65 504.
    `whole`: it computes in whole numbers."""
    rng = np.random.default_rng(1)
    weights = (rng.standard_normal((3 * 14 * 14, 2)) * 0.05).astype(np.float32)
    nodes = [
        helper.make_node("AveragePool", ["pixel_values"], ["small"], kernel_shape=[16, 16], strides=[16, 16]),
        helper.make_node("Flatten", ["small"], ["flat"], axis=1),
        helper.make_node("Mul", ["flat", "up"], ["large"]),
        helper.make_node("Mul", ["large", "down"], ["back"]),
        helper.make_node("MatMul", ["back", "weights"], ["logits"]),
    ]
    if whole:
        nodes.insert(0, helper.make_node("DynamicQuantizeLinear", ["pixel_values"], ["q", "s", "z"]))
    graph = helper.make_graph(
        nodes,
        "made",
        [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, ["n", 3, 224, 224])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 2])],
        [
            numpy_helper.from_array(weights, "weights"),
            numpy_helper.from_array(np.array(scale, np.float32), "up"),
            numpy_helper.from_array(np.array(1 / scale, np.float32), "down"),
        ],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(made, path)
    return path


def put(shelf: Shelf, scale: float = 1.0, *, whole: bool = False) -> Path:
    made = classifier(shelf.packs.parent / "made.onnx", scale, whole=whole)
    shelf.put(VIT, {"": made.read_bytes()})
    return shelf.packs / VIT / catalogue.entry(VIT).file


def run(content: bytes | None, path: Path, precision: str, feeds: dict[str, NDArray[Any]]) -> NDArray[Any]:
    plan = Plan("onnxruntime", engine_version("onnxruntime"), "cpu", precision)
    (answer,) = OnnxRuntimeSession(path, plan, 1, content).run(feeds)
    return np.asarray(answer)


class TestConverting:
    def test_weights_become_fp16_and_the_signature_stays(self, tmp_path: Path) -> None:
        path = classifier(tmp_path / "m.onnx")
        half = halves_trial.convert(path.read_bytes())
        made = onnx.load_from_string(half)
        assert {one.data_type for one in made.graph.initializer} == {TensorProto.FLOAT16}
        for ports in (made.graph.input, made.graph.output):
            assert [one.type.tensor_type.elem_type for one in ports] == [TensorProto.FLOAT]
        assert [one.name for one in made.graph.input] == ["pixel_values"]
        assert [one.name for one in made.graph.output] == ["logits"]
        assert len(half) < path.stat().st_size
        assert halves_trial.convert(path.read_bytes()) == half, "the same bytes each time"

    def test_it_computes_what_arithmetic_in_fp16_gives(self, tmp_path: Path) -> None:
        path = classifier(tmp_path / "m.onnx")
        half = halves_trial.convert(path.read_bytes())
        picture = np.random.default_rng(5).uniform(-1, 1, (1, 3, 224, 224)).astype(np.float32)
        exact = run(None, path, "fp32", {"pixel_values": picture})
        got = run(half, path, "fp16", {"pixel_values": picture})
        assert got.dtype == np.float32
        assert 0 < np.abs(got - exact).max() < 0.01


class TestComparing:
    VALUES = Tolerance(None, 0.02, 0.01, -1, 1)
    VECTORS = Tolerance(0.9999, 0.02, 0.01, -1, 1)

    def test_values_by_hand(self) -> None:
        one, half = np.array([0.5, 100.0]), np.array([0.51, 100.51])
        # 0.01 of 0.02 + 0.005, and 0.51 of 0.02 + 1
        assert halves_trial.compared([one], [half], self.VALUES) == pytest.approx(0.51 / 1.02)
        assert halves_trial.compared([one], [one], self.VALUES) == 0
        assert halves_trial.compared([one, one], [one, one + 9], self.VALUES) > 1

    def test_vectors_by_hand(self) -> None:
        one = np.array([[1.0, 0.0], [0.0, 1.0]])
        angle = 0.02
        turned = np.array([[1.0, 0.0], [np.sin(angle), np.cos(angle)]])
        expected = (1 - np.cos(angle)) / 1e-4
        assert expected > 1  # one of two is enough
        assert halves_trial.compared([one], [turned], self.VECTORS) == pytest.approx(expected)
        assert halves_trial.compared([one], [one * 3], self.VECTORS) == pytest.approx(0)
        assert halves_trial.compared([one * 0], [one * 0], self.VECTORS) == 0
        assert halves_trial.compared([one * 0], [one], self.VECTORS) > 1

    def test_what_is_no_number_or_of_another_shape_is_never_near(self) -> None:
        one = np.array([1.0, 2.0])
        for other in (np.array([1.0, np.nan]), np.array([np.inf, 2.0]), np.array([1.0])):
            assert halves_trial.compared([one], [other], self.VALUES) == float("inf")
        masked = np.array([1.0, -np.inf])
        assert halves_trial.compared([masked], [masked], self.VALUES) == 0

    def test_every_family_has_a_tolerance_and_a_range(self) -> None:
        for name, entry in catalogue.catalogue().items():
            for file in entry.files:
                found = halves.tolerance(f"{name}:{file.part}" if file.part else name)
                assert found.low < found.high
                assert 0 < found.absolute <= 0.02
        assert halves.tolerance("insightface-buffalo-l:embedder").cosine == 0.9999
        assert halves.tolerance("insightface-buffalo-l:detector").cosine is None
        assert halves.tolerance("siglip2-base-p16-224:image").cosine == 0.9999
        assert halves.tolerance("sface-2021dec").high == 255
        named = {*halves._table().vector_models, *halves._table().ranges}
        assert {one.partition(":")[0] for one in named} <= set(catalogue.catalogue())


class TestDeciding:
    def test_a_copy_that_holds_is_made_once_and_kept(self, shelf: Shelf, cache: Path, here: list[str]) -> None:
        path = put(shelf)
        half = halves.decided(VIT, "cpu", "a card")
        assert half.used
        assert half.worst is not None
        assert 0 < half.worst < 1
        assert halves.copy_of(half) == halves_trial.convert(path.read_bytes())
        halves._known.clear()
        assert halves.decided(VIT, "cpu", "a card") == half
        assert here == [VIT]
        assert halves.decided(VIT, "cpu", "another card").used
        assert here == [VIT, VIT], "another card computes otherwise"

    def test_numbers_too_large_for_fp16_are_refused(self, shelf: Shelf, cache: Path, here: list[str]) -> None:
        put(shelf, scale=1e6)
        half = halves.decided(VIT, "cpu", "")
        assert not half.used
        assert "further from those in fp32" in half.reason
        assert not list(cache.glob("*.onnx"))
        halves._known.clear()
        assert halves.decided(VIT, "cpu", "") == half
        assert here == [VIT], "a refusal is remembered"

    def test_whole_numbers_and_unreadable_files_have_their_own_sentences(
        self, shelf: Shelf, cache: Path, here: list[str]
    ) -> None:
        put(shelf, whole=True)
        assert "whole numbers (DynamicQuantizeLinear)" in halves.decided(VIT, "cpu", "").reason
        shelf.put(VIT, {"": b"no graph"})
        half = halves.decided(VIT, "cpu", "")
        assert "cannot be converted and tried" in half.reason
        assert half.until is not None, "that is tried again some day"
        (kept,) = [one for one in map(_read, cache.glob("*.json")) if one["until"]]
        assert kept["reason"] == half.reason

    def test_what_is_not_there_is_not_remembered(self, shelf: Shelf, cache: Path, here: list[str]) -> None:
        assert "not there" in halves.decided(VIT, "cpu", "").reason
        assert here == []
        put(shelf)
        assert halves.decided(VIT, "cpu", "").used

    def test_a_changed_copy_is_made_anew(self, shelf: Shelf, cache: Path, here: list[str]) -> None:
        put(shelf)
        half = halves.decided(VIT, "cpu", "")
        (cache / half.name).write_bytes(b"something else")
        with pytest.raises(ValueError, match="not the file that was tried"):
            halves.copy_of(half)
        halves._known.clear()
        assert halves.decided(VIT, "cpu", "") == half
        assert here == [VIT, VIT]

    def test_other_weights_are_another_copy(self, shelf: Shelf, cache: Path, here: list[str]) -> None:
        put(shelf)
        one = halves.decided(VIT, "cpu", "")
        put(shelf, scale=2.0)
        other = halves.decided(VIT, "cpu", "")
        assert one.name != other.name
        assert here == [VIT, VIT]

    def test_where_nothing_can_be_written_the_original_is_used(
        self, shelf: Shelf, tmp_path: Path, here: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(shelf)
        (tmp_path / "file").write_text("")
        monkeypatch.setenv("ASSERVAT_CACHE", str(tmp_path / "file"))
        half = halves.decided(VIT, "cpu", "")
        assert not half.used
        assert "cannot be kept" in half.reason

    def test_without_the_converter_it_is_said(self, shelf: Shelf, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        put(shelf)
        real = halves.importlib.util.find_spec
        monkeypatch.setattr(halves.importlib.util, "find_spec", lambda name: None if name == "onnx" else real(name))
        assert "the package onnx" in halves.decided(VIT, "cpu", "").reason

    def test_a_process_that_may_start_none_only_reads(
        self, shelf: Shelf, cache: Path, here: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(shelf)
        monkeypatch.setattr(halves.multiprocessing.current_process(), "_config", {"daemon": True})
        assert "not tried before" in halves.decided(VIT, "cpu", "").reason
        assert here == []
        assert not list(cache.glob("*.json"))

    def test_in_a_process_of_its_own(self, shelf: Shelf, cache: Path) -> None:
        put(shelf)
        half = halves.decided(VIT, "cpu", "")
        assert half.used, half.reason
        assert halves.copy_of(half)

    def test_dlibs_network_as_well(self, cache: Path, here: list[str]) -> None:
        """Real weights of a real embedder, in the graph that is made of them."""
        half = halves.decided("dlib-face-resnet", "cpu", "")
        assert half.used, half.reason
        assert half.worst is not None
        assert half.worst < 0.5


@pytest.mark.filterwarnings("ignore:Duplicate provider")
class TestRecording:
    """A card is played by the processor: what is planned, opened and written down is the same."""

    @pytest.fixture
    def card(self, monkeypatch: pytest.MonkeyPatch, here: list[str]) -> list[str]:
        monkeypatch.setitem(engine_onnxruntime._PROVIDERS, "cuda", "CPUExecutionProvider")
        monkeypatch.setattr(engine_onnxruntime, "_cuda", lambda plan: {})
        monkeypatch.setattr(engine_onnxruntime.ort, "preload_dlls", lambda: None)
        monkeypatch.setattr(nvidia, "look", lambda: Found((Card("Test card", 8_000_000_000),)))
        return here

    def test_fast_on_a_card_opens_the_copy_and_says_so(self, shelf: Shelf, card: list[str]) -> None:
        path = put(shelf)
        runtime = Runtime("fast", device="cuda")
        plan = runtime.plan(VIT)
        assert plan.precision == "fp16"
        settings = plan.settings()
        assert settings["half"].startswith(f"converted by {halves.CONVERTER}, onnxruntime ")
        picture = np.random.default_rng(5).uniform(-1, 1, (1, 3, 224, 224)).astype(np.float32)
        (answer,) = runtime.session(VIT).run({"pixel_values": picture})
        half = halves_trial.convert(path.read_bytes())
        np.testing.assert_array_equal(answer, run(half, path, "fp16", {"pixel_values": picture}))
        assert runtime.session(VIT).describe() == plan
        runtime.close()

    def test_a_refused_one_stays_in_tf32_with_the_reason(self, shelf: Shelf, card: list[str]) -> None:
        put(shelf, scale=1e6)
        runtime = Runtime("fast", device="cuda")
        plan = runtime.plan(VIT)
        assert plan.precision == "tf32"
        assert plan.settings()["half"].startswith("not used: its answers are further")
        assert runtime.session(VIT).describe().precision == "tf32"
        runtime.close()

    def test_strict_and_the_processor_never_ask(self, shelf: Shelf, card: list[str]) -> None:
        put(shelf)
        for runtime in (Runtime("strict", device="cuda"), Runtime("fast", device="cpu")):
            plan = runtime.plan(VIT)
            assert plan.half == ""
            assert "half" not in plan.settings()
        assert card == []

    def test_the_settings_of_the_analyzer_differ(self, shelf: Shelf, card: list[str]) -> None:
        """And so does the hash of the configuration under which findings stand."""
        put(shelf)
        seen = []
        for precision in ("strict", "fast"):
            backend = LocalBackend(BackendSpec(precision=precision, device="cuda", analyzers=("models.nsfw:Nsfw",)))
            (info,) = backend.describe()
            seen.append(info.settings[VIT])
            backend.close()
        assert seen[0]["precision"] == "fp32"
        assert seen[1]["precision"] == "fp16"
        assert "SHA-256" in seen[1]["half"]

    def test_a_copy_that_goes_while_the_program_runs_stops_it(self, shelf: Shelf, card: list[str], cache: Path) -> None:
        put(shelf)
        runtime = Runtime("fast", device="cuda")
        runtime.plan(VIT)
        for one in cache.glob("*.onnx"):
            one.unlink()
        with pytest.raises(ModelError, match="changed or removed"):
            runtime.session(VIT)
        runtime.close()


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
