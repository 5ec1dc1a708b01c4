"""Cut-outs compared by how they look: with small real graphs that have the published models' inputs and outputs."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.control import Control
from core.memory import LocalPixels
from core.records import Sample, SampleKind, SampleResult
from models import catalogue, logo_vectors
from models.left_out import LeftOut
from models.local import BackendSpec, LocalBackend
from models.logo_vectors import Kept, Look
from models.runtime import Runtime
from tests.support.logo_scenes import Picture, background, logo

SPEC = BackendSpec(analyzers=("models.logo:Logo",))
SIGLIP = "siglip2-base-p16-224"


def graph(path: Path, *, dino: bool) -> str:
    """Means of 8 × 8 tiles through a random matrix: alike pictures get alike vectors. Returns the SHA-256."""
    width = 384 if dino else 768
    random = np.random.default_rng(width)
    weights = random.normal(0, 1, (192, width)).astype(np.float32)
    nodes = [
        helper.make_node("AveragePool", ["pixel_values"], ["tiles"], kernel_shape=[28, 28], strides=[28, 28]),
        helper.make_node("Reshape", ["tiles", "flat"], ["row"]),
        helper.make_node("MatMul", ["row", "weights"], ["vector"]),
        helper.make_node("Reshape", ["vector", "tokens"], ["last_hidden_state"]),
    ]
    outputs = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["n", "t", width])]
    if not dino:
        nodes.append(helper.make_node("Identity", ["vector"], ["pooler_output"]))
        outputs.append(helper.make_tensor_value_info("pooler_output", TensorProto.FLOAT, ["n", width]))
    made = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, ["n", 3, "h", "w"])],
        outputs,
        [
            numpy_helper.from_array(weights, "weights"),
            numpy_helper.from_array(np.array([-1, 192], np.int64), "flat"),
            numpy_helper.from_array(np.array([-1, 1, width], np.int64), "tokens"),
        ],
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def entry(pack: str, file: str, sha256: str) -> dict[str, object]:
    published = json.loads((catalogue.RESOURCES / "catalogue" / "logo.json").read_text(encoding="utf-8"))["models"][0]
    return {**published, "id": pack, "files": [{"name": file, "sha256": sha256}]}


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Both packs installed, and a catalogue that knows them."""
    folder = tmp_path / "packs"
    rows = [
        entry(name, file, graph(folder / name / file, dino=name == logo_vectors.DINO))
        for name, file in ((logo_vectors.DINO, "model_int8.onnx"), (SIGLIP, "vision_model.onnx"))
    ]
    ocr = json.loads((catalogue.RESOURCES / "catalogue" / "ocr.json").read_text(encoding="utf-8"))["models"]
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "all.json").write_text(json.dumps({"models": rows + ocr}), encoding="utf-8")
    monkeypatch.setenv("ASSERVAT_PACKS", str(folder))
    monkeypatch.setenv("ASSERVAT_CATALOGUE", str(tmp_path / "catalogue"))
    catalogue.forget()
    yield folder
    monkeypatch.undo()
    catalogue.forget()


def sample(picture: Picture) -> Sample:
    return Sample("c", 0, SampleKind.IMAGE, LocalPixels(picture), picture.shape[1::-1])


def reference(backend: LocalBackend, name: str, picture: Picture, number: int) -> dict[str, object]:
    (result,) = backend.analyze("logo", [sample(picture)], {"purpose": "reference"}, Control())
    data = base64.b64encode(result.vectors[0].values.tobytes()).decode()
    return {"id": number, "name": name, "sha256": "0" * 64, "data": data}


def soft(seed: int) -> Picture:
    """Clouds of colour: nothing with an edge or a corner."""
    small = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    return np.asarray(
        cv2.GaussianBlur(cv2.resize(small, (240, 240), interpolation=cv2.INTER_CUBIC), (0, 0), 9), np.uint8
    )


# ---------------------------------------------------------------------- preprocessing


