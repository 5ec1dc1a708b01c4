"""A medium that goes or breaks during a run: what happened is said, nothing is held against the file, and the next run
does the rest."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from core.case.runs import Runs
from core.control import Control
from core.errors import EvidenceError
from core.evidence import opening
from core.pipeline.run import run
from core.records import Sample
from core.settings import RunSettings
from tests.support.backend import FakeBackend
from tests.support.desk import Desk
from tests.support.media import film, picture

MEDIA = ("tests.faults.media:factory",)


def big(path: Path, seed: int) -> Path:
    picture(path, 60 + seed, size=(700, 500), seed=seed)
    assert path.stat().st_size > 30_000
    return path


@pytest.mark.parametrize(("fault", "said"), [("EIO 20000", "Input/output error"), ("ENODEV 9000", "No such device")])
def test_an_error_of_the_medium_is_no_damage_of_the_file(desk: Desk, fault: str, said: str) -> None:
    good, bad = big(desk.source / "good.png", 1), big(desk.source / "bad.png", 2)
    Path(f"{bad}.fault").write_text(fault, encoding="utf-8")
    assert desk.run(FakeBackend(), extra_decoders=MEDIA).state == "finished"
    rows = {path: row for (path, _), row in desk.outcomes().items()}
    assert rows["good.png"]["state"] == "done"
    assert (rows["bad.png"]["state"], rows["bad.png"]["code"]) == ("failed", "unreadable")
    with desk.case.reading() as connection:
        told = connection.exec_driver_sql(
            "SELECT copy.state, problem.code, problem.message FROM copy JOIN problem ON problem.copy_id = copy.id"
            " WHERE copy.path = 'bad.png'"
        ).fetchall()
    assert [(state, code) for state, code, _ in told] == [("unreadable", "unreadable")]
    assert "The medium gave an error" in told[0][2]

    Path(f"{bad}.fault").unlink()
    again = FakeBackend()
    desk.run(again)
    assert [call[1] for call in again.calls if call[1] != _sha(good)] == [_sha(bad)]
    assert desk.outcomes()["bad.png", "bright"]["state"] == "done"


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_that_is_cut_while_it_is_read_has_changed(desk: Desk) -> None:
    """Half of a picture would be called damaged for good."""
    bad = big(desk.source / "bad.png", 2)
    Path(f"{bad}.fault").write_text("truncate 9000", encoding="utf-8")
    desk.run(FakeBackend(), extra_decoders=MEDIA)
    assert bad.stat().st_size == 9000
    assert desk.outcomes()["bad.png", "bright"]["code"] in ("changed", "vanished")
    with desk.case.reading() as connection:
        states = connection.exec_driver_sql("SELECT state FROM copy WHERE path = 'bad.png'").scalars().all()
    assert "changed" in states


def test_a_folder_that_is_renamed_during_a_run_is_gone_and_comes_back(desk: Desk, tmp_path: Path) -> None:
    for number in range(12):
        picture(desk.source / f"in/{number}.png", 15 * number + 20, seed=number)
    film(desk.source / "in/film.mp4", seconds=4)
    away = tmp_path / "away"

    def leave(_name: str, _sample: Sample) -> None:
        if (desk.source / "in").exists():
            (desk.source / "in").rename(away)

    assert desk.run(FakeBackend(trouble=leave)).state == "finished"
    rows = desk.outcomes()
    lost = [row for row in rows.values() if row["state"] != "done"]
    assert lost
    assert {row["code"] for row in lost} == {"vanished"}
    assert all(row["reason"] for row in lost)
    away.rename(desk.source / "in")
    assert desk.run(FakeBackend()).state == "finished"
    assert {row["state"] for row in desk.outcomes().values()} == {"done"}
    assert len(desk.outcomes()) == 13


def test_a_source_that_goes_as_a_whole_during_a_run(desk: Desk, tmp_path: Path) -> None:
    for number in range(12):
        picture(desk.source / f"{number}.png", 15 * number + 20, seed=number)
    away = tmp_path / "away"

    def leave(_name: str, _sample: Sample) -> None:
        if desk.source.exists():
            desk.source.rename(away)

    assert desk.run(FakeBackend(trouble=leave)).state == "finished"
    assert {row["state"] for row in desk.outcomes().values()} <= {"done", "failed"}
    settings = RunSettings(analyzers=("bright",), workers=1)
    with pytest.raises(EvidenceError, match="not there"):
        list(run(desk.case, Runs(desk.case).sources(), FakeBackend(), settings, Control()))
    away.rename(desk.source)
    desk.run(FakeBackend())
    assert {row["state"] for row in desk.outcomes().values()} == {"done"}


@pytest.mark.parametrize("number", [errno.ENODEV, errno.ENXIO, errno.EIO])
def test_a_medium_that_was_pulled_out_is_no_special_file(
    tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = picture(tmp_path / "a.png")

    def pulled(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(opening, "_open", pulled)
    with pytest.raises(opening.CannotOpen) as raised:
        opening.open_readonly(str(path))
    assert raised.value.code == "unreadable"
    assert os.strerror(number) in raised.value.message
