"""Arithmetic of the packs of faces: alignment, letterbox, decoding and what goes into the networks, each computed again
by other means."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.engine_onnxruntime import OnnxRuntimeSession
from models.faces_align import TEMPLATE, aligned, letterbox, reduced, similarity_transform
from models.faces_boxes import Face, iou, merged, same_place
from models.faces_dlib import score_of_margin, turned_back, turned_to
from models.faces_onnx import Embedder, YuNet, decode_yunet
from models.faces_quality import quality
from models.runtime import Plan, Session, engine_version
from tests.models import faces_graphs
from tests.models.pictures import cloudy


def session(path: Path) -> Session:
    return OnnxRuntimeSession(path, Plan("onnxruntime", engine_version("onnxruntime"), "cpu", "fp32"), 1)


class TestAlignment:
    def test_the_template_maps_onto_itself(self) -> None:
        np.testing.assert_allclose(similarity_transform(TEMPLATE), [[1, 0, 0], [0, 1, 0]], atol=1e-12)

    @pytest.mark.parametrize(("degrees", "scale"), [(0, 3.0), (30, 0.5), (-75, 1.7), (180, 1.0)])
    def test_a_turn_scale_and_shift_is_taken_back_exactly(self, degrees: float, scale: float) -> None:
        angle = math.radians(degrees)
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]) * scale
        points = TEMPLATE @ turn.T + (123.0, -45.0)
        matrix = similarity_transform(points)
        np.testing.assert_allclose(points @ matrix[:, :2].T + matrix[:, 2], TEMPLATE, atol=1e-9)

    def test_it_is_the_least_squares_similarity(self) -> None:
        """The same four unknowns (a, b, shift) by the normal equations: x' = a·x − b·y + u, y' = b·x + a·y + v."""
        points = TEMPLATE * 2.3 + np.random.default_rng(3).normal(0, 6, (5, 2))
        rows, wanted = [], []
        for (x, y), (to_x, to_y) in zip(points, TEMPLATE, strict=True):
            rows += [[x, -y, 1, 0], [y, x, 0, 1]]
            wanted += [to_x, to_y]
        a, b, u, v = np.linalg.lstsq(np.array(rows), np.array(wanted), rcond=None)[0]
        np.testing.assert_allclose(similarity_transform(points), [[a, -b, u], [b, a, v]], atol=1e-9)

    def test_it_never_mirrors(self) -> None:
        mirrored = TEMPLATE * (-1, 1) + (112, 0)
        matrix = similarity_transform(mirrored)
        assert np.linalg.det(matrix[:, :2]) > 0

    def test_the_square_is_warped_as_opencv_does_it(self) -> None:
        picture = cloudy(200, 180, seed=2)
        points = TEMPLATE * 1.1 + (20, 15)
        expected = cv2.warpAffine(picture, similarity_transform(points), (112, 112), borderValue=0)
        np.testing.assert_array_equal(aligned(picture, points), expected)

    def test_a_large_face_is_averaged_not_sampled(self) -> None:
        """Fine stripes of a large photo must become grey; four neighbours alone would leave stripes."""
        picture = np.zeros((1200, 1200, 3), np.uint8)
        picture[:, ::2] = 255
        chip = aligned(picture, TEMPLATE * 9 + (60, 60)).astype(float)
        assert abs(chip.mean() - 127.5) < 3
        assert chip.std() < 25

    def test_a_large_face_lands_where_it_should(self) -> None:
        picture = np.zeros((1600, 1600, 3), np.uint8)
        points = TEMPLATE * 10 + (100, 80)
        for x, y in points:
            cv2.circle(picture, (round(x), round(y)), 30, (255, 255, 255), -1)
        grey = aligned(picture, points)[..., 0].astype(float)
        for x, y in TEMPLATE:
            part = grey[int(y) - 6 : int(y) + 8, int(x) - 6 : int(x) + 8]
            ys, xs = np.mgrid[int(y) - 6 : int(y) + 8, int(x) - 6 : int(x) + 8]
            middle = (xs * part).sum() / part.sum(), (ys * part).sum() / part.sum()
            assert middle == pytest.approx((x, y), abs=0.35)

    def test_points_beyond_the_picture_do_no_harm(self) -> None:
        assert aligned(cloudy(50, 40), TEMPLATE * 30 - 2000).shape == (112, 112, 3)


class TestLetterbox:
    @pytest.mark.parametrize("size", [(1280, 886), (300, 500), (640, 640), (7, 900)])
    def test_points_come_back(self, size: tuple[int, int]) -> None:
        width, height = size
        box = letterbox(np.full((height, width, 3), 9, np.uint8), 640)
        assert box.canvas.shape == (640, 640, 3)
        filled = np.argwhere(box.canvas[..., 0] == 9).max(axis=0)[::-1] + 1
        assert box.to_picture(filled.astype(float)) == pytest.approx((width, height), rel=1e-9)
        assert not box.canvas[filled[1] :].any()
        assert not box.canvas[:, filled[0] :].any()

    def test_reducing_averages(self) -> None:
        picture = np.zeros((4, 8, 3), np.uint8)
        picture[::2] = 200
        small, scale = reduced(picture, 4)
        assert scale == 0.5
        assert (small == 100).all()
        assert reduced(picture, 8)[1] == 1.0


class TestYuNet:
    def test_decoding_by_hand(self) -> None:
        """Stride 16, cell 81 of 40 columns: row 2, column 1."""
        outputs = [np.zeros((1, cells, width), np.float32) for width in (1, 1, 4, 10) for cells in (6400, 1600, 400)]
        outputs[1][0, 81, 0], outputs[4][0, 81, 0] = 0.81, 1.0
        outputs[7][0, 81] = (0.25, 0.5, math.log(4), math.log(2))
        outputs[10][0, 81] = np.arange(10) / 10
        scores, boxes, points = decode_yunet(outputs, 0.6)
        assert scores == pytest.approx([0.9])
        np.testing.assert_allclose(boxes, [[20 - 32, 40 - 16, 20 + 32, 40 + 16]], rtol=1e-6)
        expected = [[(k / 10 + 1) * 16, ((k + 1) / 10 + 2) * 16] for k in range(0, 10, 2)]
        np.testing.assert_allclose(points[0], expected, rtol=1e-6)

    def test_scores_are_clipped_and_bounded_below(self) -> None:
        outputs = [np.zeros((1, cells, width), np.float32) for width in (1, 1, 4, 10) for cells in (6400, 1600, 400)]
        outputs[0][0, :2, 0], outputs[3][0, :2, 0] = (1.7, 0.35), 1.0
        assert decode_yunet(outputs, 0.6)[0] == pytest.approx([1.0])

    def test_faces_come_back_to_a_picture_that_is_not_square(self, tmp_path: Path) -> None:
        path = faces_graphs.yunet(tmp_path / "y.onnx", [(2, 20 * 5 + 9, 0.81)])
        faces = YuNet(session(path)).find(np.zeros((400, 800, 3), np.uint8), 0.6)
        # on the whole picture: ((9 + ¼)·32, (5 + ½)·32) ± (160, 192), one canvas pixel is 800/640 of the picture
        best = faces[0]
        assert best.score == pytest.approx(0.9)
        middle = ((9.25 * 32) * 1.25, (5.5 * 32) * 1.25)
        assert any(
            ((face.box[0] + face.box[2]) / 2, (face.box[1] + face.box[3]) / 2) == pytest.approx(middle)
            for face in faces
        )

    def test_the_real_file_gives_opencvs_faces(self, shared_data: Path) -> None:
        weights = shared_data / "weights" / "face_detection_yunet_2023mar.onnx"
        detector = YuNet(session(weights))
        found = 0
        for name in ("obama_and_biden.jpg", "two_people.jpg", "obama-720p.jpg", "biden2.jpg"):
            bgr = cv2.imread(str(shared_data / "faces" / name))
            assert bgr is not None
            box = letterbox(np.ascontiguousarray(bgr[..., ::-1]), 640)
            reference = cv2.FaceDetectorYN.create(str(weights), "", (640, 640), 0.6, 0.3, 5000)
            expected = reference.detect(np.ascontiguousarray(box.canvas[..., ::-1]))[1]
            ours = merged(
                [
                    Face(tuple(b), float(s), p, "yunet")
                    for s, b, p in zip(*detector._decoded(box.canvas, 0.6), strict=True)
                ],
                0.3,
            )
            assert len(ours) == len(expected), name
            for face, row in zip(ours, sorted(expected, key=lambda one: -one[14]), strict=True):
                assert face.score == pytest.approx(row[14], abs=2e-3)
                assert iou(face.box, (row[0], row[1], row[0] + row[2], row[1] + row[3])) > 0.97
                np.testing.assert_allclose(face.points.reshape(-1), row[4:14], atol=0.5)
                found += 1
        assert found >= 5


class TestEmbedder:
    def test_sface_sees_red_first_0_to_255_as_opencv_does(self, tmp_path: Path) -> None:
        made = session(faces_graphs.embedder(tmp_path / "sface.onnx", "data", "fc1", 128))
        chip = cloudy(112, 112, seed=4)
        bgr = np.ascontiguousarray(chip[..., ::-1])
        expected = cv2.dnn.blobFromImage(bgr, 1, (112, 112), (0, 0, 0), swapRB=True)
        np.testing.assert_array_equal(Embedder(made, raw=True).blob(chip), expected)

    def test_arcface_is_centred_and_scaled_as_upstream_does(self, tmp_path: Path) -> None:
        made = session(faces_graphs.embedder(tmp_path / "a.onnx", "data", "1333", 512, free_batch=True))
        chip = cloudy(112, 112, seed=5)
        bgr = np.ascontiguousarray(chip[..., ::-1])
        expected = cv2.dnn.blobFromImages([bgr], 1 / 127.5, (112, 112), (127.5, 127.5, 127.5), swapRB=True)
        np.testing.assert_allclose(Embedder(made, raw=False).blob(chip), expected, atol=1e-6)

    def test_vectors_have_length_one_and_know_the_mirror_image(self, tmp_path: Path) -> None:
        made = Embedder(session(faces_graphs.embedder(tmp_path / "s.onnx", "data", "fc1", 128)), raw=True)
        picture = cloudy(150, 150, seed=6)
        face = Face((20, 20, 130, 130), 0.9, TEMPLATE + 15, "yunet")
        plain, both = made.describe(picture, face, flip=False), made.describe(picture, face, flip=True)
        assert np.linalg.norm(plain) == pytest.approx(1, abs=1e-6)
        chip = aligned(picture, face.points)
        views = made.vector(chip), made.vector(np.ascontiguousarray(chip[:, ::-1]))
        total = sum(view / np.linalg.norm(view) for view in views)
        np.testing.assert_allclose(both, total / np.linalg.norm(total), atol=1e-6)

    def test_opencvs_own_alignment_gives_the_same_vector(self, tmp_path: Path) -> None:
        """`FaceRecognizerSF` is built for the real file; its `alignCrop` needs none of it, only some network."""
        path = faces_graphs.embedder(tmp_path / "s.onnx", "data", "fc1", 128)
        reference = cv2.FaceRecognizerSF.create(str(path), "")
        picture = cloudy(300, 260, seed=7)
        points = TEMPLATE * 1.4 + (40, 30) + np.random.default_rng(0).normal(0, 2, (5, 2))
        row = np.array([[30, 20, 180, 190, *points.reshape(-1), 0.9]], np.float32)
        chip = np.asarray(reference.alignCrop(np.ascontiguousarray(picture[..., ::-1]), row))[..., ::-1]
        assert np.abs(chip.astype(int) - aligned(picture, points).astype(int)).mean() < 1.0


class TestBoxes:
    def test_overlap(self) -> None:
        assert iou((0, 0, 2, 2), (1, 1, 3, 3)) == pytest.approx(1 / 7)
        assert iou((0, 0, 1, 1), (2, 2, 3, 3)) == 0

    def test_the_better_of_two_stays_and_parts_go(self) -> None:
        def face(box: tuple[float, float, float, float], score: float) -> Face:
            return Face(box, score, np.zeros((5, 2)), "x")

        faces = [
            face((0, 0, 10, 10), 0.7),
            face((1, 0, 11, 10), 0.9),
            face((2, 2, 5, 5), 0.5),
            face((40, 0, 50, 9), 0.4),
        ]
        assert [one.score for one in merged(faces, 0.3)] == [0.9, 0.4]

    def test_a_head_and_its_face_are_the_same_place(self) -> None:
        assert same_place((0, 0, 100, 140), (20, 60, 80, 130))
        assert not same_place((0, 0, 100, 140), (110, 0, 200, 100))
        assert not same_place((0, 0, 100, 140), (40, 60, 50, 70))  # something small inside

    @pytest.mark.parametrize("turn", [1, 2, 3])
    def test_turned_faces_come_back_to_the_picture(self, turn: int) -> None:
        picture = np.zeros((40, 60), np.uint8)
        picture[8, 50] = 1
        turned = np.rot90(picture, turn)
        (y, x) = np.argwhere(turned)[0]
        face = Face((x - 2, y - 3, x + 4, y + 5), 0.5, np.array([[x, y]], float), "x")
        back = turned_back(face, turn, 60, 40)
        np.testing.assert_array_equal(back.points, [[50, 8]])
        again = turned_to(back, 60, 40)
        np.testing.assert_array_equal(again.points, face.points)
        assert again.box == face.box

    def test_a_margin_becomes_a_score(self) -> None:
        assert score_of_margin(0) == 0.5
        assert 0.85 < score_of_margin(1) < 0.9


class TestQuality:
    @staticmethod
    def front(scale: float = 1.0) -> Face:
        return Face((10, 10, 10 + 112 * scale, 10 + 112 * scale), 0.95, TEMPLATE * scale + 10, "x")

    def test_blur_darkness_and_smallness_cost(self) -> None:
        picture = cloudy(160, 160, seed=1)
        good = quality(picture, self.front(), "arcface")
        blurred = quality(cv2.GaussianBlur(picture, (0, 0), 6), self.front(), "arcface")
        dark = quality((picture // 12).astype(np.uint8), self.front(), "arcface")
        small = quality(picture, self.front(0.2), "arcface")
        assert blurred["sharpness"] < good["sharpness"]
        assert blurred["quality"] < good["quality"]
        assert dark["light"] < 0.3 < good["light"]
        assert small["quality"] < 0.2
        assert good["pixels"] == 112

    def test_pose_is_told_from_the_points(self) -> None:
        picture = cloudy(160, 160)
        assert quality(picture, self.front(), "arcface")["yaw"] == pytest.approx(0, abs=0.06)
        turned = TEMPLATE + 10
        turned[2, 0] += 20  # the nose towards one eye
        face = Face((10, 10, 122, 122), 0.9, turned, "x")
        assert quality(picture, face, "arcface")["yaw"] > 0.5
        assert quality(picture, face, "arcface")["quality"] < 0.3

    def test_both_schemes_agree(self) -> None:
        picture = cloudy(160, 160)
        left, right, nose = (TEMPLATE[:3] + 10).tolist()
        dlib_order = np.array(
            [[right[0] + 5, right[1]], [right[0] - 5, right[1]], [left[0] - 5, left[1]], [left[0] + 5, left[1]], nose]
        )
        one = quality(picture, self.front(), "arcface")
        other = quality(picture, Face((10, 10, 122, 122), 0.95, dlib_order, "x"), "dlib")
        assert other == one

    def test_a_flat_patch_is_no_error(self) -> None:
        assert quality(np.zeros((30, 30, 3), np.uint8), self.front(), "arcface")["quality"] == 0