def test_the_tensor_is_stretched_scaled_and_red_first() -> None:
    picture = np.zeros((448, 896, 3), np.uint8)
    picture[:, :448] = (255, 0, 0)
    made = logo_vectors.tensor(picture, *logo_vectors._IMAGENET)
    assert made.shape == (1, 3, 224, 224)
    assert made.dtype == np.float32
    assert made[0, :, 100, 50] == pytest.approx([(1 - 0.485) / 0.229, -0.456 / 0.224, -0.406 / 0.225], abs=1e-5)
    assert made[0, :, 100, 200] == pytest.approx([-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225], abs=1e-5)
    halves = logo_vectors.tensor(background(1, (448, 448)), *logo_vectors._HALF)
    means = background(1, (448, 448)).reshape(224, 2, 224, 2, 3).mean((1, 3)) / 127.5 - 1  # area: means of 2 × 2
    assert np.abs(halves[0].transpose(1, 2, 0) - means).max() <= 1 / 127.5


def test_a_reference_is_seen_nine_ways() -> None:
    picture = logo("badge")[:400]
    made = logo_vectors.views(picture)
    assert len(made) == 9
    assert (made[1] == np.rot90(picture)).all()
    assert (made[4][..., 0] == made[4][..., 2]).all()
    assert (made[5] == 255 - picture).all()
    assert all(one.dtype == np.uint8 for one in made)


def test_the_grid_covers_the_picture() -> None:
    boxes = logo_vectors.grid(800, 400)
    assert boxes.min() >= 0
    assert boxes.max() <= 1 + 1e-6
    sides = {(round(float(w * 800)), round(float(h * 400))) for w, h in boxes[:, 2:] - boxes[:, :2]}
    assert sides == {(400, 400), (200, 200), (136, 136)}
    for x, y in np.random.default_rng(0).random((50, 2)):
        assert ((boxes[:, 0] <= x) & (boxes[:, 2] >= x) & (boxes[:, 1] <= y) & (boxes[:, 3] >= y)).any()


# ---------------------------------------------------------------------- comparing


def test_what_is_kept_comes_back_and_damage_is_refused() -> None:
    random = np.random.default_rng(2)
    kept = Kept(random.random((5, 4), np.float32), random.random(5, np.float32), random.random((5, 12), np.float32))
    again = Kept.unpack(kept.pack())
    assert np.abs(again.vectors - kept.vectors).max() < 1e-3
    assert np.abs(again.boxes - kept.boxes).max() < 1e-3
    look = Look.unpack(Look("a/b", kept.vectors).pack())
    assert look is not None
    assert (look.space, look.vectors.shape) == ("a/b", (5, 12))
    assert Look.unpack(b"") is None
    for harm in (kept.pack()[:-1], kept.pack()[:3]):
        with pytest.raises(ValueError, match=r"version|short"):
            Kept.unpack(harm)
        with pytest.raises(ValueError, match=r"version|short"):
            Look.unpack(harm.tobytes())


def test_the_margin_is_to_the_best_other_name_and_other_spaces_do_not_count() -> None:
    vectors = np.array([[1, 0, 0], [0, 0.6, 0.8]], np.float32)
    looks = [
        Look("s", np.array([[1, 0, 0], [0, 1, 0]], np.float32)),
        Look("s", np.array([[0.8, 0.6, 0]], np.float32)),
        Look("s", np.array([[0, 0, 1]], np.float32)),
        Look("other", np.array([[1, 0, 0]], np.float32)),
        None,
    ]
    found = logo_vectors.nearest(vectors, looks, ["a", "a", "b", "c", "d"], "s")
    assert [(index, round(cosine, 3), round(margin, 3)) for index, cosine, margin in found] == [
        (0, 1.0, 1.0),
        (2, 0.8, 0.2),
    ]
    assert logo_vectors.nearest(vectors, [None], ["a"], "s") == [(-1, 0.0, 0.0)] * 2


def test_without_packs_nothing_of_this_happens() -> None:
    assert logo_vectors.installed() == ()
    (info,) = LocalBackend(SPEC).describe()
    assert info.settings["ways"] == "features, shapes"
    assert info.models == ()


