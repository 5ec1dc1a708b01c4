"""Films are compared as vPDQ does it, and the index meets whatever is near, whoever came first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.film_hashes import FilmHashes, differing
from core.search import films
from core.search.films import MOST_KEYS, FilmIndex, Keys, keys_of, likeness

Bits = NDArray[np.uint8]


def film(lines: Bits, quality: int = 90) -> FilmHashes:
    return FilmHashes(np.arange(len(lines), dtype=np.float64), np.full(len(lines), quality, np.uint8), lines)


def noise(count: int, seed: int) -> Bits:
    return np.random.default_rng(seed).integers(0, 256, (count, 32), np.uint8)


def turned(lines: Bits, bits: int, seed: int = 0) -> Bits:
    """Each line with exactly so many of its bits turned."""
    rng = np.random.default_rng(seed)
    found = np.unpackbits(lines, axis=1)
    for row in found:
        row[rng.choice(256, bits, replace=False)] ^= 1
    return np.packbits(found, axis=1)


def brute(one: Bits, other: Bits, within: int) -> float:
    """vPDQ's share of the first, one frame after the other."""
    hits = [any(differing(a.tobytes(), b.tobytes()) <= within for b in other) for a in one]
    return sum(hits) / len(hits)


@pytest.mark.parametrize("within", [31, 20, 7])
def test_shares_are_those_of_comparing_every_frame(within: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "_COMPARED", 100)
    one = noise(20, 1)
    other = np.concatenate((turned(one[:6], 7), turned(one[6:11], 20), turned(one[11:13], 32), noise(9, 2), one[:1]))
    found = likeness(film(one), film(other))
    assert found.first == pytest.approx(brute(one, other, 31)) == pytest.approx(11 / 20)
    assert found.second == pytest.approx(brute(other, one, 31)) == pytest.approx(12 / 23)
    assert not found.near
    whole = np.concatenate((turned(one[:10], 7), turned(one[10:15], within), noise(30, 3)))
    assert likeness(film(one), film(whole)).bits == max(7, within), "three quarters are there at this tolerance"


def test_repeated_frames_count_as_often_as_they_are_there() -> None:
    one = np.concatenate((np.repeat(noise(1, 1), 7, axis=0), noise(3, 2)))
    found = likeness(film(one), film(np.concatenate((one[:1], noise(4, 3)))))
    assert (found.first, found.second) == (pytest.approx(0.7), pytest.approx(0.2))


def test_frames_with_nothing_on_them_do_not_count() -> None:
    black = film(np.zeros((30, 32), np.uint8), quality=0)
    assert not likeness(black, black).near
    assert len(keys_of(black)) == 0
    lines = noise(6, 1)
    mixed = FilmHashes(
        np.arange(26.0), np.array([90] * 6 + [49] * 20, np.uint8), np.concatenate((lines, np.zeros((20, 32), np.uint8)))
    )
    found = likeness(film(lines), mixed)
    assert (found.first, found.second, found.near) == (1.0, 1.0, True)


def test_a_title_card_holds_nothing_together() -> None:
    card = noise(1, 9)
    alone, twice = film(np.repeat(card, 5, axis=0)), film(np.repeat(turned(card, 3), 6, axis=0))
    story = film(np.concatenate((np.repeat(card, 5, axis=0), noise(40, 1))))
    other = film(np.concatenate((np.repeat(card, 5, axis=0), noise(40, 2))))
    assert likeness(alone, twice).near, "two films of nothing but this card are the same"
    assert not likeness(alone, story).near
    assert not likeness(story, other).near
    short = film(np.concatenate((card, noise(1, 3))))
    assert not likeness(film(card), short).near, "one frame is too little to be a part of something"
    dark = np.concatenate((np.repeat(card, 4, axis=0), np.zeros((60, 32), np.uint8)))
    night = FilmHashes(np.arange(64.0), np.array([90] * 4 + [10] * 60, np.uint8), dark)
    assert not likeness(night, alone).near, "sixty dark frames behind the card are not known to be the same"


def test_a_part_is_near_whichever_comes_first() -> None:
    whole = noise(60, 1)
    part = turned(whole[20:35], 8)
    found = likeness(film(part), film(whole))
    assert (found.first, found.second, found.bits) == (1.0, 0.25, 8)
    back = likeness(film(whole), film(part))
    assert (back.first, back.second, back.bits) == (0.25, 1.0, 8)


# ---------------------------------------------------------------------- the index


