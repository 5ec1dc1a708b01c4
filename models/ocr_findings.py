"""What a page says, as findings: lines in reading order, what is doubtful about them, and what a second engine read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.records import Finding, Region
from models import ocr_compare, ocr_scripts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.ocr import OcrOptions
    from models.ocr_detect import Line
    from models.ocr_easy import SecondLine
    from models.ocr_picture import Page
    from models.ocr_route import Routed

__all__ = ["DOUBTFUL", "TEXT", "UNREAD", "ReadPage", "findings"]

TEXT, DOUBTFUL, UNREAD = "text", "doubtful text", "unread text"
_UNREAD_SCORE = 0.67
_UNREAD_ASPECT = 1.5
_SURE = 0.95
"""Of a line on a page of which most is doubtful."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page that was read: its lines, which of them were turned upright, what they say, and their width / height."""

    page: Page
    lines: Sequence[Line]
    turned: Sequence[bool]
    routed: Sequence[Routed]
    aspects: Sequence[float]


def findings(
    reading: ReadPage, missing: Sequence[str], options: OcrOptions, second: tuple[str, list[SecondLine]] | None
) -> Iterator[Finding]:
    """`missing`: scripts that could be read if their packs were here. `second`: the pack and the lines of the second
    engine, in pixels of the page."""
    again, alone = ([], []) if second is None else ocr_compare.matched([one.quad for one in reading.lines], second[1])
    order, doubts = 0, _doubts(reading, missing, options.text_score)
    for number, (line, routed) in enumerate(zip(reading.lines, reading.routed, strict=True)):
        found, doubt = routed.reading, doubts[number]
        if doubt is not None and doubt.kind == "unread":
            if options.unread and _looks_like_text(line, reading.aspects[number]):
                place = _place(reading.page, line.quad)
                yield replace(place, label=UNREAD, score=line.score, attributes=doubt.attributes())
            continue
        attributes = {
            "order": order,
            "det_score": round(line.score, 4),
            "upside_down": reading.turned[number],
            "recogniser": routed.recogniser.model,
        }
        if routed.recogniser != ocr_scripts.scripts().default:
            attributes["first_worth"] = round(routed.first_worth, 4)
        if doubt is not None:
            attributes |= doubt.attributes()
        if second is not None:
            attributes["second"] = _beside(found.text, second[0], again[number])
        place = _place(reading.page, line.quad)
        label = TEXT if doubt is None else DOUBTFUL
        yield replace(place, label=label, text=found.text, score=found.score, attributes=attributes)
        order += 1
    for other in alone:
        if second is not None and other.text.strip() and other.score >= options.text_score:
            attributes = {"order": order, "recogniser": second[0], "engine": "easyocr"}
            place = _place(reading.page, other.quad)
            yield replace(place, text=other.text, score=min(1.0, other.score), attributes=attributes)
            order += 1


@dataclass(frozen=True, slots=True)
class _Doubted:
    """`perhaps`: scripts that could be read if their packs were here, the likeliest first."""

    kind: ocr_scripts.Doubt
    perhaps: Sequence[str]

    def attributes(self) -> dict[str, object]:
        words = ocr_scripts.scripts().doubts[self.kind].model_dump()
        return {"doubtful": self.kind, "because": words, "perhaps": list(self.perhaps)}


def _doubts(reading: ReadPage, missing: Sequence[str], text_score: float) -> list[_Doubted | None]:
    """Of each line, whether it is what it says. On a page of which most could not be read, what is a little less than
    sure is doubtful as well, and so are words of letters that two scripts share (`cop` on a page in Russian)."""
    kinds: list[ocr_scripts.Doubt | None] = []
    for routed, aspect in zip(reading.routed, reading.aspects, strict=True):
        said = routed.reading
        lost = not said.text.strip() or said.score < text_score
        kinds.append("unread" if lost else ocr_scripts.doubts(said, aspect, missing))
    if _mostly_doubtful(reading, kinds):
        shared = [
            one.reading.score < _SURE or ocr_scripts.shared_letters(one.reading.text, missing) for one in reading.routed
        ]
        kinds = ["page" if kind is None and also else kind for kind, also in zip(kinds, shared, strict=True)]
    perhaps = ocr_scripts.likeliest(
        [one.reading.text for one, kind in zip(reading.routed, kinds, strict=True) if kind], missing
    )
    return [None if kind is None else _Doubted(kind, perhaps) for kind in kinds]


def _mostly_doubtful(reading: ReadPage, kinds: Sequence[ocr_scripts.Doubt | None]) -> bool:
    """Whether two lines at least, and more than half of all by length, are doubtful. What the detector sees in leaves
    and brickwork does not count."""
    lines = zip(kinds, reading.lines, reading.aspects, strict=True)
    counted = [(kind, aspect) for kind, line, aspect in lines if kind != "unread" or _looks_like_text(line, aspect)]
    doubtful = [aspect for kind, aspect in counted if kind is not None]
    return len(doubtful) >= 2 and 2 * sum(doubtful) > sum(aspect for _, aspect in counted)


def _beside(text: str, model: str, lines: Sequence[SecondLine]) -> dict[str, object]:
    """What the second engine read in this place, and how far the two agree."""
    said = " ".join(line.text for line in lines)
    score = min((line.score for line in lines), default=0.0)
    return {
        "engine": "easyocr",
        "model": model,
        "text": said,
        "score": round(min(1.0, score), 4),
        "agreement": round(ocr_compare.agreement(text, said), 4),
    }


def _looks_like_text(line: Line, aspect: float) -> bool:
    """Whether the detector was so sure of a line that not reading it should be said."""
    return line.score >= _UNREAD_SCORE and aspect >= _UNREAD_ASPECT


def _place(page: Page, corners: NDArray[np.float32]) -> Finding:
    """A finding that says only where: corners in pixels of the page."""
    quad = page.to_original(corners) / page.size
    left, top = (float(value) for value in quad.min(axis=0))
    right, bottom = (float(value) for value in quad.max(axis=0))
    return Finding(
        label=TEXT,
        polygon=tuple((float(x), float(y)) for x, y in quad),
        region=Region(left, top, right - left, bottom - top),
    )
