from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.case import candidates as searching
from core.case import decisions
from core.case.candidates import Reference, candidates, decide, face_key, needed, reference
from core.case.case import Case
from core.case.runs import Runs
from core.case.store import CopyRow, Results, Store
from core.errors import UsageError
from core.records import Finding, Outcome, Region, SampleResult, State, Vector
from tests.support.backend import info

SPACE = "dlib-face-resnet/ab/faces/1"
OTHER = "sface-2021dec/cd/faces/1"
BOX = Region(0.1, 0.1, 0.2, 0.2)


def face(distance: float | None, box: Region = BOX, *, space: str = SPACE, **attributes: object) -> SampleResult:
    """One face at this distance from the axis' zero; None: too small for a vector."""
    start = attributes.pop("start", None)
    assert start is None or isinstance(start, float)
    finding = Finding("face", 0.9, box, start=start, attributes={"quality": 0.8, **attributes})
    if distance is None:
        return SampleResult((finding,))
    return SampleResult((finding,), (Vector(space, np.array([distance, *[0.0] * 127], np.float16), 0),))


def keep(case: Case, content: int, *samples: SampleResult, version: str = "1") -> list[int]:
    """Store them as this content's faces; the numbers of its findings."""
    with case.connected() as connection, connection.begin():
        store = Store(connection, 1)
        config = store.config(replace(info("faces"), version=version), {"version": version})
        store.results(content, Results(config, Outcome("faces", State.DONE), list(enumerate(samples))))
        rows = connection.exec_driver_sql(
            "SELECT id FROM finding WHERE content_id = ? AND config_id = ? ORDER BY id", (content, config)
        )
        return [row[0] for row in rows]


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with Case.create(tmp_path / "case") as made:
        source = Runs(made).add_source(tmp_path, str(tmp_path))
        run = Runs(made).start({}, {}, "test")
        with made.connected() as connection, connection.begin():
            rows = [
                CopyRow(source.id, path, path.encode(), "read", 3, 5, sha256=digit * 64, kind=kind, mime="x/y")
                for path, digit, kind in (
                    ("in/a.jpg", "1", "image"),
                    ("b.jpg", "2", "image"),
                    ("c.mp4", "3", "video"),
                    ("d.jpg", "4", "image"),
                )
            ]
            Store(connection, run).register(rows)
        yield made


def asked(case: Case, wanted: Reference) -> searching.Candidates:
    with case.reading() as connection:
        return candidates(connection, wanted)


def of(case: Case, finding: int) -> Reference:
    with case.reading() as connection:
        return reference(connection, finding)


def test_all_are_ranked_and_say_where_they_are(case: Case) -> None:
    (first,) = keep(case, 1, face(0.0))
    keep(case, 2, face(1.5))
    keep(case, 3, face(0.4, start=2.5, track=1, track_start=2.0, track_end=6.0))
    answer = asked(case, of(case, first))
    assert [one.content for one in answer.found] == [3, 2]
    assert [round(one.similarity, 2) for one in answer.found] == [0.8, 0.25]
    film = answer.found[0]
    assert (film.name, film.folder, film.kind, film.start) == ("c.mp4", "", "video", 2.5)
    assert (film.track, film.track_start, film.track_end, film.region) == (1, 2.0, 6.0, BOX)
    assert answer.compared == 2
    assert answer.comparing.threshold == 0.7075


