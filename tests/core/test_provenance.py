from __future__ import annotations

import pytest

from core import provenance as provenance_module
from core.errors import UsageError
from core.provenance import DEVICES, FIELDS, NO_BLOCKER, Provenance, clock_text, time_zones

EMPTY = Provenance()


def test_nothing_is_stated_at_first() -> None:
    assert EMPTY.stated() == {}
    assert set(EMPTY.texts().values()) == {""}
    assert tuple(EMPTY.texts()) == FIELDS


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        ("label", "  Phone\tof\n A. ", "Phone of A."),
        ("exhibit", "7 Js 12/26\x00-3", "7 Js 12/26 -3"),
        ("description", "black,\r\nscratched\n", "black,\nscratched"),
        ("device", "USB-Stick", "usb-stick"),
        ("device", "unknown", ""),
        ("seized_at", "2026-11-20", "2026-11-20"),
        ("seized_at", "20.11.2026", "2026-11-20"),
        ("seized_at", "5.3.2026 06:15", "2026-03-05 06:15"),
        ("seized_at", "2026-11-20T06:15:07+01:00", "2026-11-20 06:15:07+01:00"),
        ("write_blocker", "None", NO_BLOCKER),
        ("write_blocker", "UNKNOWN", ""),
        ("write_blocker", "Tableau T35u", "Tableau T35u"),
        ("time_zone", "europe/berlin", "Europe/Berlin"),
        ("time_zone", "unknown", ""),
        ("clock_offset", "+0:05:30", 330),
        ("clock_offset", "-1:00:00", -3600),
        ("clock_offset", "−12", -12),
        ("clock_offset", "0", 0),
        ("clock_offset", 77, 77),
        ("clock_offset", "unknown", None),
        ("clock_offset", None, None),
    ],
)
def test_what_people_write_is_kept_in_one_form(field: str, given: str | int | None, kept: str | int | None) -> None:
    assert getattr(EMPTY.changed(**{field: given}), field) == kept


@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        ("device", "toaster", "no kind of device"),
        ("seized_at", "last week", "no day"),
        ("seized_at", "2026-02-30", "no day"),
        ("time_zone", "Europe/Atlantis", "no time zone"),
        ("time_zone", "../../etc/passwd", "no time zone"),
        ("clock_offset", "five minutes", "no offset"),
        ("clock_offset", "+0:75:00", "no offset"),
        ("exhibit", "x" * 301, "longer than 300"),
        ("notes", "x" * 4001, "longer than 4000"),
        ("colour", "red", "has no colour"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(field: str, given: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        EMPTY.changed(**{field: given})


def test_texts_lead_back_and_forth() -> None:
    full = EMPTY.changed(
        label="Phone", device="phone", clock_offset=-5, time_zone="Asia/Tokyo", write_blocker="none", notes="a\nb"
    )
    assert Provenance.of_texts(full.texts()) == full
    assert Provenance.of_texts(full.texts() | {"invented_later": "x"}) == full


def test_a_zone_that_this_computer_does_not_know_is_still_what_was_stated() -> None:
    assert Provenance.of_texts({"time_zone": "Mars/Olympus"}).time_zone == "Mars/Olympus"


def test_without_a_list_of_zones_their_form_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provenance_module, "time_zones", lambda: ())
    assert EMPTY.changed(time_zone="America/Argentina/Salta").time_zone == "America/Argentina/Salta"
    with pytest.raises(UsageError, match="no time zone"):
        EMPTY.changed(time_zone="/etc/passwd")


def test_clocks_are_written_to_be_read() -> None:
    assert [clock_text(seconds) for seconds in (0, 330, -3600, 90061)] == [
        "0:00:00",
        "+0:05:30",
        "−1:00:00",
        "+25:01:01",
    ]


def test_zones_are_names_of_places() -> None:
    assert {"Europe/Berlin", "UTC"} <= set(time_zones())
    assert "other" in DEVICES
