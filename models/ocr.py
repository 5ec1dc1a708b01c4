"""`ocr`: printed text with PP-OCRv6 small, as RapidOCR runs it. One finding for each line, in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import Field

from core.control import Control
from core.errors import ModelMissing
from core.records import AnalyzerInfo, Finding, Region, Sample, SampleKind, SampleResult
from models import catalogue
from models.interface import AnalyzerOptions
from models.runtime import Runtime, Session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.ocr_detect import Line
    from models.ocr_picture import Page
    from models.ocr_recognise import Reading

__all__ = ["PREPROCESSING", "Ocr", "OcrOptions"]

DETECTOR = "ppocrv6-det-small"
CLASSIFIER = "ppocr-cls-v2-mobile"
RECOGNISER = "ppocrv6-rec-small"
PREPROCESSING = "rapidocr-3.10/1"
SCRIPTS = ("Latin", "Chinese", "Japanese")
# Written here and not taken from `ocr_gate`, which brings OpenCV; a test holds the two together.
GATE = {"version": "det-small+example/1", "share": 0.45, "share_enlarged": 0.4}
GATE_THRESHOLD = 0.1


class OcrOptions(AnalyzerOptions):
    """`text_score`: lines read with less confidence are dropped, as RapidOCR does. `gate`: pass over pictures in which
    a reduced look finds no text; `gate_threshold`: see `models.ocr_gate`."""

    text_score: float = Field(default=0.5, ge=0, le=1)
    gate: bool = True
    gate_threshold: float = Field(default=GATE_THRESHOLD, gt=0, lt=1)


@dataclass(frozen=True, slots=True)
class _Loaded:
    detector: Session
    classifier: Session
    recogniser: Session
    characters: tuple[str, ...]


class Ocr:
    """The analyzer. Thread-safe once loaded."""

    name = "ocr"
    options_type = OcrOptions

    def __init__(self) -> None:
        self._loaded: _Loaded | None = None

    def info(self, runtime: Runtime) -> AnalyzerInfo:
        models = (DETECTOR, CLASSIFIER, RECOGNISER)
        settings: dict[str, object] = {"preprocessing": PREPROCESSING, "gate": GATE, "scripts": list(SCRIPTS)}
        missing = None
        try:
            for model in models:
                catalogue.locate(model)
                settings[model] = runtime.plan(model).settings()
        except ModelMissing as error:
            missing = str(error)
        return AnalyzerInfo(
            name=self.name,
            version="1",
            title="Text in pictures",
            accepts=frozenset({SampleKind.IMAGE, SampleKind.FRAME, SampleKind.PAGE}),
            labels=("text",),
            options=OcrOptions().model_dump(),
            settings=settings,
            models=tuple(catalogue.entry(model).info() for model in models),
            limits=(
                "Reads printed text in Latin script (about 50 languages), Chinese and Japanese; Cyrillic, Arabic, "
                "Greek and Indian scripts are found but not read, handwriting and very small text often not. "
                "Words can be misread: quote from the picture, not from this text."
            ),
            missing=missing,
        )

    def load(self, runtime: Runtime) -> None:
        if self._loaded is None:
            from models.ocr_recognise import dictionary

            recogniser = runtime.session(RECOGNISER)
            self._loaded = _Loaded(
                runtime.session(DETECTOR), runtime.session(CLASSIFIER), recogniser, dictionary(recogniser)
            )

    def analyze(self, samples: Sequence[Sample], options: AnalyzerOptions, control: Control) -> list[SampleResult]:
        assert isinstance(options, OcrOptions)
        results = []
        for sample in samples:
            control.checkpoint()
            results.append(self._read(sample.array(), options))
        return results

    def close(self) -> None:
        self._loaded = None

    def _read(self, rgb: NDArray[np.uint8], options: OcrOptions) -> SampleResult:
        from models import ocr_detect, ocr_gate, ocr_picture, ocr_recognise

        models = self._loaded
        if models is None:
            raise RuntimeError("ocr was asked before it was loaded")
        page = ocr_picture.prepare(rgb)
        if options.gate:
            hint = ocr_gate.evidence_of_text(models.detector, page)
            if hint < options.gate_threshold:
                return SampleResult(exits=(f"text gate {hint:.3f} < {options.gate_threshold:g}: no text expected",))
        lines = ocr_detect.detect(models.detector, page)
        if not lines:
            return SampleResult()
        crops = [ocr_picture.line_crop(page.bgr, line.quad) for line in lines]
        upright, turned = ocr_recognise.turn_upright(models.classifier, crops)
        readings = ocr_recognise.read(models.recogniser, models.characters, upright)
        return SampleResult(findings=_findings(page, lines, readings, turned, options.text_score))


def _findings(
    page: Page, lines: Sequence[Line], readings: Sequence[Reading], turned: Sequence[bool], text_score: float
) -> tuple[Finding, ...]:
    found: list[Finding] = []
    for line, reading, upside_down in zip(lines, readings, turned, strict=True):
        if not reading.text.strip() or reading.score < text_score:
            continue
        quad = page.to_original(line.quad) / page.size
        left, top = (float(value) for value in quad.min(axis=0))
        right, bottom = (float(value) for value in quad.max(axis=0))
        found.append(
            Finding(
                label="text",
                text=reading.text,
                score=reading.score,
                polygon=tuple((float(x), float(y)) for x, y in quad),
                region=Region(left, top, right - left, bottom - top),
                attributes={"order": len(found), "det_score": round(line.score, 4), "upside_down": upside_down},
            )
        )
    return tuple(found)