def test_a_track_comes_once_with_its_most_similar_shot_and_never_its_own(case: Case) -> None:
    shots = [face(at / 10, start=float(at), track=1 + at // 3, quality=0.2 if at == 5 else 0.8) for at in range(6)]
    numbers = keep(case, 3, *shots)
    answer = asked(case, of(case, numbers[0]))
    assert [one.finding for one in answer.found] == [numbers[3]]
    assert answer.compared == 5
    (other,) = keep(case, 1, face(0.5))
    answer = asked(case, of(case, other))
    assert [(one.finding, one.quality) for one in answer.found] == [(numbers[5], 0.2), (numbers[2], 0.8)]
    asked_for = [needed(answer, one, 0.7075) for one in answer.found]
    assert asked_for == pytest.approx([0.76, 0.7075]), "more likeness where a face is badly seen"
    assert needed(answer, replace(answer.found[0], quality=0.05), 0.7075) is None


def test_what_was_not_compared_is_counted(case: Case) -> None:
    (first,) = keep(case, 1, face(0.0))
    keep(case, 2, face(0.0, space=OTHER), version="2")
    keep(case, 4, face(None))
    answer = asked(case, of(case, first))
    assert (answer.found, answer.compared, answer.elsewhere, answer.bare) == ((), 0, 1, 1)
    keep(case, 2, face(0.1))  # now the same item has both
    answer = asked(case, of(case, first))
    assert answer.elsewhere == 0


def test_a_rejected_one_does_not_come_back_in_either_direction(case: Case) -> None:
    (first,), (second,), (third,) = keep(case, 1, face(0.0)), keep(case, 2, face(0.1)), keep(case, 4, face(0.2))
    change = decide(case, of(case, first), second, "no", similarity=0.95)
    assert (change.label.key, list(change.ids)) == ("likeness", [2])
    answer = asked(case, of(case, first))
    assert [one.finding for one in answer.found] == [third]
    assert [(one.finding, one.said) for one in answer.rejected] == [(second, "no")]
    assert [one.finding for one in asked(case, of(case, second)).found] == [third]
    assert [one.finding for one in asked(case, of(case, third)).found] == [second, first]
    with case.reading() as connection:  # without comparing anything again
        again = searching.judged(connection, replace(answer, found=answer.rejected, rejected=answer.found))
    assert again == answer
    decisions.undo(case)
    assert [one.finding for one in asked(case, of(case, first)).found] == [second, third]
    decisions.redo(case)
    assert [one.finding for one in asked(case, of(case, first)).found] == [third]
    decide(case, of(case, first), second, "")
    assert [one.finding for one in asked(case, of(case, first)).found] == [second, third]


def test_a_confirmed_one_stays_and_says_so(case: Case) -> None:
    (first,), (second,) = keep(case, 1, face(0.0)), keep(case, 2, face(0.1))
    decide(case, of(case, first), second, "yes")
    (found,) = asked(case, of(case, first)).found
    assert found.said == "yes"
    with case.reading() as connection:
        (entry,) = decisions.history(connection, 2)
    assert (entry.kind, entry.finding_id, json.loads(entry.value)["said"]) == ("likeness", second, "yes")
    assert "likeness" in case.audit.path.read_text(encoding="utf-8")


def test_rejections_outlive_a_run_that_finds_the_same_faces_again(case: Case) -> None:
    (first,), (second,) = keep(case, 1, face(0.0)), keep(case, 2, face(0.1))
    decide(case, of(case, first), second, "no")
    (first,) = keep(case, 1, face(0.0))
    again = keep(case, 2, face(0.1))
    assert again[-1] != second
    answer = asked(case, of(case, first))
    assert answer.found == ()
    assert [one.finding for one in answer.rejected] == [again[-1]]


def test_a_picture_from_outside_is_a_reference_too(case: Case) -> None:
    (first,) = keep(case, 1, face(0.1))
    outside = Reference(face_key("f" * 64, BOX), SPACE, np.zeros(128, np.float16))
    assert [one.finding for one in asked(case, outside).found] == [first]
    decide(case, outside, first, "no")
    assert asked(case, outside).found == ()
    elsewhere = replace(outside, key=face_key("e" * 64, BOX))
    assert [one.finding for one in asked(case, elsewhere).found] == [first]


def test_only_so_many_are_listed_and_all_are_counted(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "SHOWN", 2)
    (first,) = keep(case, 1, face(0.0))
    keep(case, 2, *[face(step / 10) for step in range(5)])
    answer = asked(case, of(case, first))
    assert (len(answer.found), answer.compared) == (2, 5)


def test_wrong_use_is_refused(case: Case) -> None:
    (small,) = keep(case, 1, face(None))
    with pytest.raises(UsageError, match="too small"):
        of(case, small)
    (good,) = keep(case, 2, face(0.0))
    with pytest.raises(UsageError, match="no longer there"):
        decide(case, of(case, good), 9999, "yes")
    with pytest.raises(UsageError, match="is not"):
        decide(case, of(case, good), good, "perhaps")  # type: ignore[arg-type]  # no such word, that is the point
