"""`embedding` against the bare session loop: Pillow's resize, the same normalisation, one call a picture.

    python -m benchmarks --only embedding,vector-search

The published weights are not here; a graph with SigLIP 2's inputs, outputs, shapes and amount of arithmetic stands in.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import helper
from PIL import Image

from benchmarks.measuring import Row, in_pairs, median_wall, most_foreign, ratios
from core.control import Control
from core.memory import LocalPixels
from core.records import Sample, SampleKind
from core.search.vectors import Chunk, nearest
from models import catalogue
from models.local import BackendSpec, LocalBackend
from models.runtime import Runtime
from tests.support import tiny_models
from tests.support.tiny_models import FLOAT, Shelf

__all__ = ["against_the_session", "search"]

PACK = "siglip2-base-p16-224"
WIDTH, LAYERS = 768, 12
SIZES = ((640, 480), (1280, 960), (800, 1200), (3000, 2000))


def stand_in() -> bytes:
    """As much arithmetic as the real picture tower: patch embedding 16 × 16 to 768, then twelve times the projections
    and the feed-forward layer over 196 tokens (16.6 thousand million multiplications). The layers share their weights,
    so that the file stays small."""
    rng = np.random.default_rng(0)
    constants = {
        "patches": rng.normal(0, 0.02, (WIDTH, 3, 16, 16)).astype(np.float32),
        "shape": np.array([0, WIDTH, -1], np.int64),
        "up": rng.normal(0, 0.01, (WIDTH, 4 * WIDTH)).astype(np.float32),
        "down": rng.normal(0, 0.01, (4 * WIDTH, WIDTH)).astype(np.float32),
        "turn": (np.linalg.qr(rng.normal(size=(WIDTH, WIDTH)))[0]).astype(np.float32),
    }
    nodes = [
        helper.make_node("Conv", ["pixel_values", "patches"], ["cells"], strides=[16, 16]),
        helper.make_node("Reshape", ["cells", "shape"], ["rows"]),
        helper.make_node("Transpose", ["rows"], ["h0"], perm=[0, 2, 1]),
    ]
    for layer in range(LAYERS):
        last = f"h{layer}"
        for turn in range(4):  # query, key, value, output
            nodes.append(helper.make_node("MatMul", [last, "turn"], [f"t{layer}_{turn}"]))
            last = f"t{layer}_{turn}"
        nodes += [
            helper.make_node("MatMul", [last, "up"], [f"u{layer}"]),
            helper.make_node("Relu", [f"u{layer}"], [f"r{layer}"]),
            helper.make_node("MatMul", [f"r{layer}", "down"], [f"d{layer}"]),
            helper.make_node("Add", [last, f"d{layer}"], [f"h{layer + 1}"]),
        ]
    nodes += [
        helper.make_node("Identity", [f"h{LAYERS}"], ["last_hidden_state"]),
        helper.make_node("ReduceMean", [f"h{LAYERS}"], ["pooler_output"], axes=[1], keepdims=0),
    ]
    outputs = [("last_hidden_state", FLOAT, ["batch", 196, WIDTH]), ("pooler_output", FLOAT, ["batch", WIDTH])]
    return tiny_models.model(nodes, [("pixel_values", FLOAT, ["batch", 3, 224, 224])], outputs, constants)


def against_the_session(_folder: Path, scale: float, pairs: int) -> list[Row]:
    count = max(8, int(80 * scale))
    rng = np.random.default_rng(1)
    pictures = [rng.integers(0, 256, (*SIZES[n % len(SIZES)][::-1], 3), dtype=np.uint8) for n in range(count)]
    samples = [Sample("a" * 64, n, SampleKind.IMAGE, LocalPixels(one)) for n, one in enumerate(pictures)]
    with tempfile.TemporaryDirectory() as place:
        shelf = Shelf(Path(place))
        os.environ |= {"ASSERVAT_PACKS": str(shelf.packs), "ASSERVAT_CATALOGUE": str(shelf.catalogue)}
        catalogue.forget()
        shelf.put(PACK, {"image": stand_in()})
        backend = LocalBackend(BackendSpec(analyzers=("models.embedding:Embedding",)))
        runtime = Runtime()
        session = runtime.session(f"{PACK}:image")

        def ours() -> list[NDArray[np.float16]]:
            found = backend.analyze("embedding", samples, {}, Control())
            return [one.vectors[0].values for one in found]  # type: ignore[misc]  # no sample failed, so each has a vector

        def bare() -> list[NDArray[np.float32]]:
            vectors = []
            for picture in pictures:
                small = np.asarray(Image.fromarray(picture).resize((224, 224), Image.Resampling.BILINEAR), np.float32)
                pixels = ((small / 255.0 - 0.5) / 0.5).transpose(2, 0, 1)[None]
                vector = session.run({"pixel_values": np.ascontiguousarray(pixels, np.float32)})[1][0]
                vectors.append(vector / np.linalg.norm(vector))
            return vectors

        cosines = [float(a.astype(np.float32) @ b) for a, b in zip(ours(), bare(), strict=True)]
        mine, plain = in_pairs(ours, bare, pairs)
        backend.close()
        runtime.close()
    for name in ("ASSERVAT_PACKS", "ASSERVAT_CATALOGUE"):
        os.environ.pop(name)
    catalogue.forget()
    ratio, worst = ratios(mine, plain, cpu=True, at_least=True)
    return [
        Row(
            "embedding, samples/s of CPU",
            f"{count / median_wall(mine):.1f}/s",
            f"{count / median_wall(plain):.1f}/s",
            ratio,
            worst,
            gate=0.95,
            at_least=True,
            agreement=f"cosine ≥ {min(cosines):.5f}",
            note=f"{count} pictures, stand-in graph; foreign load {most_foreign(mine, plain):.0%}",
        )
    ]


def search(_folder: Path, scale: float, pairs: int) -> list[Row]:
    """Exact search against one matrix product over everything at once."""
    count = max(20_000, int(200_000 * scale))
    rng = np.random.default_rng(2)
    values = rng.normal(size=(count, 768)).astype(np.float32)
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    stored, query = values.astype(np.float16), values[:1].copy()
    owners = np.arange(count, dtype=np.int64)
    chunks = [
        Chunk(owners[at : at + 8192], owners[at : at + 8192], stored[at : at + 8192]) for at in range(0, count, 8192)
    ]

    def ours() -> list[int]:
        return [hit.owner for hit in nearest(chunks, query, 50)]

    def bare() -> list[int]:
        scores = stored.astype(np.float32) @ query[0]
        return [int(one) for one in np.argsort(-scores, kind="stable")[:50]]

    same = ours() == bare()
    mine, plain = in_pairs(ours, bare, pairs)
    ratio, worst = ratios(mine, plain)
    return [
        Row(
            "vector search, seconds",
            f"{median_wall(mine):.3f}",
            f"{median_wall(plain):.3f}",
            ratio,
            worst,
            agreement="same 50" if same else "DIFFERENT",
            note=f"{count} vectors of 768 in memory, 50 wanted",
        )
    ]
