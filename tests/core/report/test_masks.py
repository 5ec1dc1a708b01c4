"""Pictures of a report with faces and what was indicated covered: what is covered, and when all of it is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from core.case import schema
from core.case.report_masks import masks
from core.decode.thumbnail import redact, thumbnail
from core.records import Region
from tests.core.report.conftest import write
from tests.core.report.made_case import MadeCase, make_case

BOX = {"x": 0.25, "y": 0.25, "w": 0.25, "h": 0.5}
REGION = Region(0.25, 0.25, 0.25, 0.5)
NOISE = np.random.default_rng(7).integers(60, 255, (192, 256, 3)).astype(np.uint8)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[MadeCase]:
    made = make_case(tmp_path / "case")
    yield made
    made.engine.dispose()


def pixels(jpeg: bytes) -> np.ndarray[Any, Any]:
    with Image.open(io.BytesIO(jpeg)) as image:
        return np.asarray(image.convert("RGB")).astype(int)


class TestPixels:
    def test_masked_boxes_are_gone_and_the_rest_stays(self) -> None:
        jpeg = thumbnail(NOISE)
        shown, before = pixels(redact(jpeg, "masked", [REGION])), pixels(jpeg)
        assert shown[48:144, 64:128].max() < 12
        assert shown[44:148, 60:132].max() < 40, "a little more than the box"
        assert np.abs(shown[:, 160:] - before[:, 160:]).mean() < 12

    def test_boxes_at_and_beyond_the_edge_cost_nothing(self) -> None:
        jpeg = thumbnail(NOISE)
        shown = pixels(redact(jpeg, "masked", [Region(-0.1, 0.9, 0.3, 0.4), Region(1.2, 0.5, 0.1, 0.1)]))
        assert shown[180:, :40].max() < 40
        assert shown[:150].mean() > 100

    def test_who_does_not_know_what_to_cover_covers_all(self) -> None:
        jpeg = thumbnail(NOISE)
        assert redact(jpeg, "masked", None) == redact(jpeg, "redacted")
        assert redact(jpeg, "masked", []) != redact(jpeg, "redacted")

    def test_grey_has_no_colour_and_its_shapes(self) -> None:
        colours = np.dstack([np.full((192, 256), value, np.uint8) for value in (250, 20, 20)])
        colours[:, 128:] = 255
        shown = pixels(redact(thumbnail(colours), "grey"))
        assert (shown.max(axis=2) - shown.min(axis=2)).max() <= 2
        assert shown[:, 200:].mean() - shown[:, :50].mean() > 100


class TestWhatIsCovered:
    def looked_at(self, case: MadeCase, *, kind: str = "image", state: str = "done") -> tuple[int, int, int]:
        config = case.config("nsfw")
        run, content = case.run(config), case.content("a.jpg", kind=kind)
        case.outcome(content, config, run, state)
        return content, config, run

    def found(self, case: MadeCase, content: int) -> tuple[Region, ...] | None:
        with case.engine.connect() as connection:
            return masks(connection, content)

    @pytest.mark.parametrize("label", ["FEMALE_GENITALIA_EXPOSED", "BUTTOCKS_EXPOSED", "BELLY_EXPOSED", "FACE_MALE"])
    def test_private_parts_and_faces_at_any_score(self, case: MadeCase, label: str) -> None:
        at = self.looked_at(case)
        case.finding(*at, label, 0.21, **BOX)
        case.finding(*at, "FEET_EXPOSED", 0.9, x=0.0, y=0.0, w=0.1, h=0.1)
        assert self.found(case, at[0]) == (REGION,)

    @pytest.mark.parametrize("analyzer", ["restraint", "faces"])
    def test_what_others_found(self, case: MadeCase, analyzer: str) -> None:
        at = self.looked_at(case)
        case.finding(*at, "rope", 0.4, analyzer=analyzer, **BOX)
        assert self.found(case, at[0]) == (REGION,)

    def test_nothing_found_is_nothing_to_cover(self, case: MadeCase) -> None:
        assert self.found(case, self.looked_at(case)[0]) == ()

    @pytest.mark.parametrize("state", ["failed", "partial", "skipped"])
    def test_a_picture_that_was_not_looked_at_is_covered(self, case: MadeCase, state: str) -> None:
        at = self.looked_at(case, state=state)
        case.finding(*at, "FACE_MALE", 0.9, **BOX)
        assert self.found(case, at[0]) is None

    def test_films_and_several_pages_are_covered(self, case: MadeCase) -> None:
        assert self.found(case, self.looked_at(case, kind="video")[0]) is None

    def test_pages_of_a_picture_are_covered(self, case: MadeCase) -> None:
        at = self.looked_at(case)
        case.many(schema.media, [{"content_id": at[0], "frames": 3, "raw": "{}", "normal": "{}"}])
        assert self.found(case, at[0]) is None

    def test_what_is_indicated_as_a_whole_needs_a_place(self, case: MadeCase) -> None:
        at = self.looked_at(case)
        case.finding(*at, "FACE_MALE", 0.9, **BOX)
        case.finding(*at, "nsfw", 0.1)
        assert self.found(case, at[0]) == (REGION,)
        case.add(
            schema.finding, content_id=at[0], config_id=at[1], run_id=at[2], analyzer="nsfw", label="nsfw",
            grouping="explicit", score=0.8,
        )  # fmt: skip
        assert self.found(case, at[0]) is None
        case.finding(*at, "ANUS_EXPOSED", 0.3, **BOX)
        assert self.found(case, at[0]) == (REGION, REGION)


def test_a_masked_report_shows_no_face(case: MadeCase, tmp_path: Path) -> None:
    case.facts()
    source, config = case.evidence(), case.config("nsfw")
    run, content = case.run(config), case.content("a.jpg")
    case.copy(source, content, b"a.jpg")
    case.close_listing()
    case.outcome(content, config, run)
    case.finding(content, config, run, "FEMALE_BREAST_EXPOSED", 0.9, **BOX)
    case.thumbnail("a.jpg", Image.fromarray(NOISE))
    result = write(case, tmp_path / "report", images="masked")
    reader = PdfReader(result.folder / "report.pdf")
    [shown] = {image.data for page in reader.pages for image in page.images}
    assert pixels(shown)[48:144, 64:128].max() < 12
    assert pixels(shown)[:, 160:].std() > 20
    text = " ".join("".join(page.extract_text() for page in reader.pages).split())
    assert "What no model found is not covered." in text
