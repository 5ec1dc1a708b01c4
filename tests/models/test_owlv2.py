from __future__ import annotations

import numpy as np
import pytest

from core.errors import ModelError
from core.records import Region
from models import owlv2
from models.owlv2 import OpenVocabulary
from models.runtime import Runtime
from tests.models.pictures import cloudy
from tests.support import tiny_models
from tests.support.tiny_models import Shelf

PACK = "owlv2-base-p16-ensemble"
MEAN = np.array([0.48145466, 0.4578275, 0.40821073])
STD = np.array([0.26862954, 0.26130258, 0.27577711])


def test_a_picture_of_one_colour_by_hand() -> None:
    picture = np.zeros((100, 200, 3), np.uint8)
    picture[:] = (255, 51, 0)
    made = owlv2.tensor(picture)
    assert (made.shape, made.dtype) == ((1, 3, 960, 960), np.float32)
    np.testing.assert_allclose(made[0, :, 100, 100], (np.array([1, 0.2, 0]) - MEAN) / STD, atol=1e-5)
    np.testing.assert_allclose(made[0, :, 700, 100], -MEAN / STD, atol=1e-5)  # the padding is zeros, then normalised


def test_a_picture_of_the_models_size_is_not_blurred() -> None:
    picture = cloudy(960, 960)
    expected = (picture / 255.0 - MEAN) / STD
    np.testing.assert_allclose(owlv2.tensor(picture)[0].transpose(1, 2, 0), expected, atol=1e-5)


def test_boxes_and_scores_by_hand() -> None:
    logits = np.array([[[0.0, 2.0], [-3.0, 1.0]]], np.float32)
    boxes = np.array([[[0.25, 0.25, 0.1, 0.2], [0.5, 0.45, 1.2, 0.3]]], np.float32)
    answers = owlv2.decode(logits, boxes, (400, 200))
    np.testing.assert_allclose(answers.scores, 1 / (1 + np.exp(-logits[0])), atol=1e-6)
    # relative to the square of 400: x stays, y counts double in a picture half as high
    np.testing.assert_allclose(answers.boxes[0], [0.2, 0.3, 0.3, 0.7], atol=1e-6)
    np.testing.assert_allclose(answers.boxes[1], [0.0, 0.6, 1.0, 1.0], atol=1e-6)  # clipped to the picture
    assert answers.region(0) == Region(*(pytest.approx(value, abs=1e-6) for value in (0.2, 0.3, 0.1, 0.4)))


def test_of_overlapping_boxes_the_better_stays() -> None:
    boxes = [Region(0, 0, 0.5, 0.5), Region(0.05, 0, 0.5, 0.5), Region(0.6, 0.6, 0.2, 0.2)]
    assert owlv2.suppress(boxes, [0.5, 0.9, 0.1], 0.3) == [1, 2]
    assert owlv2.suppress(boxes, [0.5, 0.9, 0.1], 0.9) == [1, 0, 2]


def test_words_find_their_place(shelf: Shelf) -> None:
    tokenizer, colours = tiny_models.words(["a"])
    shelf.put(PACK, {"": tiny_models.open_vocabulary(colours), "tokenizer": tokenizer})
    picture = np.full((480, 960, 3), 120, np.uint8)
    picture[160:320, 640:800] = (255, 0, 0)
    runtime = Runtime()
    answers = OpenVocabulary.open(PACK, runtime).look(picture, ["a red rope", "a bracelet"])
    assert answers.scores.shape == (3600, 2)
    best = answers.scores[:, 0].argmax()
    left, top, right, bottom = answers.boxes[best]
    assert 0.62 <= (left + right) / 2 <= 0.86
    assert 0.3 <= (top + bottom) / 2 <= 0.7
    assert answers.scores[best, 0] > 0.99
    assert answers.scores[best, 1] < 0.01
    runtime.close()


def test_another_export_is_refused(shelf: Shelf) -> None:
    tokenizer, _ = tiny_models.words([])
    shelf.put(PACK, {"": tiny_models.picture_tower(), "tokenizer": tokenizer})
    with pytest.raises(ModelError, match="inputs of owlv2-base-p16-ensemble"):
        OpenVocabulary.open(PACK, Runtime())
