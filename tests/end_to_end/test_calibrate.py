"""`analyze --analyzers restraint` and `calibrate`, over a small tagger in a real child process."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.models.crew import JOYTAG, stock
from tests.models.pictures import figure
from tests.support.here import Here
from tests.support.tiny_models import Shelf


def save(path: Path, colour: tuple[int, int, int]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((40, 40, 3), colour, np.uint8)).save(path)


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    folder = tmp_path / "labelled"
    for number in range(4):
        save(folder / f"positive/rope/r{number}.png", (255 - 20 * number, 0, 0))
        save(folder / f"negative/n{number}.png", (120, 200 + number, 120))
    save(folder / "positive/cuffs/c.png", (0, 0, 255))
    save(folder / "negative/reddish.png", (200, 90, 90))
    (folder / "negative/broken.png").write_bytes(b"\x89PNG\r\n\x1a\n nothing")
    return folder


def test_without_a_pack_nothing_is_calibrated(here: Here, labelled: Path, tmp_path: Path, shelf: Shelf) -> None:
    case = tmp_path / "case"
    assert here("case", "new", case, "--json").code == 0
    said = here("calibrate", case, labelled, "--json")
    assert said.code == 1
    assert "cannot be calibrated here" in said.err
    for wrong, word in ((tmp_path / "none", "not a folder"), (labelled / "negative", "both are needed")):
        said = here("calibrate", case, wrong, "--json")
        assert (said.code, word in said.err) == (2, True)


def test_thresholds_are_measured_kept_and_shown(
    here: Here, labelled: Path, tmp_path: Path, shelf: Shelf, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    from app.cli.calibrate import tell

    stock(shelf, JOYTAG)
    case, source = tmp_path / "case", tmp_path / "evidence"
    save(source / "rope.png", (250, 0, 0))
    assert here("analyze", source, "--case", case, "--analyzers", "restraint", "--json").code == 0
    (before, *_) = here("findings", case, "--label", "rope", "--json").lines
    assert before["attributes"]["calibration"] == "uncalibrated"
    assert before["group"] == "restraint"

    said = here("calibrate", case, labelled, "--note", "own set", "--recall", "1", "--json")
    assert said.code == 0, said.err
    data = said.json
    assert data["pictures"] == {"positive": 5, "negative": 5}
    assert data["failed"] == 1
    assert set(data["groups"]) == {"*", "rope", "cuffs"}
    possible = data["groups"]["rope"]["possible"]
    assert possible["recall"]["rate"] == 1.0
    assert possible["recall"]["total"] == 4
    assert possible["false_alarms"]["total"] == 5
    assert possible["recall"]["low"] < 1.0
    assert data["enough"] is False

    (after, *_) = here("findings", case, "--label", "rope", "--json").lines
    assert after["score"] == before["score"]
    assert after["attributes"]["calibration"].startswith("calibrated on own set (5 positive, 5 negative")
    assert after["attributes"]["band"] == "likely"
    assert after["score"] >= data["groups"]["rope"]["likely"]["threshold"]
    tell(1, "restraint", data)
    out, err = capfdbinary.readouterr()
    assert b"Calibration 1 of restraint on 5 positive and 5" in out
    assert b"Fewer than 200" in err


def test_an_analyzer_that_keeps_no_lower_scores_is_measured_from_there(here: Here, tmp_path: Path) -> None:
    """`faces` stores nothing below 0.05; every analyzer with a score to keep can be calibrated."""
    case, folder = tmp_path / "case", tmp_path / "labelled"
    (folder / "positive").mkdir(parents=True)
    Image.fromarray(figure(seed=1)).save(folder / "positive" / "face.png")
    save(folder / "negative" / "none.png", (200, 90, 90))
    assert here("case", "new", case, "--json").code == 0
    said = here("calibrate", case, folder, "--analyzer", "faces", "--json")
    assert said.code == 0, said.err
    assert said.json["pictures"] == {"positive": 1, "negative": 1}
    assert said.json["groups"]["*"]["possible"]["recall"]["rate"] == 1.0


def test_labels_come_from_a_table_too(tmp_path: Path) -> None:
    from app.cli.calibrate import read_labels
    from core.errors import UsageError

    save(tmp_path / "a b.png", (1, 2, 3))
    save(tmp_path / "sub/c.png", (3, 2, 1))
    table = tmp_path / "labels.csv"
    table.write_text("path,label\na b.png,rope;gags\nsub\\c.png,negative\n", encoding="utf-8-sig")
    assert read_labels(tmp_path) == {"a b.png": {"rope", "gags"}, "sub/c.png": frozenset()}
    table.write_text("path,label\nnot there.png,rope\n")
    with pytest.raises(UsageError, match="not there"):
        read_labels(tmp_path)
    table.write_text("file,what\n")
    with pytest.raises(UsageError, match="columns path and label"):
        read_labels(tmp_path)


def test_tables_of_other_programs_and_odd_ones(tmp_path: Path) -> None:
    from app.cli.calibrate import read_labels
    from core.errors import UsageError

    folder = tmp_path / "pictures"
    save(folder / "ä.png", (1, 2, 3))
    save(folder / "c.png", (3, 2, 1))
    save(tmp_path / "outside.png", (3, 2, 1))
    table = folder / "labels.csv"
    table.write_text('Path ;LABEL\n./ä.png;"rope;gags"\nc.png\n', encoding="utf-8")
    assert read_labels(folder) == {"ä.png": {"rope", "gags"}, "c.png": frozenset()}
    for content, said in (
        (b"path,label\n../outside.png,rope\n", "not there"),
        (b"path,label\n/etc/hostname,rope\n", "not there"),
        ("path,label\nä.png,rope\n".encode("cp1252"), "not in UTF-8"),
        (b"", "columns path and label"),
        (b"path,label\n", "0 positive"),
        (b"path,label\n,rope\n", "not there"),
    ):
        table.write_bytes(content)
        with pytest.raises(UsageError, match=said):
            read_labels(folder)
