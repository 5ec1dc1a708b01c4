"""The two halves of a picture-and-text model: SigLIP 2 or CLIP, each an ONNX file of its own.

Both give a vector of length 1; the cosine of a picture's and a sentence's vector says how well they fit. Rank by it;
a probability needs the scale and bias that the model was trained with, which the exported files do not hold.

Preprocessing follows `SiglipImageProcessor` and `CLIPImageProcessor` of transformers (Apache-2.0): 8-bit resize with
Pillow's filters, then (x/255 − mean)/std. SigLIP stretches the whole picture, CLIP cuts out the middle square.
"""

from __future__ import annotations

import functools
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from core.errors import ModelError, ModelMissing
from core.memory import SharedPixels
from core.records import Region, Sample
from models import catalogue
from models.runtime import Runtime, Session

if TYPE_CHECKING:
    from models.tokens import Tokens

__all__ = [
    "PREPROCESSING",
    "Family",
    "PictureTower",
    "TextTower",
    "available",
    "crop",
    "family_of",
    "ordered",
    "pair_probability",
    "space_of",
    "tensor",
    "unit",
]

PREPROCESSING = "embedding/1"
_TEXTS_AT_ONCE = 16
_SHARED_AT_MOST = 64


class Family(BaseModel):
    """How the models of one kind are asked (`resources/models/embedding.json`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    packs: tuple[str, ...]
    side: int
    """The picture's width and height in pixels."""
    fit: Literal["stretch", "middle"]
    kernel: Literal["bilinear", "bicubic"]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    picture_outputs: tuple[str, ...]
    """The graph's name of the vector: the first of these that it has."""
    text_outputs: tuple[str, ...]
    tokens: int
    pad: int
    lower_case: bool
    sentence: str
    """What a thing's name is put into before it is compared with pictures."""


@functools.cache
def _table() -> tuple[tuple[str, ...], tuple[Family, ...]]:
    read = json.loads((catalogue.RESOURCES / "embedding.json").read_text(encoding="utf-8"))
    return tuple(read["order"]), tuple(Family.model_validate(one) for one in read["families"].values())


def family_of(pack: str) -> Family:
    """How this pack is asked. Raises `ModelError` for a pack that is no embedding model."""
    for family in _table()[1]:
        if pack in family.packs:
            return family
    raise ModelError(f"{pack} is no model that makes vectors of pictures.", f"Known are: {', '.join(_table()[0])}.")


def ordered() -> tuple[str, ...]:
    """Every pack that makes vectors, in the order in which `available` tries them."""
    return tuple(pack for pack in _table()[0] if pack in catalogue.catalogue())


def available(*parts: str) -> str:
    """The pack that is used here: the first of the table's order whose parts (`image`, `text`, `tokenizer`) are
    installed. Raises `ModelMissing` when there is none."""
    for pack in _table()[0]:
        if pack in catalogue.catalogue() and all(_is_there(f"{pack}:{part}") for part in parts):
            return pack
    first = _table()[0][0]
    raise ModelMissing(
        f"No model that makes vectors of {'pictures' if 'image' in parts else 'sentences'} is installed "
        f"(wanted: {' or '.join(_table()[0])}).",
        f"On a connected machine: `models fetch {first}`, `models pack {first}`; here: `models import FILE`.",
    )


def space_of(pack: str) -> str:
    """The name of the space that this pack's vectors lie in: only vectors of one space are ever compared. Sentences
    lie in the space of the picture tower that they are paired with."""
    return f"{pack}/{catalogue.entry(pack).part('image').sha256}/{PREPROCESSING}"


def crop(picture: NDArray[np.uint8], region: Region | None) -> NDArray[np.uint8]:
    """The pixels under a region, at least one in each direction; None: all of them."""
    if region is None:
        return picture
    height, width = picture.shape[:2]
    left = min(max(int(np.floor(region.x * width)), 0), width - 1)
    top = min(max(int(np.floor(region.y * height)), 0), height - 1)
    right = min(max(int(np.ceil((region.x + region.w) * width)), left + 1), width)
    bottom = min(max(int(np.ceil((region.y + region.h) * height)), top + 1), height)
    return picture[top:bottom, left:right]


