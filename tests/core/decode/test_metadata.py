"""What pictures say about themselves survives as plain JSON, however broken it is."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from core.decode import metadata
from core.records import Problem, State
from tests.core.decode.conftest import Outcome, photo

Decode = Callable[..., Outcome]


def tagged(path: Path) -> Path:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Canon", "Canon EOS 40D"
    detail = exif.get_ifd(0x8769)
    detail[0x9003], detail[0x9011] = "2008:10:22 16:28:39", "+02:00"
    detail[0x927C] = b"\x00\xff" * 5000  # maker note
    place = exif.get_ifd(0x8825)
    place.update({1: "N", 2: (43.0, 28.0, 2.814), 3: "W", 4: (11.0, 53.0, 6.456), 5: b"\x01", 6: 20.5})
    Image.fromarray(photo(32, 24)).save(path, exif=exif)
    return path


def test_camera_time_and_place(decode: Decode, tmp_path: Path) -> None:
    facts = decode(tagged(tmp_path / "a.jpg")).decoded.facts
    assert facts is not None
    assert (facts.camera, facts.taken) == ("Canon EOS 40D", "2008-10-22 16:28:39+02:00")
    assert facts.latitude == pytest.approx(43.467448, abs=1e-6)
    assert facts.longitude == pytest.approx(-11.885127, abs=1e-6)
    assert facts.normal["gps"]["flags"] == []
    assert facts.normal["gps"]["altitude"] == -20.5
    assert facts.raw["exif"]["DateTimeOriginal"] == "2008:10:22 16:28:39"
    assert facts.raw["gps"]["GPSLatitudeRef"] == "N"
    assert facts.raw["exif"]["MakerNote"].endswith("(10000 bytes)")


@pytest.mark.parametrize(
    ("latitude", "longitude", "flag"),
    [((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), "zero"), ((95.0, 0.0, 0.0), (10.0, 0.0, 0.0), "impossible")],
)
def test_places_that_are_none_are_flagged(latitude: tuple[float, ...], longitude: tuple[float, ...], flag: str) -> None:
    gps = {
        "GPSLatitude": list(latitude),
        "GPSLatitudeRef": "N",
        "GPSLongitude": list(longitude),
        "GPSLongitudeRef": "E",
    }
    found = metadata.normalised({"gps": gps})["gps"]
    assert flag in found["flags"]


def test_an_impossible_place_is_no_position(decode: Decode, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (95.0, 0.0, 0.0), 3: "E", 4: (10.0, 0.0, 0.0)})
    Image.fromarray(photo(8, 8)).save(path, exif=exif)
    facts = decode(path).decoded.facts
    assert facts is not None
    assert (facts.latitude, facts.longitude) == (None, None)
    assert facts.normal["gps"]["flags"] == ["impossible"]


def test_broken_exif_is_a_problem_and_not_a_failure(decode: Decode, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    Image.fromarray(photo(32, 24)).save(path, exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\xfe" * 40)
    decoded = decode(path).decoded
    assert (decoded.state, decoded.samples) == (State.DONE, 1)
    assert decoded.problems


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.just(IFDRational(1, 0)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.tuples(inner, inner),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), JSON))
def test_anything_becomes_plain_json(values: dict[str, object]) -> None:
    text = json.dumps(metadata.json_value(values), allow_nan=False)
    text.encode()
    assert len(json.dumps(metadata.bounded(metadata.json_value(values), 5000))) <= 5000


def test_bounds_name_what_they_leave_out() -> None:
    kept = metadata.bounded({"small": 1, "large": ["x" * 1000] * 100}, 10_000)
    assert kept == {"small": 1, "_left_out": ["large"]}


@given(st.text())
def test_plain_text_can_be_stored_and_shown(text: str) -> None:
    shown = metadata.plain(text, 50)
    shown.encode()
    assert len(shown) <= 50
    assert all(one.isprintable() or one in "\n\t" for one in shown)


def test_numbers() -> None:
    assert metadata.as_number(IFDRational(1, 0)) is None
    assert metadata.as_number(math.inf) is None
    assert metadata.as_number("2.5") == 2.5


def test_real_cameras(decode: Decode, shared_data: Path) -> None:
    facts = decode(shared_data / "exif" / "DSCN0010.jpg").decoded.facts
    assert facts is not None
    assert facts.latitude == pytest.approx(43.467448, abs=1e-4)
    assert facts.longitude == pytest.approx(11.885127, abs=1e-4)
    assert facts.camera is not None
    assert "NIKON" in facts.camera.upper()


def test_every_real_exif_is_read_without_a_problem(decode: Decode, shared_data: Path) -> None:
    for path in sorted((shared_data / "exif").glob("*.jpg")):
        decoded = decode(path).decoded
        assert decoded.state is State.DONE, path.name
        assert [
            problem for problem in decoded.problems if isinstance(problem, Problem) and "metadata" in problem.code
        ] == []
