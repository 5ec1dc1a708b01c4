"""`embedding`: one vector for each picture, so that similar pictures and pictures for a sentence are found.

It has no findings: what is near to what is asked later, of the vectors that the case keeps (`core.search.vectors`).
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field

from core.control import Control
from core.errors import ModelMissing
from core.options import OptionValue
from core.records import AnalyzerInfo, ModelInfo, Region, Sample, SampleKind, SampleResult, Vector
from models import catalogue
from models.embedding_towers import (
    PREPROCESSING,
    PictureTower,
    TextTower,
    available,
    crop,
    family_of,
    ordered,
    space_of,
)
from models.interface import AnalyzerOptions
from models.option_facts import lacks, pack_value
from models.runtime import Runtime

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Embedding", "EmbeddingOptions", "embed_pictures", "embed_text"]


class EmbeddingOptions(AnalyzerOptions):
    """Vectors of different packs never meet: with another one, pictures are looked at anew."""

    model: str = Field(
        default="auto", description="`auto`: the first installed (`resources/models/embedding.json`), or a pack's id."
    )


class Embedding:
    """The analyzer. Thread-safe once loaded."""

    name = "embedding"
    options_type = EmbeddingOptions

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runtime: Runtime | None = None
        self._towers: dict[str, PictureTower] = {}

    def info(self, runtime: Runtime) -> AnalyzerInfo:
        choices = {value: self._info(runtime, value) for value in ("auto", *ordered())}
        return dataclasses.replace(choices["auto"], choice="model", choices=choices)

    def offers(self) -> Mapping[str, Sequence[OptionValue]]:
        return {"model": [OptionValue("auto"), *(pack_value(pack) for pack in ordered())]}

    def _info(self, runtime: Runtime, value: str) -> AnalyzerInfo:
        settings: dict[str, object] = {"preprocessing": PREPROCESSING}
        missing: str | None = None
        models: tuple[ModelInfo, ...] = ()
        try:
            pack = _pack(value)
            models = (catalogue.entry(pack).info(),)
            family = family_of(pack)
            settings |= {"side": family.side, "fit": family.fit, "kernel": family.kernel, "values": "float16"}
            settings |= runtime.plan(f"{pack}:image").settings()
        except ModelMissing as error:
            missing = str(error)
        return AnalyzerInfo(
            name=self.name,
            version="1",
            title="Vectors for similar pictures and descriptions",
            accepts=frozenset({SampleKind.IMAGE, SampleKind.FRAME, SampleKind.PAGE}),
            labels=(),
            options=EmbeddingOptions().model_dump(),
            settings=settings,
            models=models,
            limits=(
                "Finds nothing by itself: it lets similar pictures be looked for. Nearness is a hint, not a statement "
                "about what a picture shows; small things in a large scene hardly count."
            ),
            missing=missing,
            batch=runtime.batch,
        )

    def load(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._tower(available("image"))

    def analyze(self, samples: Sequence[Sample], options: AnalyzerOptions, control: Control) -> list[SampleResult]:
        assert isinstance(options, EmbeddingOptions)
        tower = self._tower(_pack(options.model))
        control.checkpoint()
        vectors = tower.embed_samples(samples).astype(np.float16)
        return [SampleResult(vectors=(Vector(tower.space, vector),)) for vector in vectors]

    def close(self) -> None:
        with self._lock:
            self._runtime = None
            self._towers.clear()

    def _tower(self, pack: str) -> PictureTower:
        """Opened when it is first asked for."""
        with self._lock:
            if self._runtime is None:
                raise RuntimeError("embedding was asked before it was loaded")
            if pack not in self._towers:
                self._towers[pack] = PictureTower.open(pack, self._runtime)
            return self._towers[pack]


def _pack(value: str) -> str:
    """The pack that this value of `model` means here. Raises `ModelMissing`."""
    if value == "auto":
        return available("image")
    catalogue.locate(f"{value}:image")
    return value


def embed_pictures(
    runtime: Runtime, pictures: Sequence[NDArray[np.uint8]], regions: Sequence[Region | None] | None = None
) -> tuple[str, NDArray[np.float16]]:
    """Vectors of pictures, or of one region of each (None: all of it), on demand: logo references, marked regions.

    Returns the space and float16 [pictures, dimensions] of length 1. Raises `ModelMissing`, `ModelError`."""
    tower = PictureTower.open(available("image"), runtime)
    chosen = regions if regions is not None else [None] * len(pictures)
    parts = [crop(picture, region) for picture, region in zip(pictures, chosen, strict=True)]
    return tower.space, tower.embed(parts).astype(np.float16)


def embed_text(
    runtime: Runtime, sentences: Sequence[str], spaces: Sequence[str] = ()
) -> tuple[str, NDArray[np.float16]]:
    """Vectors of sentences in the space of the pictures' vectors. Raises `ModelMissing`, `ModelError`.

    The text tower is taken from the pack that made the pictures' vectors or from none: other pairs mean nothing.
    `spaces`: those that there are vectors of; the first whose pack is here is taken, else that of the pack in use."""
    made = {space_of(pack): pack for pack in ordered() if not lacks(pack)}
    pack = next((made[space] for space in spaces if space in made), None) or available("image")
    tower = TextTower.open(pack, runtime)
    return tower.space, tower.embed(sentences).astype(np.float16)
