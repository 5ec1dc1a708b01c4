"""The packs of InsightFace through the real library, held against decoding and embedding that are written out here."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import ModelError, ModelMissing
from core.records import State
from models import faces_engines, faces_names, runtime
from models.engine_onnxruntime import OnnxRuntimeSession
from models.faces_align import TEMPLATE, aligned, letterbox
from models.faces_boxes import Face, merged
from models.local import LocalBackend
from models.runtime import Plan, Session, engine_version
from tests.models import faces_graphs
from tests.models.pictures import cloudy, figure
from tests.models.test_faces import ONLY_FACES, described, enter, look, packs  # noqa: F401 - fixtures are imported by name

PACK = "insightface-buffalo-sc"
real = pytest.mark.skipif(not faces_names.insightface_installed(), reason="needs the library insightface")


def session(path: Path) -> Session:
    return OnnxRuntimeSession(path, Plan("onnxruntime", engine_version("onnxruntime"), "cpu", "fp32"), 1)


def scrfd_outputs(side: int, faces: list[tuple[int, int, float]]) -> list[NDArray[np.float32]]:
    """Scores, distances and points for strides 8, 16, 32; `faces`: (stride index, anchor, score)."""
    outputs: list[NDArray[np.float32]] = []
    for width in (1, 4, 10):
        for number, stride in enumerate((8, 16, 32)):
            values = np.zeros((2 * (side // stride) ** 2, width), np.float32)
            for at, anchor, score in faces:
                if at == number:
                    values[anchor] = score if width == 1 else np.arange(1, width + 1) / 2
            outputs.append(values)
    return outputs


def decoded(rgb: NDArray[np.uint8], net: Session, keep: float, side: int) -> list[Face]:
    """SCRFD by hand: letterbox, (x - 127.5) / 128, anchors two to a cell, distances in strides."""
    box = letterbox(rgb, side)
    blob = (box.canvas.transpose(2, 0, 1)[None].astype(np.float32) - np.float32(127.5)) / np.float32(128)
    outputs = net.run({"input.1": np.ascontiguousarray(blob)})
    faces = []
    for number, stride in enumerate((8, 16, 32)):
        score, distance, points = (
            outputs[number + 3 * kind].reshape(-1, width) for kind, width in enumerate((1, 4, 10))
        )
        for anchor in np.flatnonzero(score[:, 0] >= keep):
            row, column = divmod(int(anchor) // 2, side // stride)
            centre = np.array([column, row], float) * stride
            reach = distance[anchor].astype(float) * stride
            corners = box.to_picture(np.stack([centre - reach[:2], centre + reach[2:]])).reshape(-1).tolist()
            marks = box.to_picture(points[anchor].reshape(5, 2).astype(float) * stride + centre)
            faces.append(Face((corners[0], corners[1], corners[2], corners[3]), float(score[anchor, 0]), marks, "hand"))
    return faces


def install(folder: Path) -> None:
    where = folder / "packs" / PACK
    faces_graphs.scrfd_net(where / "det_500m.onnx")
    faces_graphs.embedder(where / "w600k_mbf.onnx", "input.1", "516", 512)
    enter(folder, PACK)


@real
class TestDetector:
    def test_by_hand(self, tmp_path: Path) -> None:
        """Stride 32 of 640: 20 columns with two anchors each; anchor 2·(3·20 + 7) + 1 lies at (7·32, 3·32)."""
        from models.faces_insight import Scrfd

        detector = Scrfd(session(faces_graphs.scrfd(tmp_path / "s.onnx", scrfd_outputs(640, [(2, 135, 0.7)]))))
        detector._sides = (640,)
        (face,) = detector.find(np.zeros((300, 1280, 3), np.uint8), 0.5)
        assert face.score == pytest.approx(0.7)
        assert face.box == pytest.approx(((224 - 16) * 2, (96 - 32) * 2, (224 + 48) * 2, (96 + 64) * 2))
        assert face.points[0] == pytest.approx(((224 + 16) * 2, (96 + 32) * 2))
        assert face.points[4] == pytest.approx(((224 + 4.5 * 32) * 2, (96 + 5 * 32) * 2))

    def test_the_blob_is_red_first_and_centred(self, tmp_path: Path) -> None:
        from models.faces_insight import Scrfd

        seen: list[NDArray[np.float32]] = []
        made = session(faces_graphs.scrfd(tmp_path / "s.onnx", scrfd_outputs(640, [])))

        class Spy:
            inputs, outputs = made.inputs, made.outputs

            def run(self, feeds: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
                seen.append(feeds["input.1"])
                return made.run(feeds)

        detector = Scrfd(Spy())  # type: ignore[arg-type]  # stands in for a session
        detector._sides = (640,)
        picture = np.zeros((320, 640, 3), np.uint8)
        picture[:] = (255, 127, 0)
        detector.find(picture, 0.5)
        np.testing.assert_allclose(seen[0][0, :, 5, 5], (127.5 / 128, -0.5 / 128, -127.5 / 128), rtol=1e-6)
        np.testing.assert_allclose(seen[0][0, :, 500, 5], -127.5 / 128)  # the canvas below is black, not zero

    @pytest.mark.parametrize("size", [(640, 640), (500, 900), (1400, 700)])
    def test_what_it_finds_is_what_decoding_by_hand_finds(self, tmp_path: Path, size: tuple[int, int]) -> None:
        from models.faces_insight import Scrfd

        net = session(faces_graphs.scrfd_net(tmp_path / "s.onnx"))
        picture = cloudy(*size, seed=3)
        keep = 0.97  # fewer, so that none of them is a matter of a pixel more or less of overlap
        found = Scrfd(net).find(picture, keep)
        expected = merged([face for side in (640, 128) for face in decoded(picture, net, keep, side)], 0.4)
        assert len(expected) > 3
        assert {round(face.score, 5) for face in found} == {round(face.score, 5) for face in expected}
        for one, other in zip(_sorted(found), _sorted(expected), strict=True):
            assert one.box == pytest.approx(other.box, abs=1e-2)
            np.testing.assert_allclose(one.points, other.points, atol=1e-2)

    def test_as_the_library_alone_with_its_own_session(self, tmp_path: Path) -> None:
        """On a picture of the canvas's size nothing is resized, so every number must be the library's own."""
        from insightface.model_zoo import SCRFD

        from models.faces_insight import Scrfd

        path = faces_graphs.scrfd_net(tmp_path / "s.onnx", seed=5)
        picture = cloudy(640, 640, seed=9)
        bare = SCRFD(str(path))
        rows, points = bare.detect(np.ascontiguousarray(picture[..., ::-1]), input_size=(640, 640), det_thresh=0.97)
        ours = Scrfd(session(path))
        ours._sides = (640,)
        found = ours.find(picture, 0.97)
        assert len(found) > 3
        for face in found:  # of those that lie in one another we keep the best, so ours may be fewer
            (at,) = np.flatnonzero((rows[:, :4] == np.float32(face.box)).all(axis=1))
            assert np.float32(face.score) == rows[at, 4]
            np.testing.assert_array_equal(face.points.astype(np.float32), points[at])

    def test_a_detector_without_landmarks_is_refused(self, tmp_path: Path) -> None:
        from models.faces_insight import Scrfd

        path = faces_graphs.scrfd(tmp_path / "s.onnx", scrfd_outputs(640, [])[:6])
        with pytest.raises(ModelError, match="no landmarks"):
            Scrfd(session(path))


@real
class TestEmbedder:
    @pytest.mark.parametrize("flip", [False, True])
    def test_as_written_out(self, tmp_path: Path, flip: bool) -> None:
        from models.faces_insight import ArcFace

        path = faces_graphs.embedder(tmp_path / "a.onnx", "input.1", "516", 512)
        net = session(path)
        picture = cloudy(180, 160, seed=4)
        face = Face((20, 20, 130, 130), 0.9, TEMPLATE + 12, "x")
        chip = aligned(picture, face.points)
        total = np.zeros(512)
        for view in [chip, chip[:, ::-1]] if flip else [chip]:
            blob = (view.transpose(2, 0, 1)[None].astype(np.float32) - np.float32(127.5)) / np.float32(127.5)
            (answer,) = net.run({"input.1": np.ascontiguousarray(blob)})
            total += answer.reshape(-1) / np.linalg.norm(answer)
        ours = ArcFace(net, path).describe(picture, face, flip=flip)
        np.testing.assert_allclose(ours, total / np.linalg.norm(total), atol=1e-6)

    def test_a_graph_with_its_own_mean_gets_raw_colours(self, tmp_path: Path) -> None:
        """The library looks into the graph; the same network with and without must describe alike."""
        from models.faces_insight import ArcFace

        chip = cloudy(112, 112, seed=8)
        plain = faces_graphs.embedder(tmp_path / "a.onnx", "data", "fc1", 512)
        scaled = faces_graphs.arcface_with_scale(tmp_path / "b.onnx")
        one, other = (ArcFace(session(path), path).vector(chip) for path in (plain, scaled))
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4)

    def test_the_librarys_alignment_is_ours(self) -> None:
        """What is cut out by us and not by the library: the same square, where nothing is reduced."""
        from insightface.utils import face_align

        picture = cloudy(300, 260, seed=7)
        points = TEMPLATE * 1.4 + (40, 30) + np.random.default_rng(0).normal(0, 2, (5, 2))
        with pytest.warns(FutureWarning):  # of scikit-image, which calls the library's way to estimate old
            expected = face_align.norm_crop(picture, points.astype(np.float32))
        assert np.abs(expected.astype(int) - aligned(picture, points).astype(int)).max() <= 1

    def test_something_else_is_refused(self, tmp_path: Path) -> None:
        from models.faces_insight import ArcFace

        path = faces_graphs.scrfd_net(tmp_path / "s.onnx")
        with pytest.raises(ModelError, match="no embedder"):
            ArcFace(session(path), path)


@real
class TestInTheAnalyzer:
    def test_it_finds_and_describes_on_our_sessions(self, packs: Path) -> None:  # noqa: F811 - the fixture that was imported
        install(packs)
        backend = LocalBackend(ONLY_FACES)
        info = described(backend).choices[PACK]
        assert info.missing is None
        assert "research only" in info.limits
        assert str(info.settings["library"]).startswith("insightface 2")
        result = look(backend, cloudy(640, 640, seed=3), engine=PACK)
        assert result.failure is None
        assert {finding.attributes["detector"] for finding in result.findings} == {"scrfd"}
        assert result.vectors[0].values.shape == (512,)
        assert result.vectors[0].space.startswith(f"{PACK}/")
        assert set(backend.runtime.shelf.names()) >= {f"{PACK}:detector", f"{PACK}:embedder"}
        backend.close()

    def test_it_comes_on_demand_only(self, packs: Path) -> None:  # noqa: F811 - the fixture that was imported
        install(packs)
        assert faces_engines.chosen("auto") == "dlib"

    def test_no_socket_and_no_session_but_ours(self, packs: Path, tmp_path: Path) -> None:  # noqa: F811 - the fixture that was imported
        """In a process of its own, from the import of the library to the vector: nothing may look for a network."""
        install(packs)
        done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=False)
        assert done.stdout.split() == ["512", "0", "True"], done.stderr


ALONE = f"""
import sys
seen = []
sys.addaudithook(lambda event, args: seen.append(event) if event.startswith(("socket", "urllib")) else None)
import numpy as np
from models.faces_engines import open_engine
from models.runtime import Runtime
opened = []
class Counting(Runtime):
    def _open(self, model):
        opened.append(model)
        return super()._open(model)