def test_the_vector_is_the_mean_of_both_cosines(packs: Path) -> None:
    towers = logo_vectors.Towers.open(Runtime(), LeftOut())
    assert towers is not None
    assert len(towers.space.split("/")) == 4  # preprocessing/1 and two packs
    a, b = soft(1), soft(2)
    vectors = towers.embed([a, b])
    assert vectors.shape == (2, 384 + 768)
    cosines = []
    for pack, output, norm in ((logo_vectors.DINO, 0, logo_vectors._IMAGENET), (SIGLIP, 1, logo_vectors._HALF)):
        session = Runtime().session(pack)
        x, y = (
            np.ravel(session.run({"pixel_values": logo_vectors.tensor(one, *norm)})[output]).astype(float)
            for one in (a, b)
        )
        cosines.append(x @ y / np.linalg.norm(x) / np.linalg.norm(y))
    assert float(vectors[0] @ vectors[1]) == pytest.approx(np.mean(cosines), abs=1e-4)
    assert float(vectors[0] @ vectors[0]) == pytest.approx(1, abs=1e-4)


def test_one_pack_is_enough(packs: Path) -> None:
    (packs / SIGLIP / "vision_model.onnx").unlink()
    assert logo_vectors.installed() == (logo_vectors.DINO,)
    (info,) = LocalBackend(SPEC).describe()
    assert logo_vectors.DINO in str(info.settings["ways"])
    assert SIGLIP not in str(info.settings["ways"])


def test_looks_find_what_has_no_edges_and_geometry_keeps_the_last_word(packs: Path) -> None:
    backend = LocalBackend(SPEC)
    marks = [reference(backend, f"cloud {seed}", soft(seed), seed) for seed in (1, 2, 3)]
    given = json.dumps({"references": marks})
    picture = np.full((480, 640, 3), 90, np.uint8)
    picture[:240, :240] = soft(2)
    (result,) = backend.analyze("logo", [sample(picture)], {"gallery": given}, Control())
    best = max(result.findings, key=lambda one: one.score or 0)
    assert best.label == "cloud 2"
    assert best.attributes["way"] == "vectors"
    assert best.attributes["cosine"] > 0.95
    assert best.attributes["margin"] > 0.05
    assert best.score is not None
    assert best.score <= 0.49  # possible, not more
    assert best.region is not None
    assert (best.region.x, best.region.y) == pytest.approx((0, 0), abs=0.02)
    spaces = {vector.space: vector for vector in result.vectors}
    assert len(spaces) == 2
    (later,) = backend.conclude(
        "logo", [(0, None, None, None)], [SampleResult(vectors=result.vectors)], {"gallery": given}
    )
    assert [(one.label, one.score) for one in later.findings] == [(one.label, one.score) for one in result.findings]
    strict = {"gallery": given, "margin": 0.9}
    (none,) = backend.conclude("logo", [(0, None, None, None)], [SampleResult(vectors=result.vectors)], strict)
    assert none.findings == ()
    backend.close()


def test_a_sure_proposal_that_no_reference_is_near_is_unknown() -> None:
    from models import logo_features, logo_findings
    from models.logo import LogoOptions
    from models.logo_gallery import Gallery
    from models.logo_tiles import View

    features = logo_features.extract(np.full((200, 300, 3), 90, np.uint8))
    boxes = np.array([[0.1, 0.1, 0.4, 0.5], [0.5, 0.5, 0.9, 0.9]], np.float32)
    kept = Kept(boxes, np.array([0.6, 0.0], np.float32), np.eye(2, 4, dtype=np.float32))
    (finding,) = logo_findings.with_vectors([], [View(features)], Gallery.of(()), kept, "s", LogoOptions())
    assert (finding.label, finding.score) == ("unknown logo", 0.6)
    assert finding.region is not None
    assert finding.region.w == pytest.approx(0.3)


@pytest.mark.parametrize("shape", [(1, 1), pytest.param((1, 40), marks=pytest.mark.slow), (40, 1)])
def test_a_picture_of_a_pixel_has_cut_outs_of_a_pixel(packs: Path, shape: tuple[int, int]) -> None:
    towers = logo_vectors.Towers.open(Runtime(), LeftOut())
    assert towers is not None
    kept = towers.keep(np.full((*shape, 3), 90, np.uint8))
    assert len(kept.boxes) == len(kept.vectors) > 0


def test_a_pack_of_which_a_file_is_missing_is_none(packs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "usable", lambda pack: pack == SIGLIP)
    assert logo_vectors.installed() == (SIGLIP,)
    assert logo_vectors.proposers() == ()
