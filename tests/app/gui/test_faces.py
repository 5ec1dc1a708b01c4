"""Faces on the picture: a box with its landmarks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QColor, QImage, QPainter, QTransform
from pytestqt.qtbot import QtBot

from app.gui.preview import marks
from app.gui.preview.subject import label_text, landmarks
from core.case.details import FindingFacts
from core.records import Region

FACE = FindingFacts(
    id=1,
    config_id=1,
    run_id=1,
    analyzer="faces",
    label="face",
    group="",
    score=0.9,
    region=Region(0.2, 0.2, 0.6, 0.6),
    polygon=None,
    start=None,
    end=None,
    frame=None,
    page=None,
    sample=0,
    text=None,
    attributes={"landmarks": [[0.4, 0.4], [0.6, 0.4]]},
    verdict="",
)


@pytest.mark.parametrize(("captions", "seen"), [(True, True), (False, False)])
def test_landmarks_are_drawn_inside_the_box(qtbot: QtBot, captions: bool, seen: bool) -> None:
    region = FACE.region
    assert region is not None
    mark = marks.Mark.box(1, region, "", "good", landmarks(FACE))
    image = QImage(200, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    marks.draw(painter, [mark], QTransform.fromScale(200, 200), None, captions)
    painter.end()
    for x, y in ((80, 80), (120, 80)):
        assert (image.pixelColor(x, y) != QColor("black")) is seen
    assert image.pixelColor(100, 120) == QColor("black")


def test_other_analyzers_have_none() -> None:
    assert landmarks(replace(FACE, analyzer="nsfw")) == ()
    assert landmarks(replace(FACE, attributes={})) == ()
    assert label_text("face")
