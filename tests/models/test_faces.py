from __future__ import annotations

import importlib
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.control import Control
from core.records import AnalyzerInfo, SampleResult, State
from models import catalogue, faces_dlib
from models.faces_dlib import Dlib
from models.faces_engines import ENGINES, chosen
from models.local import BackendSpec, LocalBackend
from models.runtime import Runtime
from tests.models import faces_graphs
from tests.models.pictures import cloudy, figure, sample

ONLY_FACES = BackendSpec(analyzers=("models.faces:Faces",))


@pytest.fixture(scope="module")
def engine() -> Dlib:
    return Dlib(Runtime())


def look(backend: LocalBackend, picture: NDArray[np.uint8], **options: Any) -> SampleResult:
    (result,) = backend.analyze("faces", [sample(picture)], options, Control())
    return result


class TestWithoutPacks:
    def test_a_finding_says_where_how_sure_and_how_good(self, backend: LocalBackend) -> None:
        result = look(backend, figure(seed=1), engine="dlib")
        assert result.failure is None
        (finding,) = result.findings
        assert finding.label == "face"
        region = finding.region
        assert region is not None
        # the head of the drawing is an ellipse about (240, 213), 192 wide
        assert region.x * 480 == pytest.approx(140, abs=30)
        assert region.x + region.w / 2 == pytest.approx(0.5, abs=0.04)
        assert region.y < 213 / 640 < region.y + region.h
        assert 0.3 <= (finding.score or 0) <= 1
        assert {"quality", "pixels", "sharpness", "yaw", "roll", "light", "landmarks", "detector"} <= set(
            finding.attributes
        )
        points = np.array(finding.attributes["landmarks"]) * (480, 640)
        # eyes are drawn at (200, 213) and (280, 213); dlib begins with the person's left one
        assert points[0:2].mean(axis=0) == pytest.approx((280, 213), abs=25)
        assert points[2:4].mean(axis=0) == pytest.approx((200, 213), abs=25)
        json.dumps(dict(finding.attributes))  # plain values only

    def test_each_face_has_a_vector_in_a_space_of_its_model(self, backend: LocalBackend) -> None:
        (vector,) = look(backend, figure(seed=1), engine="dlib").vectors
        assert vector.finding == 0
        assert vector.values.dtype == np.float16
        assert vector.values.shape == (128,)
        assert vector.space.split("/")[:2] == ["dlib-face-resnet", catalogue.entry("dlib-face-resnet").sha256]

    def test_a_face_that_is_too_small_is_found_but_not_described(self, backend: LocalBackend) -> None:
        result = look(backend, figure(seed=1), engine="dlib", vector_from=300)
        assert result.findings[0].attributes["too_small"] is True
        assert result.vectors == ()
        assert look(backend, figure(seed=1), engine="dlib", smallest=300).findings == ()

    @pytest.mark.parametrize(("width", "height"), [(1, 1), (4, 4), (9, 9), (1600, 6), (3, 800)])
    def test_a_picture_of_few_pixels_holds_no_face(self, backend: LocalBackend, width: int, height: int) -> None:
        result = look(backend, cloudy(width, height), engine="dlib", thorough=True)
        assert result.failure is None
        assert result.findings == ()

    def test_a_picture_of_nothing_gives_nothing(self, backend: LocalBackend) -> None:
        assert look(backend, cloudy(300, 200), engine="dlib").findings == ()

    def test_the_vector_is_the_librarys(self, engine: Dlib) -> None:
        """dlib's own call on the whole picture, with its own points; ours cuts the face out first."""
        dlib: Any = importlib.import_module("dlib")
        picture = figure(seed=1)
        (face,) = engine.find(picture)
        predictor = dlib.shape_predictor(str(catalogue.locate("dlib-5-landmarks")))
        network = dlib.face_recognition_model_v1(str(catalogue.locate("dlib-face-resnet")))
        shape = predictor(picture, dlib.rectangle(*(round(value) for value in face.box)))
        expected = np.array(network.compute_face_descriptor(picture, shape))
        ours = engine.describe(picture, face, flip=False)
        assert np.linalg.norm(ours - expected) < 0.06  # of 0.6, where two faces begin to differ

    def test_the_mirror_image_counts_half(self, engine: Dlib) -> None:
        dlib: Any = importlib.import_module("dlib")
        network = dlib.face_recognition_model_v1(str(catalogue.locate("dlib-face-resnet")))
        picture = figure(seed=1)
        (face,) = engine.find(picture)
        chip = engine.chip(picture, face)
        assert chip.shape == (150, 150, 3)
        both = [np.array(network.compute_face_descriptor(view)) for view in (chip, chip[:, ::-1].copy())]
        np.testing.assert_allclose(engine.describe(picture, face, flip=True), np.mean(both, axis=0), atol=1e-5)

    def test_a_picture_on_its_side_is_described_upright(self, engine: Dlib) -> None:
        picture = figure(300, 400, seed=1)
        (face,) = engine.find(picture)
        chip = engine.chip(picture, face)
        turned = np.ascontiguousarray(np.rot90(picture, 3))
        lying = faces_dlib.turned_back(face, 1, 400, 300)
        assert np.abs(engine.chip(turned, lying).astype(int) - chip.astype(int)).mean() < 3

    def test_people_who_lie_are_found_and_described_as_if_they_stood(self, engine: Dlib) -> None:
        """The drawing that HOG itself sees, on its side and upside down: a detector that does not mind is not enough,
        for the embedder does, and sideways faces of all people look alike to it."""
        upright = figure(300, 400, seed=0)
        (face,) = engine.find(upright)
        expected = engine.describe(upright, face, flip=True)
        for quarters in (1, 2, 3):
            lying = np.ascontiguousarray(np.rot90(upright, quarters))
            found = engine._face_turned(
                lying, faces_dlib._Seen(_lying(face.box, quarters), 0.5, "hog"), (4 - quarters) % 4
            )
            assert found.turn == (4 - quarters) % 4
            assert np.linalg.norm(engine.describe(lying, found, flip=True) - expected) < 0.2

    def test_only_the_five_point_file_is_opened(self, monkeypatch: pytest.MonkeyPatch) -> None:
        dlib: Any = importlib.import_module("dlib")
        opened: list[str] = []
        real = dlib.shape_predictor
        monkeypatch.setattr(dlib, "shape_predictor", lambda path: (opened.append(path), real(path))[1])
        Dlib(Runtime())
        assert [Path(path).name for path in opened] == ["shape_predictor_5_face_landmarks.dat"]
        assert not any("68" in file.name for one in catalogue.catalogue().values() for file in one.files)

    @pytest.mark.slow
    def test_threads_do_not_disturb_each_other(self, engine: Dlib) -> None:
        pictures = [figure(300, 400, seed=0), cloudy(160, 120)]
        alone = [_described(engine, picture) for picture in pictures]
        together: dict[int, list[Any]] = {}

        def work(number: int) -> None:
            together[number] = [_described(engine, picture) for picture in pictures]

        threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert all(answer == alone for answer in together.values())

    def test_real_people_are_told_apart(self, backend: LocalBackend, shared_data: Path) -> None:
        from core.likeness import comparing, similarity

        def vector(name: str) -> tuple[str, NDArray[np.generic]]:
            import cv2

            bgr = cv2.imread(str(shared_data / "faces" / name))
            assert bgr is not None
            result = look(backend, np.ascontiguousarray(bgr[..., ::-1]), engine="dlib")
            assert len(result.vectors) == 1
            return result.vectors[0].space, result.vectors[0].values

        space, obama = vector("obama.jpg")
        limit = comparing(space).threshold
        assert similarity(space, obama, vector("obama2.jpg")[1]) > limit
        assert similarity(space, obama, vector("obama-240p.jpg")[1]) > limit
        assert similarity(space, obama, vector("biden.jpg")[1]) < limit
        assert similarity(space, vector("biden.jpg")[1], vector("biden2.jpg")[1]) > limit


