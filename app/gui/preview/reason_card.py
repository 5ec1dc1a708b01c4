"""The reasons of one finding, in words that an examiner can repeat in court, and the three answers to it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.gui import icons, theme
from app.gui.columns import bytes_text, group_title, moment, percent
from app.gui.languages import spoken
from app.gui.pages.explained import limits
from app.gui.preview.clock import number, timecode
from app.gui.preview.subject import Subject, label_text
from app.gui.terms import analyzer_title
from core.setting_words import option_title, option_value, setting_title, setting_value, settings_said

if TYPE_CHECKING:
    from app.gui.acts import Acts
    from core.case.details import FindingFacts, Provenance

__all__ = ["ReasonCard"]

_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


class ReasonCard(QFrame):
    """What, where, how sure, by what, what it cannot know; right, wrong, unclear."""

    faces_wanted = Signal(int)  # faces like that of this finding

    def __init__(self, acts: Acts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._acts = acts
        self._finding: FindingFacts | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(8)
        self._heading = QLabel()
        self._heading.setProperty("heading", True)
        self._heading.setWordWrap(True)
        self._heading.setTextFormat(Qt.TextFormat.PlainText)
        self._heading.setTextInteractionFlags(_SELECTABLE)
        layout.addWidget(self._heading)
        row = QHBoxLayout()
        row.setSpacing(6)
        self.answers: dict[str, QPushButton] = {}
        for value, text in (("right", self.tr("Right")), ("wrong", self.tr("Wrong")), ("unclear", self.tr("Unclear"))):
            button = QPushButton(text)
            button.setCheckable(True)
            button.setAccessibleName(self.tr("This finding: {0}").format(text))
            button.clicked.connect(partial(self._say, value))
            self.answers[value] = button
            row.addWidget(button)
        self.faces = QPushButton()  # a symbol: seen beside the answers without scrolling
        icons.put(self.faces, "face", "text")
        self.faces.setToolTip(self.tr("Faces like this one…"))
        self.faces.setAccessibleName(self.faces.toolTip())
        self.faces.clicked.connect(self._want_faces)
        row.addWidget(self.faces)
        row.addStretch(1)
        layout.addLayout(row)
        self.table = QLabel()
        self.table.setTextFormat(Qt.TextFormat.RichText)
        self.table.setWordWrap(True)
        self.table.setTextInteractionFlags(_SELECTABLE)
        layout.addWidget(self.table)

    def _say(self, value: str, _checked: bool = False) -> None:
        said = self._finding.verdict if self._finding is not None else ""
        if self._finding is None or not self._acts.verdict(self._finding.id, "" if said == value else value):
            for name, button in self.answers.items():  # refused: the buttons show what is stored
                button.setChecked(name == said)

    def _want_faces(self) -> None:
        if self._finding is not None:
            self.faces_wanted.emit(self._finding.id)

    def show_finding(self, subject: Subject, finding: FindingFacts, threshold: float) -> None:
        """`threshold`: what the examiner has set; the score is told against it."""
        self._finding = finding
        self.faces.setVisible(finding.analyzer == "faces")
        title = f"“{finding.text}”" if finding.text else label_text(finding.label)
        self._heading.setText(f"{title} · {group_title(finding.group)}" if finding.group else title)
        for value, button in self.answers.items():
            button.setChecked(finding.verdict == value)
        muted = theme.current().color("muted").name()
        rows = "".join(
            f"<tr><td style='color:{muted}; padding-right:12px; padding-bottom:5px'>{escape(name)}</td>"
            f"<td style='padding-bottom:5px'>{escape(text)}</td></tr>"
            for name, text in self._rows(subject, finding, threshold)
            if text
        )
        self.table.setText(f"<table cellspacing='0' cellpadding='0'>{rows}</table>")

    def _rows(self, subject: Subject, finding: FindingFacts, threshold: float) -> list[tuple[str, str]]:
        made = subject.details.provenance.get(finding.config_id)
        rows = [(self.tr("Where"), self._where(subject, finding))]
        rows.append((self.tr("How sure"), self._sure(finding, threshold)))
        rows += self._assessed(finding.attributes)
        rows += self._reasons(finding.attributes)
        if made is not None:
            rows += self._made_by(made)
        run = subject.runs.get(finding.run_id)
        if run is not None:
            version = str(run.versions.get("asservat", ""))
            text = self.tr("{0}, {1} UTC").format(run.id, moment(run.started))
            rows.append((self.tr("Run"), f"{text}, Asservat {version}" if version else text))
        if made is not None:
            rows.append((self.tr("It cannot know"), limits(made.analyzer, made.limits)))
        return rows

    def _assessed(self, attributes: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What an analyzer that weighs several answers says about them: its band, where on the body, each answer."""
        if "band" not in attributes:
            return []
        calibration = str(attributes.get("calibration", ""))
        return [
            (self.tr("Assessment"), self._band(str(attributes["band"]))),
            (
                self.tr("Calibration"),
                self._measured(calibration)
                if _calibrated(attributes)
                else self.tr("uncalibrated: the numbers only rank"),
            ),
            (self.tr("On the body"), self._body(str(attributes.get("body") or ""))),
            (self.tr("Posture"), setting_value(attributes.get("posture"), spoken())),
            (self.tr("Recognised as"), _recognised(attributes)),
            (self.tr("Sub-scores"), _numbers(attributes.get("scores"))),
            (self.tr("Tags"), _numbers(attributes.get("tags"))),
            (self.tr("Stages"), _stages(attributes.get("stages"))),
        ]

    def _measured(self, said: str) -> str:
        from core.case.calibrations import parts_of

        parts = parts_of(said)
        if parts is None:
            return said
        return self.tr("on {0} ({1} positive, {2} negative pictures; {3}, no. {4})").format(*parts)

    def _band(self, band: str) -> str:
        return {
            "likely": self.tr("likely"),
            "possible": self.tr("possible: look at it"),
            "below": self.tr("below the threshold"),
        }.get(band, band)

    def _body(self, part: str) -> str:
        return {
            "hands": self.tr("hands"),
            "ankles": self.tr("ankles"),
            "mouth": self.tr("mouth"),
            "eyes": self.tr("eyes"),
            "head": self.tr("head"),
            "neck": self.tr("neck"),
            "body": self.tr("trunk"),
        }.get(part, part)

    def _reasons(self, said: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What the analyzer itself gives as reasons, where it does: `because`, the raw scores behind a combined one,
        who read a line, and what a second engine read there."""
        rows = []
        because = said.get("because")
        if isinstance(because, Mapping):
            rows.append((self.tr("Because"), str(because.get(spoken(), because.get("en", "")))))
        if said.get("perhaps"):
            rows.append((self.tr("Packs for these scripts are missing"), ", ".join(map(str, said["perhaps"]))))
        for name, title in (("raw", self.tr("Raw scores")), ("scores", self.tr("Raw scores"))):
            if isinstance(said.get(name), Mapping) and "band" not in said:
                rows.append((title, ", ".join(f"{key} {percent(value)}" for key, value in said[name].items())))
        if said.get("tile"):
            rows.append((self.tr("Seen in"), self.tr("piece {0} of the picture").format(number(said["tile"]))))
        if said.get("recogniser"):
            rows.append((self.tr("Read by"), str(said["recogniser"])))
        second = said.get("second")
        if isinstance(second, Mapping):
            text = self.tr("“{0}”, {1} the same").format(second.get("text", ""), percent(second.get("agreement")))
            rows.append((self.tr("Second engine"), text))
        return rows

    def _made_by(self, made: Provenance) -> list[tuple[str, str]]:
        known = analyzer_title(made.analyzer)  # in the language of the screen; else as it called itself then
        title = known if known != made.analyzer else made.title
        rows = [(self.tr("By"), f"{title}, {self.tr('version {0}').format(made.info.get('version', '?'))}")]
        for model in made.models:
            name = f"{model.get('name', '')} {model.get('version', '')}".strip()
            size = bytes_text(int(model["bytes"])) if model.get("bytes") else ""
            extra = ", ".join(part for part in (size, str(model.get("licence", ""))) if part)
            rows.append((self.tr("Model"), f"{name} ({extra})" if extra else name))
            rows.append((self.tr("SHA-256"), _spaced(str(model.get("sha256", "")))))
        rows.append((self.tr("Settings"), settings_said(made.settings.get("settings", {}), spoken())))
        rows.append((self.tr("Options"), _options(made)))
        rows.append((self.tr("Sampling"), settings_said(made.settings.get("sampling", {}), spoken())))
        rows.append((self.tr("Config"), _spaced(made.hash)))
        return rows

    def _where(self, subject: Subject, finding: FindingFacts) -> str:
        parts = []
        if finding.page is not None:
            parts.append(self.tr("page {0}").format(finding.page + 1))
        if finding.start is not None:
            parts.append(timecode(finding.start))
        if finding.frame is not None:
            parts.append(self.tr("frame {0}").format(number(finding.frame)))
        width, height = subject.details.media.get("width"), subject.details.media.get("height")
        region = finding.region
        if region is not None and width and height:
            values = (region.x * width, region.y * height, region.w * width, region.h * height)
            left, top, wide, high = (number(round(value)) for value in values)
            parts.append(self.tr("{0} × {1} pixels at {2}, {3}").format(wide, high, left, top))
        return ", ".join(parts) or self.tr("the whole file")

    def _sure(self, finding: FindingFacts, threshold: float) -> str:
        if finding.score is None:
            return self.tr("no score")
        if finding.text:
            return self.tr("{0}, the recogniser's own confidence, not calibrated").format(percent(finding.score))
        sign = "≥" if finding.score >= threshold else "<"
        said = self.tr("{0} {1} {2}: the raw score against your threshold, not calibrated")
        if _calibrated(finding.attributes):
            said = self.tr("{0} {1} {2}: the raw score against your threshold")
        return said.format(percent(finding.score), sign, percent(threshold))


def _calibrated(attributes: Mapping[str, Any]) -> bool:
    return str(attributes.get("calibration", "")).startswith("calibrated")


def _recognised(attributes: Mapping[str, Any]) -> str:
    """The words that fitted, and the best of those for other things."""
    words, instead = str(attributes.get("words") or ""), str(attributes.get("instead") or "")
    return f"“{words}” > “{instead}”" if words and instead else f"“{words}”" if words else ""


def _numbers(scores: object) -> str:
    if not isinstance(scores, Mapping):
        return ""
    return ", ".join(f"{setting_title(str(name), spoken())} {percent(value)}" for name, value in scores.items())


def _stages(stages: object) -> str:
    if not isinstance(stages, Mapping):
        return ""
    language = spoken()
    return ", ".join(
        f"{setting_title(str(name), language)}: {setting_value(pack, language)}" for name, pack in stages.items()
    )


def _spaced(sha256: str) -> str:
    """A hash that can be wrapped and compared: groups of eight."""
    return " ".join(sha256[first : first + 8] for first in range(0, len(sha256), 8))


def _options(made: Provenance) -> str:
    """What the run was told, under the names that the settings page has for it."""
    analyzer, language = made.analyzer, spoken()
    return "; ".join(
        f"{option_title(analyzer, name, language)}: {said}"
        for name, value in made.settings.get("options", {}).items()
        if (said := option_value(analyzer, name, value, language))
    )
