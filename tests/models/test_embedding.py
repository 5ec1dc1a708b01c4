from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.control import Control
from core.errors import ModelError, ModelMissing
from core.memory import LocalPixels, Segment, SharedPixels, attach
from core.records import Region, Sample, SampleKind, State
from models import catalogue, embedding_towers
from models.embedding import embed_pictures, embed_text
from models.embedding_towers import PREPROCESSING, PictureTower, TextTower, family_of, pair_probability, tensor
from models.local import BackendSpec, LocalBackend
from models.runtime import Runtime
from models.tokens import Tokens
from tests.models.pictures import cloudy, sample
from tests.support import tiny_models
from tests.support.tiny_models import Shelf, plain

SIGLIP, CLIP = "siglip2-base-p16-224", "clip-vit-b32"
CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)


def test_siglip_sees_the_whole_picture_stretched() -> None:
    picture = cloudy(300, 170)
    small = np.asarray(Image.fromarray(picture).resize((224, 224), Image.Resampling.BILINEAR), np.float64)
    expected = ((small / 255 - 0.5) / 0.5).transpose(2, 0, 1)
    made = tensor(picture, family_of(SIGLIP))
    assert (made.shape, made.dtype) == ((3, 224, 224), np.float32)
    assert np.abs(made - expected).max() <= 2.1 / 255
    assert (np.abs(made - expected) > 1e-5).mean() < 0.01


@pytest.mark.parametrize(
    ("width", "height", "size"), [(300, 170, (395, 224)), (170, 301, (224, 396)), (224, 224, (224, 224))]
)
def test_clip_sees_the_middle_square(width: int, height: int, size: tuple[int, int]) -> None:
    picture = cloudy(width, height)
    shrunk = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC), np.float64)
    left, top = (size[0] - 224) // 2, (size[1] - 224) // 2
    middle = shrunk[top : top + 224, left : left + 224] / 255
    expected = ((middle - CLIP_MEAN) / CLIP_STD).transpose(2, 0, 1)
    made = tensor(picture, family_of(CLIP))
    assert made.shape == (3, 224, 224)
    assert (np.abs(made - expected) > 1e-4).mean() < 0.01


def test_one_colour_by_hand() -> None:
    made = tensor(plain((255, 0, 51)), family_of(SIGLIP))
    np.testing.assert_allclose(made[:, 100, 100], (1.0, -1.0, -0.6), atol=1e-6)  # red first


def test_how_siglip_judges_a_pair() -> None:
    assert pair_probability(0.0, 100.0, 0.0) == 0.5
    assert pair_probability(0.12, 112.0, -12.0) == pytest.approx(1 / (1 + np.exp(-(112 * 0.12 - 12))))