def _lying(box: tuple[float, float, float, float], quarters: int) -> tuple[float, float, float, float]:
    """A box of the drawing of 300 × 400 in the drawing turned by quarters."""
    return faces_dlib._turned_box(box, 4 - quarters, *((400, 300) if quarters % 2 else (300, 400)))


def _described(engine: Dlib, picture: NDArray[np.uint8]) -> list[tuple[Any, list[float]]]:
    return [(face.box, engine.describe(picture, face, flip=False).tolist()) for face in engine.find(picture)]


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A pack folder and a catalogue of its own, in which made graphs can be entered with their own SHA-256."""
    entries = tmp_path / "catalogue"
    shutil.copytree(catalogue.RESOURCES / "catalogue", entries)
    monkeypatch.setenv("ASSERVAT_PACKS", str(tmp_path / "packs"))
    monkeypatch.setenv("ASSERVAT_CATALOGUE", str(entries))
    catalogue.forget()
    yield tmp_path
    monkeypatch.undo()
    catalogue.forget()
    _forget_spaces()


def _forget_spaces() -> None:
    from models import faces

    faces._space.cache_clear()


def enter(folder: Path, *packs: str) -> None:
    """Let the catalogue name the files that lie in these packs."""
    place = folder / "catalogue" / "faces.json"
    known = json.loads(place.read_text(encoding="utf-8"))
    for one in known["models"]:
        if one["id"] in packs:
            for file in one["files"]:
                path = folder / "packs" / one["id"] / file["name"]
                file["sha256"], file["bytes"] = catalogue.sha256_of(path), path.stat().st_size
    place.write_text(json.dumps(known), encoding="utf-8")
    catalogue.forget()
    _forget_spaces()


def install(folder: Path) -> None:
    """YuNet that always sees one face, and SFace and AuraFace that describe colours."""
    where = folder / "packs"
    faces_graphs.yunet(where / "yunet-2023mar" / "face_detection_yunet_2023mar.onnx", [(2, 20 * 5 + 9, 0.81)])
    faces_graphs.embedder(where / "sface-2021dec" / "face_recognition_sface_2021dec.onnx", "data", "fc1", 128)
    enter(folder, "yunet-2023mar", "sface-2021dec")


def described(backend: LocalBackend) -> AnalyzerInfo:
    (info,) = backend.describe()
    return info


class TestPacks:
    def test_a_missing_pack_is_said_and_skips(self, packs: Path) -> None:
        backend = LocalBackend(ONLY_FACES)
        info = described(backend)
        assert info.missing is None  # dlib is there
        for name in ENGINES:
            if name != "dlib":
                missing = info.choices[name].missing
                assert missing is not None
                assert "not installed" in missing
                assert "models fetch" in missing
        result = look(backend, figure(seed=1), engine="yunet-sface")
        assert result.failure is not None
        assert result.failure.state is State.SKIPPED
        assert "sface-2021dec" in result.failure.reason
        backend.close()

    def test_yunet_and_sface_find_and_describe(self, packs: Path) -> None:
        install(packs)
        backend = LocalBackend(ONLY_FACES)
        assert chosen("auto") == "yunet-sface"
        info = described(backend)
        assert info.choices["auto"].settings["engine_used"] == "yunet-sface"
        assert [model.name for model in info.models] == ["sface-2021dec", "yunet-2023mar"]
        result = look(backend, cloudy(640, 640, seed=3))
        assert result.failure is None
        best = result.findings[0]
        assert best.score == pytest.approx(0.9, abs=1e-3)
        assert best.attributes["detector"] == "yunet"
        vectors = [vector for vector in result.vectors if vector.finding == 0]
        assert vectors[0].values.shape == (128,)
        assert np.linalg.norm(vectors[0].values.astype(float)) == pytest.approx(1, abs=1e-2)
        assert vectors[0].space.startswith("sface-2021dec/" + catalogue.entry("sface-2021dec").sha256)
        dlib = look(backend, figure(seed=1), engine="dlib")
        assert {vector.space for vector in dlib.vectors}.isdisjoint({vector.space for vector in result.vectors})
        backend.close()

    def test_a_changed_file_is_refused(self, packs: Path) -> None:
        install(packs)
        path = packs / "packs" / "sface-2021dec" / "face_recognition_sface_2021dec.onnx"
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        backend = LocalBackend(ONLY_FACES)
        backend._analyzers["faces"].load = lambda runtime: setattr(  # type: ignore[method-assign]  # does nothing but remember
            backend._analyzers["faces"], "_runtime", runtime
        )
        result = look(backend, figure(seed=1), engine="yunet-sface")
        assert result.failure is not None
        assert result.failure.code == "model-error"
        assert "not the file they should be" in result.failure.reason
        backend.close()

    def test_the_two_files_called_glintr100_are_told_apart(self, packs: Path) -> None:
        """InsightFace's file in the folder of AuraFace is refused, however it is called."""
        aura, insight = (catalogue.entry(name) for name in ("auraface-v1", "insightface-antelopev2"))
        assert aura.file == insight.part("embedder").name == "glintr100.onnx"
        assert aura.sha256 != insight.part("embedder").sha256
        assert "noncommercial" in insight.licence_flags
        assert "noncommercial" not in aura.licence_flags
        spaces = {ENGINES[name].space("x") for name in ENGINES}
        assert len(spaces) == len(ENGINES)