engine = open_engine("{PACK}", Counting())
import onnxruntime
class Refused(onnxruntime.InferenceSession):
    def __init__(self, *arguments, **named):
        raise AssertionError("the library opened a session of its own")
onnxruntime.InferenceSession = Refused
picture = np.random.default_rng(3).integers(0, 255, (640, 640, 3), np.uint8)
faces = engine.find(picture) or engine.find(np.full_like(picture, 200))
from models.faces_boxes import Face
from models.faces_align import TEMPLATE
vector = engine.describe(picture, Face((0, 0, 112, 112), 1.0, TEMPLATE, "x"), flip=True)
print(len(vector), len(seen), sorted(opened) == ["{PACK}:detector", "{PACK}:embedder"])
"""


class TestWithoutTheLibrary:
    def test_it_is_said_and_skipped(self, packs: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811 - the fixture that was imported
        install(packs)
        monkeypatch.setattr(faces_engines, "insightface_installed", lambda: False)
        backend = LocalBackend(ONLY_FACES)
        info = described(backend)
        assert info.missing is None
        assert info.choices[PACK].missing == faces_names.NO_INSIGHTFACE
        result = look(backend, figure(seed=1), engine=PACK)
        assert result.failure is not None
        assert result.failure.state is State.SKIPPED
        assert result.failure.reason == faces_names.NO_INSIGHTFACE
        with pytest.raises(ModelMissing, match="EXTRAS=insightface"):
            faces_engines.open_engine(PACK, runtime.Runtime())
        backend.close()

    def test_each_of_its_parts_counts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        there = importlib.util.find_spec("numpy")
        for lacking in ("insightface", "onnx", "skimage"):
            monkeypatch.setattr(importlib.util, "find_spec", lambda name, gone=lacking: None if name == gone else there)
            assert not faces_names.insightface_installed()
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: there)
        assert faces_names.insightface_installed()


def _sorted(faces: Sequence[Face]) -> list[Face]:
    return sorted(faces, key=lambda face: (-round(face.score, 5), face.box))