def test_sentences_are_lowered_padded_to_64_and_cut_before_the_end(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_bytes(tiny_models.words(["a", "photo"])[0])
    tokens = Tokens(path, 64, 0, lower_case=True)
    ids, mask = tokens.encode(["A PHOTO red", " ".join(["red"] * 100)])
    numbers = [*tiny_models.SPECIAL, *sorted({"a", "photo", *tiny_models.WORDS})]
    bos, eos = numbers.index("<bos>"), numbers.index("<eos>")
    assert ids.shape == mask.shape == (2, 64)
    assert ids.dtype == np.int64
    assert ids[0, :6].tolist() == [bos, numbers.index("a"), numbers.index("photo"), numbers.index("red"), eos, 0]
    assert mask[0].sum() == 5
    assert (ids[1, 0], ids[1, 63], mask[1].sum()) == (bos, eos, 64)  # the ending token is never cut off
    kept = Tokens(path, 16, 7).encode(["A photo"])[0][0]
    assert kept[1] == numbers.index("<unk>")  # not lowered unless asked
    assert kept[4:].tolist() == [7] * 12


def test_a_damaged_tokenizer_says_so(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match="not a tokenizer"):
        Tokens(tmp_path / "tokenizer.json", 64, 0)


def test_pictures_become_vectors_of_length_one_in_their_models_space(shelf: Shelf) -> None:
    shelf.put(SIGLIP, tiny_models.siglip_files())
    backend = LocalBackend(BackendSpec(analyzers=("models.embedding:Embedding",)))
    (result,) = backend.analyze("embedding", [sample(plain((255, 0, 0)))], {}, Control())
    (vector,) = result.vectors
    assert result.findings == ()
    assert vector.finding is None
    assert vector.values.dtype == np.float16
    assert vector.values.shape == (768,)
    np.testing.assert_allclose(vector.values[:4], [3**-0.5, -(3**-0.5), -(3**-0.5), 0], atol=1e-3)
    assert vector.space == f"{SIGLIP}/{catalogue.entry(SIGLIP).part('image').sha256}/{PREPROCESSING}"
    backend.close()


def test_words_lie_where_their_pictures_lie(shelf: Shelf) -> None:
    shelf.put(SIGLIP, tiny_models.siglip_files(["picture"]))
    runtime = Runtime()
    space, pictures = embed_pictures(runtime, [plain((255, 0, 0)), plain((0, 0, 255))])
    text_space, texts = embed_text(runtime, ["Red picture", "blue"])
    assert text_space == space
    cosines = pictures.astype(np.float32) @ texts.astype(np.float32).T
    np.testing.assert_allclose(cosines, [[1.0, -1 / 3], [-1 / 3, 1.0]], atol=2e-3)
    tower = TextTower.open(SIGLIP, runtime)
    assert tower.sentence("red") == "this is a photo of red."
    runtime.close()


def test_a_region_is_looked_at_alone(shelf: Shelf) -> None:
    shelf.put(SIGLIP, tiny_models.siglip_files())
    picture = np.concatenate([plain((255, 0, 0)), plain((0, 0, 255))], axis=1)
    runtime = Runtime()
    regions = [Region(0, 0, 0.5, 1), Region(0.5, 0, 0.5, 1), Region(1, 1, 0, 0)]
    _, vectors = embed_pictures(runtime, [picture] * 3, regions)
    _, whole = embed_pictures(runtime, [plain((255, 0, 0)), plain((0, 0, 255))])
    np.testing.assert_array_equal(vectors[:2], whole)
    np.testing.assert_array_equal(vectors[2], whole[1])  # nothing of it is inside: the nearest pixel
    runtime.close()


def test_engines_agree(shelf: Shelf) -> None:
    shelf.put(SIGLIP, tiny_models.siglip_files())
    found = []
    for engine in ("openvino", "onnxruntime"):
        runtime = Runtime(engines={f"{SIGLIP}:image": (engine,), f"{SIGLIP}:text": (engine,)})
        found.append((embed_pictures(runtime, [cloudy(90, 70)])[1], embed_text(runtime, ["red rope"])[1]))
        runtime.close()
    np.testing.assert_allclose(found[0][0], found[1][0], atol=2e-3)
    np.testing.assert_allclose(found[0][1], found[1][1], atol=2e-3)


def test_clip_is_used_where_only_clip_is_there(shelf: Shelf) -> None:
    tokenizer, colours = tiny_models.words(["a"])
    files = {
        "image": tiny_models.picture_tower(512, "image_embeds"),
        "text": tiny_models.text_tower(colours, 512, "text_embeds"),
        "tokenizer": tokenizer,
    }
    shelf.put(CLIP, files)
    runtime = Runtime()
    space, vectors = embed_pictures(runtime, [plain((0, 0, 255))])
    assert space.startswith(f"{CLIP}/")
    assert vectors.shape == (1, 512)
    assert float(vectors[0].astype(np.float32) @ embed_text(runtime, ["blue"])[1][0].astype(np.float32)) > 0.9
    shelf.put(SIGLIP, tiny_models.siglip_files())
    assert embed_pictures(runtime, [plain((0, 0, 255))])[0].startswith(f"{SIGLIP}/")
    runtime.close()


def test_a_pack_can_be_asked_for_and_sentences_follow_it(shelf: Shelf) -> None:
    tokenizer, colours = tiny_models.words(["a"])
    files = {
        "image": tiny_models.picture_tower(512, "image_embeds"),
        "text": tiny_models.text_tower(colours, 512, "text_embeds"),
        "tokenizer": tokenizer,
    }
    shelf.put(CLIP, files)
    shelf.put(SIGLIP, tiny_models.siglip_files())
    backend = LocalBackend(BackendSpec(analyzers=("models.embedding:Embedding",)))
    (info,) = backend.describe()
    assert [one.name for one in info.choices["auto"].models] == [SIGLIP]
    assert [one.name for one in info.choices[CLIP].models] == [CLIP]
    absent = f"{SIGLIP}-int8"
    assert absent in (info.choices[absent].missing or "")
    (fact,) = info.facts
    assert [(one.value, one.needs) for one in fact.values if one.value in (CLIP, absent)] == [
        (absent, (absent,)),
        (CLIP, ()),
    ]
    picture = sample(plain((0, 0, 255)))
    spaces = {}
    for value in ("auto", SIGLIP, CLIP):
        (result,) = backend.analyze("embedding", [picture], {"model": value}, Control())
        spaces[value] = result.vectors[0].space
    assert spaces["auto"] == spaces[SIGLIP] != spaces[CLIP]
    with pytest.raises(ModelMissing):
        backend.analyze("embedding", [picture], {"model": absent}, Control())
    backend.close()
    runtime = Runtime()
    assert embed_text(runtime, ["blue"])[0] == spaces[SIGLIP]
    assert embed_text(runtime, ["blue"], [spaces[CLIP]])[0] == spaces[CLIP]
    assert embed_text(runtime, ["blue"], ["gone/x/1"])[0] == spaces[SIGLIP]
    runtime.close()


def test_a_graph_without_the_vector_is_refused(shelf: Shelf) -> None:
    shelf.put(SIGLIP, {**tiny_models.siglip_files(), "image": tiny_models.picture_tower(768, "something_else")})
    with pytest.raises(ModelError, match="no output pooler_output"):
        PictureTower.open(SIGLIP, Runtime())


def test_without_a_pack_it_says_which_one_to_bring(shelf: Shelf) -> None:
    (info,) = LocalBackend(BackendSpec(analyzers=("models.embedding:Embedding",))).describe()
    assert info.missing is not None
    assert "siglip2-base-p16-224" in info.missing
    assert "models import" in info.missing
    with pytest.raises(ModelMissing):
        embed_text(Runtime(), ["red"])


def test_changed_weights_are_not_used(shelf: Shelf) -> None:
    shelf.put(SIGLIP, tiny_models.siglip_files())
    path = catalogue.locate(f"{SIGLIP}:image")
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    with pytest.raises(ModelError, match="not the file they should be"):
        embed_pictures(Runtime(), [plain((0, 0, 0))])


def test_one_bad_sample_among_good_ones(shelf: Shelf) -> None:
    shelf.put(SIGLIP, tiny_models.siglip_files())
    backend = LocalBackend(BackendSpec(analyzers=("models.embedding:Embedding",)))
    broken = Sample("broken", 1, SampleKind.IMAGE, LocalPixels(np.zeros((0, 0, 3), np.uint8)))
    good = sample(cloudy(96, 64))
    results = backend.analyze("embedding", [good, broken, good], {}, Control())
    assert [result.failure.state if result.failure else None for result in results] == [None, State.FAILED, None]
    np.testing.assert_array_equal(results[0].vectors[0].values, results[2].vectors[0].values)
    backend.close()


def test_one_sample_is_embedded_once_for_all_who_ask(shelf: Shelf) -> None:
    shelf.put(SIGLIP, tiny_models.siglip_files())
    runtime = Runtime()
    tower = PictureTower.open(SIGLIP, runtime)
    calls = 0
    run = tower._session.run

    class Counting:
        inputs, outputs = tower._session.inputs, tower._session.outputs

        def run(self, feeds: object) -> object:
            nonlocal calls
            calls += 1
            return run(feeds)  # type: ignore[arg-type]

    tower._session = Counting()  # type: ignore[assignment]
    picture = plain((255, 0, 0))
    with Segment(picture.nbytes) as segment:
        attach(segment.name).buf[: picture.nbytes] = picture.tobytes()  # type: ignore[index]
        pixels = SharedPixels(segment.name, 0, picture.shape)
        asked = [Sample("a" * 64, index, SampleKind.FRAME, pixels, time=float(index)) for index in (0, 1, 0)]
        vectors = tower.embed_samples(asked)
        other = Sample("b" * 64, 0, SampleKind.FRAME, pixels, time=0.0)
        tower.embed_samples([other])
    assert calls == 3
    np.testing.assert_array_equal(vectors[0], vectors[2])
    tower.embed_samples([sample(picture), sample(picture)])  # pixels of this process are not known by their hash
    assert calls == 5
    runtime.close()


def test_who_asks_second_waits_and_a_failure_is_not_remembered() -> None:
    shared = embedding_towers._Shared()
    begun, told = threading.Event(), threading.Event()

    def slow() -> np.ndarray:
        begun.set()
        assert told.wait(5)
        return np.ones(1, np.float32)

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(shared.get, "x", slow)
        assert begun.wait(5)
        second = threads.submit(shared.get, "x", lambda: np.zeros(1, np.float32))
        told.set()
        assert (first.result().tolist(), second.result().tolist()) == ([1.0], [1.0])
    with pytest.raises(ZeroDivisionError):
        shared.get("y", lambda: np.ones(1, np.float32) / (1 // 0))
    assert shared.get("y", lambda: np.ones(1, np.float32)).tolist() == [1.0]
