from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from core.errors import ModelError
from models import tagger
from models.runtime import Runtime
from models.tagger import Tagger
from tests.models.pictures import cloudy
from tests.support import tiny_models
from tests.support.tiny_models import RED, Shelf, plain

MEAN = np.array([0.48145466, 0.4578275, 0.40821073])
STD = np.array([0.26862954, 0.26130258, 0.27577711])
TAGS = ["rope", "gag", "sky"]


def test_white_around_bicubic_and_normalised_as_pillow_does_it() -> None:
    picture = cloudy(300, 181)
    square = Image.new("RGB", (300, 300), "white")
    square.paste(Image.fromarray(picture), (0, 59))
    small = np.asarray(square.resize((448, 448), Image.Resampling.BICUBIC), np.float64)
    expected = ((small / 255 - MEAN) / STD).transpose(2, 0, 1)
    made = tagger.tensor(picture)
    assert (made.shape, made.dtype) == ((1, 3, 448, 448), np.float32)
    assert (np.abs(made[0] - expected) > 1e-4).mean() < 0.01


def test_the_answers_sigmoid_by_hand(shelf: Shelf) -> None:
    data = {"": tiny_models.tagger(TAGS, {"rope": RED}), "tags": "\n".join(TAGS).encode() + b"\n"}
    shelf.put("joytag", data)
    runtime = Runtime()
    found = Tagger.open("joytag", runtime).look(plain((255, 0, 0), 64, 64), ["rope", "sky", "unknown"])
    red = (np.array([1, 0, 0]) - MEAN) / STD
    assert found == {
        "rope": pytest.approx(1 / (1 + np.exp(-(2 * red @ RED - 2))), abs=1e-4),
        "sky": pytest.approx(1 / (1 + np.exp(2.0)), abs=1e-4),
    }
    runtime.close()


def test_a_list_that_does_not_fit_is_refused(shelf: Shelf) -> None:
    shelf.put("joytag", {"": tiny_models.tagger(TAGS, {}), "tags": b"rope\n"})
    with pytest.raises(ModelError, match="3 numbers, its list has 1"):
        Tagger.open("joytag", Runtime()).look(plain((0, 0, 0)), ["rope"])


def test_the_wd_tagger_sees_blue_first_and_gives_probabilities(shelf: Shelf) -> None:
    made = tagger.tensor(plain((255, 51, 0), 64, 64), tagger.WD_TAGGER)
    assert (made.shape, made.dtype) == ((1, 448, 448, 3), np.float32)
    assert made[0, 100, 100].tolist() == [0.0, 51.0, 255.0]
    listed = "tag_id,name,category,count\n1,rope,0,10\n2,gag,0,5\n"
    graph = tiny_models.always(
        [("input", tiny_models.FLOAT, [1, 448, 448, 3])], {"output": np.array([[0.7, 0.2]], np.float32)}
    )
    shelf.put(tagger.WD_TAGGER, {"": graph, "tags": listed.encode()})
    runtime = Runtime()
    found = Tagger.open(tagger.WD_TAGGER, runtime).look(plain((0, 0, 0)), ["gag", "rope", "sky"])
    assert found == {"gag": pytest.approx(0.2), "rope": pytest.approx(0.7)}
    runtime.close()
