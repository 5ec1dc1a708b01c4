from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.search.vectors import Chunk, Hit, mean_query, nearest


def unit(values: np.ndarray) -> np.ndarray:
    return (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float32)


def chunks(owners: list[int], values: np.ndarray, size: int) -> list[Chunk]:
    samples = np.arange(len(owners), dtype=np.int64)
    return [
        Chunk(
            np.array(owners[at : at + size], np.int64),
            samples[at : at + size],
            values[at : at + size].astype(np.float16),
        )
        for at in range(0, len(owners), size)
    ]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 60), st.integers(1, 7), st.integers(1, 5))
def test_it_is_the_plain_search(seed: int, size: int, wanted: int, queries: int) -> None:
    rng = np.random.default_rng(seed)
    values, asked = unit(rng.normal(size=(60, 8))), unit(rng.normal(size=(queries, 8)))
    owners = [int(one) for one in rng.integers(1, 15, 60)]
    scores = (values.astype(np.float16).astype(np.float32) @ asked.T).max(axis=1)
    best: dict[int, tuple[float, int]] = {}
    for sample, (owner, score) in enumerate(zip(owners, scores, strict=True)):
        if owner not in best or score > best[owner][0]:
            best[owner] = (float(score), sample)
    expected = sorted(best.items(), key=lambda one: (-one[1][0], one[0]))[:wanted]
    found = nearest(chunks(owners, values, size), asked, wanted)
    assert [(hit.owner, hit.sample) for hit in found] == [(owner, sample) for owner, (_, sample) in expected]
    np.testing.assert_allclose([hit.score for hit in found], [score for _, (score, _) in expected], atol=1e-6)


def test_threshold_exclusion_and_foreign_lengths() -> None:
    values = unit(np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]]))
    stored = [*chunks([1, 2, 3], values, 2), *chunks([9], unit(np.ones((1, 3))), 1)]
    asked = np.array([[1.0, 0.0]], np.float32)
    assert nearest(stored, asked, 5, 0.5, frozenset({1})) == [Hit(2, 1, nearest(stored, asked, 5)[1].score)]
    assert nearest([], asked, 5) == []


def test_several_wordings_are_one_question() -> None:
    np.testing.assert_allclose(mean_query(np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)), [[0.5**0.5] * 2], atol=1e-6)