def tensor(picture: NDArray[np.uint8], family: Family) -> NDArray[np.float32]:
    """uint8 height × width × 3 RGB to float32 [3, side, side]. Raises `ValueError` for a picture without pixels."""
    from models import resample  # brings OpenCV

    height, width = picture.shape[:2]
    if not height or not width:
        raise ValueError("the picture has no pixels")
    side = family.side
    if family.fit == "stretch":
        small = resample.pillow(picture, (side, side), family.kernel)
    else:
        across, down = (side, int(side * height / width)) if width <= height else (int(side * width / height), side)
        left, top = (across - side) // 2, (down - side) // 2
        small = resample.pillow(picture, (across, down), family.kernel)[top : top + side, left : left + side]
    return resample.planes(small, family.mean, family.std)


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows at length 1; a row of zeros stays one."""
    vectors = vectors.astype(np.float32)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-12), dtype=np.float32)


def pair_probability(cosine: float, scale: float, bias: float) -> float:
    """How SigLIP was trained to judge a pair: sigmoid(scale · cosine + bias), `scale` being exp(logit_scale)."""
    return float(1.0 / (1.0 + np.exp(-np.clip(scale * cosine + bias, -60.0, 60.0))))


class PictureTower:
    """Pictures to vectors. Thread-safe, as its session is."""

    def __init__(self, pack: str, session: Session) -> None:
        self.pack = pack
        self.space = space_of(pack)
        self._family = family_of(pack)
        self._session = session
        self._output = _output(session, self._family.picture_outputs, pack)
        self._plan = session.describe()
        self._together = self._plan.device != "cpu"

    @classmethod
    def open(cls, pack: str, runtime: Runtime) -> PictureTower:
        return cls(pack, runtime.session(f"{pack}:image"))

    def embed_samples(self, samples: Sequence[Sample]) -> NDArray[np.float32]:
        """Vectors of whole samples. On a processor each is made once, whichever analyzers ask for it: `restraint` looks
        at the very vector that `embedding` keeps."""
        if self._together or not samples:
            return self.embed([sample.array() for sample in samples])
        return np.stack([self._shared(sample) for sample in samples])

    def _shared(self, sample: Sample) -> NDArray[np.float32]:
        def make() -> NDArray[np.float32]:
            vector: NDArray[np.float32] = self.embed([sample.array()])[0]
            return vector

        if not isinstance(sample.pixels, SharedPixels):  # only those are known to be what their content's hash says
            return make()
        place = (sample.content, sample.kind, sample.index, sample.time, sample.frame, sample.page)
        return _VECTORS.get((self.space, self._plan, *place, sample.pixels.shape), make)

    def embed(self, pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """uint8 RGB pictures to float32 [pictures, dimensions] of length 1. One at a time on a processor, so that no
        picture's vector depends on its neighbours; together on a graphics card, where that is what pays off."""
        if not pictures:
            return np.zeros((0, 0), np.float32)
        tensors = [tensor(picture, self._family)[None] for picture in pictures]
        batches = [np.concatenate(tensors)] if self._together else tensors
        return unit(np.concatenate([self._run(batch) for batch in batches]))

    def _run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        answer = self._session.run({self._session.inputs[0].name: batch})[self._output]
        return np.asarray(answer, np.float32).reshape(len(batch), -1)


class TextTower:
    """Sentences to vectors in the space of the picture tower of the same pack. Thread-safe."""

    def __init__(self, pack: str, session: Session, tokens: Tokens) -> None:
        self.pack = pack
        self.space = space_of(pack)
        self._family = family_of(pack)
        self._session = session
        self._tokens = tokens
        self._output = _output(session, self._family.text_outputs, pack)
        self._masked = "attention_mask" in [one.name for one in session.inputs]

    @classmethod
    def open(cls, pack: str, runtime: Runtime) -> TextTower:
        from models.tokens import Tokens

        family = family_of(pack)
        path = catalogue.verify(f"{pack}:tokenizer")
        tokens = Tokens(path, family.tokens, family.pad, lower_case=family.lower_case)
        return cls(pack, runtime.session(f"{pack}:text"), tokens)

    def sentence(self, thing: str) -> str:
        """The sentence in which this model was taught to expect a thing's name."""
        return self._family.sentence.format(thing)

    def embed(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Sentences to float32 [sentences, dimensions] of length 1."""
        found = [self._run(sentences[at : at + _TEXTS_AT_ONCE]) for at in range(0, len(sentences), _TEXTS_AT_ONCE)]
        return unit(np.concatenate(found)) if found else np.zeros((0, 0), np.float32)

    def _run(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        ids, mask = self._tokens.encode(sentences)
        feeds = {"input_ids": ids, "attention_mask": mask} if self._masked else {"input_ids": ids}
        answer = self._session.run(feeds)[self._output]
        return np.asarray(answer, np.float32).reshape(len(sentences), -1)


class _Shared:
    """The newest vectors; whoever asks second for one that is being made waits for it. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: OrderedDict[Hashable, Future[NDArray[np.float32]]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], NDArray[np.float32]]) -> NDArray[np.float32]:
        with self._lock:
            future = self._made.get(key)
            first = future is None
            if future is None:
                future = self._made[key] = Future()
            self._made.move_to_end(key)
            while len(self._made) > _SHARED_AT_MOST:
                self._made.popitem(last=False)
        if first:
            try:
                future.set_result(make())
            except BaseException as error:
                with self._lock:
                    self._made.pop(key, None)
                future.set_exception(error)
                raise
        return future.result()


_VECTORS = _Shared()


def _output(session: Session, names: Sequence[str], pack: str) -> int:
    there = [one.name for one in session.outputs]
    for name in names:
        if name in there:
            return there.index(name)
    raise ModelError(
        f"The graph of {pack} has no output {' or '.join(names)}; it has {', '.join(there)}.",
        "It is another export than the catalogue names; import the pack again.",
    )


def _is_there(model: str) -> bool:
    try:
        catalogue.locate(model)
    except ModelMissing:
        return False
    return True
