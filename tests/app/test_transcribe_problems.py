"""`transcribe` says what of the file was not heard."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from app.cli.program import run_command
from app.parts import Parts
from core.records import SampleKind
from tests.support.backend import FakeBackend, info

LISTENER = replace(
    info("speech"),
    accepts=frozenset({SampleKind.SOUND}),
    options={"model": "auto", "mode": "evidential", "language": "", "translate": False},
)


def _two_tracks(path: Path) -> Path:
    """Two seconds of silence on the first track, of noise on the second."""
    noise = (np.random.default_rng(3).normal(0, 0.1, 16_000 * 2) * 32767).astype(np.int16)
    with av.open(str(path), "w") as container:
        tracks = [container.add_stream("pcm_s16le", rate=16_000, layout="mono") for _ in range(2)]
        for track, values in zip(tracks, (noise * 0, noise), strict=True):
            frame = av.AudioFrame.from_ndarray(values[None], "s16", "mono")
            frame.sample_rate, frame.pts = 16_000, 0
            container.mux([*track.encode(frame), *track.encode(None)])
    return path


@pytest.mark.parametrize("as_json", [True, False])
def test_a_second_track_of_sound_is_named(as_json: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _two_tracks(tmp_path / "two.mka")
    parts = Parts(open_backend=lambda _settings: FakeBackend(LISTENER), examine=list)
    assert run_command(["transcribe", str(path), "--workers", "1", *["--json"][: int(as_json)]], parts) == 0
    said = capsys.readouterr()
    if as_json:
        (problem,) = json.loads(said.out)["problems"]
        assert problem["code"] == "other-sounds"
        assert "2 tracks" in problem["message"]
    else:
        assert "2 tracks of sound; only the first was listened to" in " ".join(said.err.split())