@pytest.mark.parametrize("frames", [1, 3, 30, 400])
@pytest.mark.parametrize("bits", [0, 6, 14])
def test_the_index_meets_near_films(frames: int, bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "_BUFFER", 3000)  # runs are made and merged
    known = {number: noise(frames, number) for number in range(1, 41)}
    index = FilmIndex()
    index.extend([(number, keys_of(film(lines))) for number, lines in list(known.items())[:20]])
    for number in range(21, 41):
        index.add(number, keys_of(film(known[number])))
    met = [number in index.met(keys_of(film(turned(lines, bits)))) for number, lines in known.items()]
    assert sum(met) >= (38 if frames > 1 else 30)
    assert index.met(keys_of(film(known[7])))[0] == 7, "who shares most comes first"


def test_parts_of_long_films_are_met_from_both_sides() -> None:
    for seed in range(12):
        whole = noise(300, seed)
        part = turned(whole[100:130], 8, seed)
        keys, few = keys_of(film(whole)), keys_of(film(part))
        one, other = FilmIndex(), FilmIndex()
        one.add(1, keys)
        other.add(1, few)
        assert one.met(few) == other.met(keys) == [1]


def test_keys_are_few_and_always_the_same() -> None:
    lines = noise(1500, 1)
    keys = keys_of(film(lines))
    assert MOST_KEYS // 4 <= len(keys) <= MOST_KEYS
    assert (np.diff(keys.astype(np.int64)) > 0).all()
    assert np.array_equal(keys, keys_of(film(lines[::-1].copy())))
    assert FilmIndex().met(keys) == []


def test_of_very_many_those_that_share_most_are_met(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "MOST_MET", 5)
    lines = noise(4, 1)
    index = FilmIndex()
    for number in range(9, 0, -1):
        index.add(number, keys_of(film(turned(lines, 2, number))))
    index.add(20, keys_of(film(lines)))
    met = index.met(keys_of(film(lines)))
    assert met[0] == 20
    assert len(met) == 5


def random_keys(seed: int, count: int = 400) -> Keys:
    return np.unique(np.random.default_rng(seed).integers(0, 2**32, count, np.uint32))


def test_runs_on_disk_meet_the_same_films_as_runs_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "_BUFFER", 3000)
    monkeypatch.setattr(films, "_LARGEST_RUN", 20_000)
    every = [(number, random_keys(number)) for number in range(1, 301)]
    every += [
        (number + 300, np.unique(np.concatenate((keys[::7], random_keys(-number % 999))))) for number, keys in every
    ]
    stored, held = FilmIndex(tmp_path / "index"), FilmIndex()
    for index in (stored, held):
        index.extend(every[:400])
        for number, keys in every[400:]:
            index.add(number, keys)
    assert stored.in_memory < 70_000 < held.in_memory
    for _, keys in every[::5]:
        assert stored.met(keys) == held.met(keys)
    assert stored.met(random_keys(7))[:2] == [7, 307]


def test_films_added_later_are_met_beside_those_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "_BUFFER", 1000)
    monkeypatch.setattr(films, "_LARGEST_RUN", 4000)
    index = FilmIndex(tmp_path)
    for number in range(60):
        index.add(number, random_keys(number))
        assert [known for known in range(number + 1) if known not in index.met(random_keys(known))] == []
    edges = np.array([0, 1, 7, 8, 127, 128, 2**32 - 1], np.uint32)
    index.add(99, edges)
    index.extend((number, random_keys(number)) for number in range(100, 130))
    for key in edges:
        assert index.met(np.array([key], np.uint32)) == [99]


def test_no_room_on_disk_keeps_the_keys_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "_BUFFER", 1000)
    monkeypatch.setattr(films, "_LARGEST_RUN", 4000)
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    index = FilmIndex(blocked / "index")
    index.extend((number, random_keys(number)) for number in range(60))
    assert all(index.met(random_keys(number)) == [number] for number in range(60))


def test_nothing_is_left_beside_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(films, "_LARGEST_RUN", 4000)
    monkeypatch.setattr(films, "_BUFFER", 1000)
    index = FilmIndex(tmp_path / "index")
    index.extend((number, random_keys(number)) for number in range(60))
    assert index.in_memory < 60 * 400
    del index
    assert list((tmp_path / "index").iterdir()) == []


def test_packing_tells_what_it_is_not() -> None:
    one = FilmHashes.of([(0.0, 80, b"\x01" * 32), (1.25, 0, bytes(32))])
    again = FilmHashes.unpack(one.pack())
    assert again.same(one)
    assert (again.times.tolist(), again.qualities.tolist(), len(again.good())) == ([0.0, 1.25], [80, 0], 1)
    odd = one.times.copy()
    odd[0] = np.nan
    for bad in (
        one.pack()[:-1],
        FilmHashes(odd, one.qualities, one.hashes).pack(),
        FilmHashes(one.times - 1, one.qualities, one.hashes).pack(),
        FilmHashes(one.times, one.qualities + np.uint8(50), one.hashes).pack(),
    ):
        with pytest.raises(ValueError, match=r"bytes|time or a quality"):
            FilmHashes.unpack(bad)
