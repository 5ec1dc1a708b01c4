"""Findings with a band say it in the report, with whether anybody has calibrated it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from core.records import Region
from core.report.pdf_entry import where
from core.report.records import FindingRow
from core.report.texts import texts


def row(**attributes: object) -> FindingRow:
    region = Region(0.25, 0.5, 0.1, 0.2)
    nothing: Any = None
    return FindingRow("a" * 64, 1, "image/png", (), "restraint", "cuffs", "restraint", 0.8, region, None, nothing,
                      None, None, None, None, "b" * 64, 1, attributes=attributes)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "calibration", "expected"),
    [
        ("en", "uncalibrated", "likely (uncalibrated) · hands · "),
        ("en", "calibrated on own set (200 positive, 2000 negative; 2026-11-25, no. 1)", "likely (calibrated) · hands"),
        ("de", "uncalibrated", "wahrscheinlich (nicht kalibriert) · Hände · "),
    ],
)
def test_band_calibration_and_body_stand_before_the_place(language: Any, calibration: str, expected: str) -> None:
    parts: Any = SimpleNamespace(words=texts(language), earlier=frozenset(), fast=frozenset())
    assert where(parts, row(band="likely", calibration=calibration, body="hands")).startswith(expected)


def test_other_findings_stay_as_they_were() -> None:
    parts: Any = SimpleNamespace(words=texts("en"), earlier=frozenset(), fast=frozenset())
    assert where(parts, row(group="explicit")) == where(parts, row())
    assert "likely" not in where(parts, row())


def test_restraint_has_its_words_in_both_languages() -> None:
    for language in ("de", "en"):
        words = texts(language)  # type: ignore[arg-type]  # one of the languages
        for key in ("group.restraint", "analyzer.restraint", "analyzer.embedding", "method.calibration"):
            assert words.knows(key)
        for label in ("rope", "cuffs", "tape", "chains", "straps", "gags", "blindfolds"):
            assert words.knows(f"label.{label}")
