"""The parent believes nothing that a child says before it has looked at it."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.decode import wire
from core.decode.jobs import Fingerprint
from core.decode.jpeg_size import jpeg_size
from core.decode.pipe import Nonsense
from core.decode.thumbnail import encode
from core.records import State

SLOT = 1000
JPEG = encode(np.full((20, 30, 3), 90, np.uint8))
PLACED = {"index": 0, "kind": "image", "offset": 0, "shape": [10, 10, 3], "size": [10, 10], "time": None}
PLACED |= {"frame": None, "page": None}
FACTS: dict[str, Any] = dict.fromkeys(
    ("width", "height", "duration", "orientation", "format", "frames", "taken", "latitude", "longitude", "camera")
) | {"raw": {}, "normal": {}}
DONE = {"t": "done", "serial": 1, "state": "done", "code": "", "reason": "", "facts": FACTS, "problems": []}
DONE |= {"seconds": 0.1, "media_seconds": 0.0, "decodes": 1}


def message(fields: dict[str, Any], *blobs: bytes | None) -> bytes:
    text = json.dumps(fields | {"blobs": [None if one is None else len(one) for one in blobs]}).encode()
    return struct.pack("!I", len(text)) + text + b"".join(one or b"" for one in blobs)


def test_sound_messages_are_understood() -> None:
    done = wire.parse(message(DONE, JPEG, None, None), SLOT)
    assert isinstance(done, wire.Done)
    assert (done.state, done.thumbnail, done.storyboard) == (State.DONE, JPEG, None)
    assert done.fingerprint is None
    hashed = wire.parse(message(DONE | {"fingerprint": ["ab" * 32, 77]}, None, None, None), SLOT)
    assert isinstance(hashed, wire.Done)
    assert hashed.fingerprint == Fingerprint(b"\xab" * 32, 77)
    filled = wire.parse(message({"t": "filled", "serial": 1, "at": 0.5, "samples": [PLACED]}), SLOT)
    assert isinstance(filled, wire.Filled)
    assert filled.samples[0].shape == (10, 10, 3)


@pytest.mark.parametrize(
    "change",
    [
        {"shape": [100, 100, 3]},
        {"shape": [10, 10, 4]},
        {"shape": [0, 10, 3]},
        {"shape": [-10, -10, 3]},
        {"shape": [2**40, 2**40, 3]},
        {"offset": 800},
        {"offset": -1},
        {"offset": 1.0},
        {"offset": True},
        {"time": float("nan")},
        {"time": -1},
        {"time": "1"},
        {"kind": "sound"},
        {"kind": "cat"},
        {"size": [0, 1]},
        {"index": "0"},
        {"frame": 1.5},
    ],
)
def test_samples_that_cannot_be(change: dict[str, Any]) -> None:
    with pytest.raises(Nonsense):
        wire.parse(message({"t": "filled", "serial": 1, "at": 0.0, "samples": [PLACED | change]}), SLOT)


@pytest.mark.parametrize(
    "change",
    [
        {"state": "timed out"},
        {"state": "skipped"},
        {"state": "failed"},
        {"reason": "but"},
        {"seconds": float("inf")},
        {"serial": None},
        {"code": "x" * 1000},
        {"fingerprint": ["ab" * 31, 77]},
        {"fingerprint": ["ab" * 33, 77]},
        {"fingerprint": ["zz" * 32, 77]},
        {"fingerprint": ["ab" * 32, 101]},
        {"fingerprint": ["ab" * 32, True]},
        {"fingerprint": ["ab" * 32]},
        {"fingerprint": 7},
        {"reason": "\ud800", "state": "failed"},
        {"facts": FACTS | {"latitude": 91}},
        {"facts": FACTS | {"orientation": 9}},
        {"facts": FACTS | {"raw": []}},
        {"facts": FACTS | {"raw": {"x": "y" * 600_000}}},
        {"problems": [["a", "b"]]},
        {"facts": {}},
    ],
)
def test_ends_that_cannot_be(change: dict[str, Any]) -> None:
    with pytest.raises(Nonsense):
        wire.parse(message(DONE | change, None, None, None), SLOT)


@pytest.mark.parametrize("blob", [b"no picture", JPEG[:-2], encode(np.zeros((300, 300, 3), np.uint8)), b"\xff\xd8\xff"])
def test_thumbnails_are_small_whole_pictures(blob: bytes) -> None:
    with pytest.raises(Nonsense):
        wire.parse(message(DONE, blob, None, None), SLOT)


def test_overlapping_samples_and_missing_bytes() -> None:
    doubled = {"t": "filled", "serial": 1, "at": 0.0, "samples": [PLACED, PLACED | {"index": 1}]}
    for bad in (message(doubled), message(DONE, JPEG, None, None)[:-5], message(DONE, JPEG, None, None) + b"x"):
        with pytest.raises(Nonsense):
            wire.parse(bad, SLOT)


@given(st.binary(max_size=300))
def test_noise_is_nonsense(noise: bytes) -> None:
    for bad in (noise, struct.pack("!I", len(noise)) + noise):
        with pytest.raises(Nonsense):
            wire.parse(bad, SLOT)


@given(
    st.dictionaries(
        st.sampled_from([*DONE, "samples", "at", "blobs"]),
        st.none()
        | st.integers()
        | st.text()
        | st.lists(st.none() | st.integers())
        | st.just("filled")
        | st.just("done"),
    )
)
def test_any_json_is_a_message_or_nonsense(fields: dict[str, Any]) -> None:
    text = json.dumps(fields).encode()
    try:
        wire.parse(struct.pack("!I", len(text)) + text, SLOT)
    except Nonsense:
        return


def test_deep_json_does_not_end_the_parent() -> None:
    text = b'{"t":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    with pytest.raises(Nonsense):
        wire.parse(struct.pack("!I", len(text)) + text, SLOT)


@given(st.binary(max_size=200))
def test_size_of_noise(noise: bytes) -> None:
    with pytest.raises(ValueError, match="JPEG"):
        jpeg_size(b"\xff\xd8\xff\xe0" + noise.replace(b"\xff", b"") + b"\xff\xd9")
