"""`ocr`: printed text with PP-OCRv6 small, as RapidOCR runs it. One finding for each line, in reading order.

Lines that the default recogniser cannot make sense of are tried with the recognisers of other scripts whose packs are
installed; where none is, such lines are marked as doubtful, or as text that was not read. On request EasyOCR reads the
same picture a second time, and every line says whether the two agree. Long pictures are read piece by piece
(`models.ocr_strips`), large ones once more at their full size (`models.ocr_close`).
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from pydantic import Field, field_validator

from core.control import Control
from core.errors import ModelMissing
from core.options import OptionValue
from core.records import AnalyzerInfo, Sample, SampleKind, SampleResult
from models import catalogue, ocr_close, ocr_findings, ocr_installed, ocr_scripts, ocr_strips
from models.interface import AnalyzerOptions
from models.left_out import LeftOut
from models.ocr_findings import DOUBTFUL, TEXT, UNREAD, ReadPage
from models.option_facts import pack_value
from models.runtime import Runtime, Session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.ocr_detect import Line
    from models.ocr_easy import EasyReader, SecondLine
    from models.ocr_picture import Page
    from models.ocr_route import Reader, Routed
    from models.tiles import Cell

__all__ = ["DOUBTFUL", "PREPROCESSING", "UNREAD", "Ocr", "OcrOptions"]

DETECTOR = "ppocrv6-det-small"
CLASSIFIER = "ppocr-cls-v2-mobile"
RECOGNISER = "ppocrv6-rec-small"
PREPROCESSING = "rapidocr-3.10/2"
ROUTING = "worth/3"
# Written here and not taken from `ocr_gate`, which brings OpenCV; a test holds the two together.
GATE = {"version": "det-small+example/1", "share": 0.45, "share_enlarged": 0.4}
GATE_THRESHOLD = 0.1
_PACK_PATIENCE = 10.0
"""Seconds for each recogniser that may be tried on a page full of lines."""
_CLOSE_PATIENCE = 60.0
"""Seconds for the close look at a large picture that is full of text."""
_SECOND_PATIENCE = 240.0
"""Seconds for the second engine: a large page without a GPU."""


class OcrOptions(AnalyzerOptions):
    """`text_score`: lines read with less confidence are dropped, as RapidOCR does. `gate`: pass over pictures in which
    a reduced look finds no text; `gate_threshold`: see `models.ocr_gate`."""

    text_score: float = Field(default=0.5, ge=0, le=1)
    gate: bool = True
    gate_threshold: float = Field(default=GATE_THRESHOLD, gt=0, lt=1)
    languages: Literal["auto"] | tuple[str, ...] = Field(
        default="auto", description="`auto`, or languages (`de,ru`): only recognisers that read them are asked."
    )
    trial_below: float = Field(
        default=0.9, ge=0, le=1, description="Lines that are worth less are tried with the other recognisers."
    )
    margin: float = Field(default=0.05, ge=0, le=1, description="By how much another recogniser must be better.")
    closely_above: float = Field(
        default=24, ge=4, description="Megapixels; larger pictures are read once more at their full size."
    )
    unread: bool = Field(default=True, description="Report lines that were found but could not be read.")
    second: Literal["none", "easyocr"] = Field(default="none", description="A second engine reads every picture, too.")
    second_pack: str = Field(default="auto", description="Its pack: `auto` by the script that was read, or its id.")

    @field_validator("languages", mode="before")
    @classmethod
    def _known_languages(cls, value: object) -> object:
        """`de,ru` or a list; one spelling for one choice, because options are part of the config."""
        if value == "auto":
            return value
        named = value.split(",") if isinstance(value, str) else value
        if not isinstance(named, list | tuple) or not all(isinstance(one, str) for one in named):
            raise ValueError("languages are `auto` or a list like de,ru")
        wanted = sorted({one.strip().lower() for one in named} - {""})
        unknown = [one for one in wanted if one not in ocr_scripts.languages_known()]
        if unknown or not wanted:
            raise ValueError(f"no recogniser reads {', '.join(unknown) or 'no language at all'}")
        return tuple(wanted)


@dataclass(frozen=True, slots=True)
class _Loaded:
    runtime: Runtime
    detector: Session
    classifier: Session
    readers: dict[str, Reader]
    """By model; the default recogniser and every script recogniser that was here when it was loaded."""
    left: LeftOut
    """By model, the script recognisers that are here and cannot be used."""


class Ocr:
    """The analyzer. Thread-safe once loaded."""

    name = "ocr"
    options_type = OcrOptions

    def __init__(self) -> None:
        self._loaded: _Loaded | None = None
        self._second: dict[str, EasyReader] = {}
        self._second_lock = threading.Lock()

    def info(self, runtime: Runtime) -> AnalyzerInfo:
        alone = self._info(runtime, ())
        both = self._info(runtime, tuple(ocr_installed.second_present()))
        settings = {**both.settings, "second": ocr_installed.second_settings()}
        missing, patience = both.missing or ocr_installed.second_missing(), both.patience + _SECOND_PATIENCE
        both = replace(both, settings=settings, missing=missing, patience=patience)
        return replace(alone, choice="second", choices={"none": alone, "easyocr": both})

    def _info(self, runtime: Runtime, second: tuple[str, ...]) -> AnalyzerInfo:
        present = tuple(ocr_installed.present())
        settings: dict[str, object] = {
            "preprocessing": PREPROCESSING,
            "gate": GATE,
            "strips": ocr_strips.STRIPS,
            "close": ocr_close.CLOSE,
            "routing": [ROUTING, ocr_scripts.scripts().version],
            "scripts": list(ocr_installed.scripts_read(present)),
            "scripts missing": list(ocr_scripts.missing_scripts((), present)),
        }
        missing = None
        try:
            for model in (DETECTOR, CLASSIFIER, RECOGNISER, *present):
                catalogue.locate(model)
                settings[model] = runtime.plan(model).settings()
        except ModelMissing as error:
            missing = str(error)
        return AnalyzerInfo(
            name=self.name,
            version="2",
            title="Text in pictures",
            accepts=frozenset({SampleKind.IMAGE, SampleKind.FRAME, SampleKind.PAGE}),
            labels=(TEXT, DOUBTFUL, UNREAD),
            options=OcrOptions().model_dump(),
            settings=settings,
            models=catalogue.infos((DETECTOR, CLASSIFIER, RECOGNISER, *present, *second)),
            limits=(
                "Reads printed text in the scripts whose recognisers are installed, always Latin (about 50 languages), "
                "Chinese and Japanese; other scripts are found but not read, handwriting and very small text often "
                "not. Words can be misread: quote from the picture, not from this text."
            ),
            missing=missing,
            patience=_CLOSE_PATIENCE + _PACK_PATIENCE * len(present),
        )

    def offers(self) -> Mapping[str, Sequence[OptionValue]]:
        from models import ocr_easy

        packs = [pack_value(one.model) for one in ocr_scripts.scripts().second]
        lacking: tuple[str, ...] = () if ocr_easy.installed() else ("EasyOCR",)
        if not lacking and not any(ocr_installed.second_present()):
            lacking = tuple(one.value for one in packs[:1])
        return {
            "languages": ocr_installed.languages_offered(),
            "second": [OptionValue("none"), OptionValue("easyocr", needs=lacking)],
            "second_pack": [OptionValue("auto"), *packs],
        }

    def load(self, runtime: Runtime) -> None:
        if self._loaded is None:
            from models.ocr_recognise import dictionary
            from models.ocr_route import Reader

            known = ocr_scripts.scripts()
            present = tuple(ocr_installed.present())
            first = runtime.session(known.default.model)
            readers, left = {known.default.model: Reader(known.default, first, dictionary(first))}, LeftOut()
            for one in known.recognisers:
                left.passed_over(one.model, [one.model])
                if one.model in present:
                    session = left.attempt(one.model, one.model, runtime.session, one.model)
                    if session is not None:
                        readers[one.model] = Reader(one, session, dictionary(session))
            self._loaded = _Loaded(runtime, runtime.session(DETECTOR), runtime.session(CLASSIFIER), readers, left)

    def analyze(self, samples: Sequence[Sample], options: AnalyzerOptions, control: Control) -> list[SampleResult]:
        assert isinstance(options, OcrOptions)
        results = []
        for sample in samples:
            control.checkpoint()
            results.append(self._read_all(sample.array(), options, control))
        return results

    def close(self) -> None:
        self._loaded = None
        with self._second_lock:
            self._second.clear()

    def _read_all(self, rgb: NDArray[np.uint8], options: OcrOptions, control: Control) -> SampleResult:
        """The picture, or piece by piece where it is so long that nothing in it could be read; where it is so large
        that small print in it could not, at its full size as well."""
        height, width = rgb.shape[:2]
        parts = []
        for piece in ocr_strips.pieces(width, height):
            control.checkpoint()
            parts.append((piece, self._read(rgb[piece.rows, piece.columns], options)))
        if parts:
            joined = ocr_strips.joined(parts, width, height)
            return replace(joined, without=_once(*(result.without for _, result in parts)))
        whole, cells = self._read(rgb, options), ocr_close.cells(width, height, options.closely_above)
        if not cells:
            return whole
        close = self._read_closely(rgb, cells, options, control)
        together = ocr_close.together(whole, close, width, height)
        return replace(together, without=_once(whole.without, close.without))

    def _read(self, rgb: NDArray[np.uint8], options: OcrOptions) -> SampleResult:
        from models import ocr_detect, ocr_gate, ocr_picture

        models = self._ready()
        page = ocr_picture.prepare(rgb)
        if options.gate:
            hint = ocr_gate.evidence_of_text(models.detector, page)
            if hint < options.gate_threshold:
                return SampleResult(exits=(_no_text(hint, options.gate_threshold),))
        return self._say(page, ocr_detect.detect(models.detector, page), options)

    def _read_closely(
        self, rgb: NDArray[np.uint8], cells: Sequence[Cell], options: OcrOptions, control: Control
    ) -> SampleResult:
        """The picture without being reduced."""
        from models import ocr_detect, ocr_picture

        page = ocr_picture.full_size(rgb)
        gate = options.gate_threshold if options.gate else 0.0
        seen, hint = ocr_detect.close_map(self._ready().detector, page, cells, gate, control.checkpoint)
        if seen is None:
            return SampleResult(exits=(_no_text(hint, gate),))
        height, width = rgb.shape[:2]
        lines = ocr_detect.boxes_from_map(seen, width, height, ocr_detect.CLOSE_CANDIDATES_AT_MOST)
        del seen
        return self._say(page, ocr_detect.in_order(lines), options)

    def _ready(self) -> _Loaded:
        if self._loaded is None:
            raise RuntimeError("ocr was asked before it was loaded")
        return self._loaded

    def _say(self, page: Page, lines: list[Line], options: OcrOptions) -> SampleResult:
        """What stands in the lines of a page."""
        from models import ocr_picture, ocr_recognise, ocr_route

        models = self._ready()
        crops = [ocr_picture.line_crop(page.bgr, line.quad) for line in lines]
        upright, turned = ocr_recognise.turn_upright(models.classifier, crops)
        languages = () if options.languages == "auto" else options.languages
        asked = ocr_scripts.suited(languages, models.readers)
        readers = [models.readers[one.model] for one in asked]
        routed = ocr_route.read(readers, upright, options.trial_below, options.margin) if lines else []
        turned = [before != one.turned for before, one in zip(turned, routed, strict=True)]
        aspects = [crop.shape[1] / crop.shape[0] for crop in upright]
        if 2 * sum(turned) > len(lines):  # the page stands on its head: its last line is the first to be read
            lines, turned, routed, aspects = lines[::-1], turned[::-1], routed[::-1], aspects[::-1]
        reading = ReadPage(page, lines, turned, routed, aspects)
        missing = ocr_scripts.missing_scripts(languages, models.readers)
        without = _without(models.left, languages, routed, options.trial_below)
        second = None
        if options.second == "easyocr":
            again = LeftOut()
            second = again.attempt("second", "EasyOCR", self._read_again, reading, options)
            without += again.sentences()
        found = tuple(ocr_findings.findings(reading, missing, options, second))
        return SampleResult(findings=found, without=without)

    def _read_again(self, reading: ReadPage, options: OcrOptions) -> tuple[str, list[SecondLine]]:
        """What the second engine reads on the same page, and with which pack. Raises `ModelMissing`, `ModelError`."""
        import cv2

        counted: Counter[str] = Counter()
        for one in reading.routed:
            counted.update({one.recogniser.scripts[0]: len(one.reading.text)})
        rgb = cv2.cvtColor(reading.page.bgr, cv2.COLOR_BGR2RGB)
        reader = self._second_reader([script for script, _ in counted.most_common()], options.second_pack)
        return reader.model, reader.read(rgb, cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY))  # type: ignore[arg-type]  # OpenCV's stubs know no shapes

    def _second_reader(self, scripts: Sequence[str], asked: str) -> EasyReader:
        from models import ocr_easy

        present = tuple(ocr_installed.second_present())
        pack = ocr_scripts.second_for(scripts, present if asked == "auto" else [one for one in present if one == asked])
        if pack is None:
            raise ModelMissing(
                "No pack of EasyOCR, the second engine for text, is installed."
                if asked == "auto"
                else f"The pack {asked} of EasyOCR is not there.",
                "Install one with `models import`, and the program's extra `easyocr`; or run without `second`.",
            )
        assert self._loaded is not None
        with self._second_lock:
            reader = self._second.get(pack.model)
            if reader is None:
                reader = self._second[pack.model] = ocr_easy.open_reader(pack, self._loaded.runtime.device)
            return reader


def _without(left: LeftOut, languages: Sequence[str], routed: Sequence[Routed], below: float) -> tuple[str, ...]:
    """Why recognisers were left out that would have been tried here: those of these languages, on doubtful lines."""
    if not any(one.first_worth < below for one in routed):
        return ()
    asked = {one.model for one in ocr_scripts.suited(languages, left.parts())}
    return left.without(*(left.parts() - asked)).sentences()


def _once(*sentences: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(itertools.chain(*sentences)))


def _no_text(hint: float, least: float) -> str:
    return f"text gate {hint:.3f} < {least:g}: no text expected"
