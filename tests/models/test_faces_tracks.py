from __future__ import annotations

import numpy as np
import pytest

from core.records import Failure, Finding, Position, Region, SampleResult, State, Vector
from models.faces import Faces, FacesOptions
from models.faces_tracks import tracked

SPACE = "sface-2021dec/ab/faces/1"


def person(number: int, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    """A direction of its own for each person, slightly turned for each view."""
    values = np.random.default_rng(number).normal(size=64)
    values = values / np.linalg.norm(values) + noise * np.random.default_rng(1000 + seed).normal(size=64) / 8
    return values.astype(np.float16)


def seen(*faces: tuple[int, float, float], time: float, seed: int = 0) -> SampleResult:
    """Faces as (person, left edge, quality)."""
    findings = tuple(
        Finding("face", 0.9, Region(x, 0.2, 0.2, 0.2), start=time, end=time + 1, attributes={"quality": quality})
        for _, x, quality in faces
    )
    vectors = tuple(Vector(SPACE, person(who, 0.3, seed + place), place) for place, (who, _, _) in enumerate(faces))
    return SampleResult(findings, vectors)


def positions(*times: float | None) -> list[Position]:
    return [(index, time, None if time is None else int(time * 25), None) for index, time in enumerate(times)]


def tracks(results: list[SampleResult]) -> list[list[int]]:
    return [[finding.attributes["track"] for finding in result.findings] for result in results]


def test_two_people_who_change_places_stay_two_tracks() -> None:
    results = [
        seen((1, 0.1, 0.5), (2, 0.6, 0.5), time=0),
        seen((2, 0.1, 0.9), (1, 0.6, 0.4), time=1, seed=10),
        seen((1, 0.5, 0.8), (2, 0.2, 0.3), time=2, seed=20),
    ]
    done = tracked(positions(0, 1, 2), results, gap=4.5)
    assert tracks(done) == [[1, 2], [2, 1], [1, 2]]
    best = [[finding.attributes["best"] for finding in result.findings] for result in done]
    assert best == [[False, False], [True, False], [True, False]]
    first = done[0].findings[0].attributes
    assert (first["track_start"], first["track_end"], first["track_faces"]) == (0, 3, 3)


def test_who_comes_back_later_begins_another_passage() -> None:
    empty = [seen(time=t) for t in range(1, 10)]
    results = [seen((1, 0.1, 0.5), time=0), *empty, seen((1, 0.1, 0.5), time=10, seed=5)]
    places = positions(*map(float, range(11)))
    assert tracks(tracked(places, results, gap=4.5)) == [[1], *[[]] * 9, [2]]
    assert tracks(tracked(places, results, gap=20)) == [[1], *[[]] * 9, [1]]


def test_samples_far_apart_still_make_a_track() -> None:
    results = [seen((1, 0.1, 0.5), time=t, seed=int(t)) for t in (0.0, 10.0, 20.0)]
    assert tracks(tracked(positions(0, 10, 20), results, gap=4.5)) == [[1], [1], [1]]


def test_another_person_in_the_same_place_is_another_track() -> None:
    results = [seen((1, 0.1, 0.5), time=0), seen((2, 0.1, 0.5), time=1)]
    assert tracks(tracked(positions(0, 1), results, gap=4.5)) == [[1], [2]]


def test_without_vectors_place_decides() -> None:
    def bare(x: float, time: float) -> SampleResult:
        return SampleResult((Finding("face", 0.5, Region(x, 0.2, 0.2, 0.2), start=time),))

    results = [bare(0.1, 0), bare(0.15, 1), bare(0.7, 2)]
    assert tracks(tracked(positions(0, 1, 2), results, gap=4.5)) == [[1], [1], [2]]


def test_a_track_has_one_best_shot_and_the_first_of_equals() -> None:
    results = [seen((1, 0.1, 0.5), time=t, seed=int(t)) for t in (0.0, 1.0, 2.0)]
    done = tracked(positions(0, 1, 2), results, gap=4.5)
    assert [result.findings[0].attributes["best"] for result in done] == [True, False, False]


def test_the_order_of_asking_does_not_matter() -> None:
    results = [seen((1, 0.1, 0.5), (2, 0.6, 0.5), time=float(t), seed=t * 10) for t in range(6)]
    once, again = (tracked(positions(*map(float, range(6))), results, gap=4.5) for _ in range(2))
    assert once == again
    shuffled = [5, 2, 0, 4, 1, 3]
    places = positions(*map(float, range(6)))
    other = tracked([places[i] for i in shuffled], [results[i] for i in shuffled], gap=4.5)
    assert [other[shuffled.index(i)] for i in range(6)] == once


def test_pictures_and_failures_stay_as_they_are() -> None:
    failed = SampleResult(failure=Failure(State.FAILED, "x", "no"))
    pictures = [seen((1, 0.1, 0.5), time=0), failed]
    assert tracked(positions(None, None), pictures, gap=4.5) == pictures
    film = [seen((1, 0.1, 0.5), time=0), failed, seen((1, 0.1, 0.5), time=2, seed=3)]
    done = Faces().conclude(positions(0, 1, 2), film, FacesOptions())
    assert done[1] == failed
    assert tracks([done[0], done[2]]) == [[1], [1]]


@pytest.mark.parametrize("count", [0, 1])
def test_few_samples(count: int) -> None:
    results = [seen((1, 0.1, 0.5), time=0)][:count]
    assert len(tracked(positions(*([0.0] * count)), results, gap=4.5)) == count


def test_a_face_seen_too_badly_follows_its_place_and_teaches_nothing() -> None:
    """A blurred frame of another person in the same place: it goes on the track, but the track does not learn from it,
    and away from every track it begins its own, however alike it may look."""
    blurred = 0.05
    results = [
        seen((1, 0.1, 0.6), time=0),
        seen((2, 0.1, blurred), time=1, seed=3),
        seen((1, 0.1, 0.6), time=2, seed=6),
        seen((1, 0.7, blurred), time=3, seed=9),
    ]
    done = tracked(positions(0, 1, 2, 3), results, gap=4.5)
    assert tracks(done) == [[1], [1], [1], [2]]
    assert done[2].findings[0].attributes["track_faces"] == 3


def test_a_weak_face_needs_a_strong_likeness() -> None:
    """Between threshold and strong: enough for faces in focus, not for one of low quality, away from its place."""
    one = np.zeros(64, np.float16)
    one[0] = 1.0
    other = np.zeros(64, np.float16)
    other[:2] = 0.4, (1 - 0.4**2) ** 0.5  # cosine 0.4, of SFace's 0.363 and 0.45
    for quality, expected in ((0.6, [[1], [1]]), (0.2, [[1], [2]])):
        results = [
            SampleResult(
                (Finding("face", 0.9, Region(x, 0.2, 0.2, 0.2), start=t, attributes={"quality": quality}),),
                (Vector(SPACE, values, 0),),
            )
            for t, x, values in ((0.0, 0.1, one), (1.0, 0.7, other))
        ]
        assert tracks(tracked(positions(0, 1), results, gap=4.5)) == expected
