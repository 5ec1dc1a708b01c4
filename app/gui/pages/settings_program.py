"""Settings of this program on this computer: language, look, privacy, exposure, keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QSizePolicy, QSlider, QSpinBox, QWidget

from app.gui.context import Context
from app.gui.exposure import BLUR_MODES, Exposure
from app.gui.pages.keys import KeyEditor
from app.gui.pages.page import button, label
from app.gui.pages.setting_rows import Section, SettingRow, check, choice, text_field

__all__ = ["ProgramSettings"]


class ProgramSettings(Section):
    """In force at once and kept in the preferences."""

    def __init__(self, context: Context) -> None:
        super().__init__(self.tr("This program, on this computer"))
        self._context, self._values = context, context.preferences
        self._exposure = Exposure.of(context)
        self._add_look()
        self._add_privacy()
        self._add_examiner()
        self.add(self.tr("Least exposure"), *self._exposure_rows())
        self._add_keys()
        self._exposure.changed.connect(self.refresh)

    def _add_look(self) -> None:
        values = self._values
        self.add(
            self.tr("Language and look"),
            choice(
                values,
                "language",
                self.tr("Language of the screen"),
                self.tr("The window follows when it is opened the next time. Reports have their own language."),
                (("system", self.tr("like the system")), ("de", "Deutsch"), ("en", "English")),
            ),
            choice(
                values,
                "theme",
                self.tr("Look"),
                self.tr("Dark is easier on the eyes beside pictures."),
                (("dark", self.tr("dark")), ("light", self.tr("light")), ("system", self.tr("like the system"))),
            ),
            self._scale_row(),
            check(values, "reduced_motion", self.tr("Less motion"), self.tr("Nothing slides or fades.")),
        )

    def _add_privacy(self) -> None:
        values = self._values
        self.add(
            self.tr("Privacy"),
            self._recent_row(),
            check(
                values,
                "case_in_title",
                self.tr("Case number in the window title"),
                self.tr("Titles are seen in task bars, in screenshots and by whoever looks over your shoulder."),
            ),
            check(
                values,
                "notify",
                self.tr("Tell me when a run is finished"),
                self.tr("The window asks for attention; no case data is shown."),
            ),
        )

    def _add_examiner(self) -> None:
        values = self._values
        self.add(
            self.tr("Examiner"),
            text_field(values, "examiner", self.tr("Name"), self.tr("Suggested for new cases.")),
            text_field(values, "agency", self.tr("Unit"), self.tr("Suggested for new cases.")),
        )

    def _scale_row(self) -> SettingRow:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(80, 200)
        slider.setSingleStep(10)
        slider.setPageStep(20)
        slider.setTickInterval(20)
        said = label("", wrap=False)
        said.setFixedWidth(48)
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(slider, 1)
        line.addWidget(said)
        values = self._values
        slider.setAccessibleName(self.tr("Size of text"))
        slider.valueChanged.connect(lambda value: said.setText(f"{value} %"))
        slider.valueChanged.connect(
            lambda value: None if slider.isSliderDown() else values.set(font_scale=round(value / 100, 2))
        )
        slider.sliderReleased.connect(lambda: values.set(font_scale=round(slider.value() / 100, 2)))

        def refresh() -> None:
            slider.blockSignals(True)
            slider.setValue(round(values.values.font_scale * 100))
            slider.blockSignals(False)
            said.setText(f"{slider.value()} %")

        return SettingRow(
            self.tr("Size of text"),
            self.tr("80 to 200 percent."),
            holder,
            refresh=refresh,
            is_default=lambda: values.is_default("font_scale"),
            reset=lambda: values.reset("font_scale"),
        )

    def _recent_row(self) -> SettingRow:
        values = self._values
        row = choice(
            values,
            "recent_cases",
            self.tr("Recent cases"),
            self.tr("What the start page may remember. What it may not hold any more is forgotten at once."),
            (("none", self.tr("nothing")), ("folder", self.tr("folders")), ("name", self.tr("folders and names"))),
        )
        box = row.control
        assert isinstance(box, QComboBox)
        box.activated.connect(lambda _index: values.allow_recent(box.currentData()))
        return row

    def _exposure_rows(self) -> list[SettingRow]:
        exposure = self._exposure
        default = type(exposure.comfort)()
        blur = QComboBox()
        for mode in BLUR_MODES:
            blur.addItem(exposure.blur_text(mode), mode)
        blur.activated.connect(lambda _index: exposure.set_comfort(replace(exposure.comfort, blur=blur.currentData())))
        rest = QSpinBox()
        rest.setRange(0, 240)
        rest.setSingleStep(5)
        rest.setSuffix(self.tr(" min"))
        rest.setSpecialValueText(self.tr("never"))
        rest.valueChanged.connect(lambda value: exposure.set_comfort(replace(exposure.comfort, break_after=value)))

        def show_rest() -> None:
            rest.blockSignals(True)
            rest.setValue(exposure.comfort.break_after)
            rest.blockSignals(False)

        return [
            SettingRow(
                self.tr("Blur"),
                self.tr("Lessens what you see; nobody can promise that it protects you. Hold Space to look."),
                blur,
                refresh=lambda: blur.setCurrentIndex(blur.findData(exposure.comfort.blur)),
                is_default=lambda: exposure.comfort.blur == default.blur,
                reset=lambda: exposure.set_comfort(replace(exposure.comfort, blur=default.blur)),
            ),
            self._comfort_row("grey", self.tr("Without colours"), ""),
            self._comfort_row("muted", self.tr("Sound off until asked for"), ""),
            self._comfort_row("autoplay", self.tr("Films start by themselves"), ""),
            SettingRow(
                self.tr("Suggest a break after"),
                self.tr("Minutes of unmasked looking. Counted for you alone, on this computer."),
                rest,
                refresh=show_rest,
                is_default=lambda: exposure.comfort.break_after == default.break_after,
                reset=lambda: exposure.set_comfort(replace(exposure.comfort, break_after=default.break_after)),
            ),
        ]

    def _comfort_row(self, name: str, title: str, text: str) -> SettingRow:
        exposure, box = self._exposure, QCheckBox()
        default = getattr(type(exposure.comfort)(), name)

        def put(value: Any) -> None:
            exposure.set_comfort(replace(exposure.comfort, **{name: value}))

        box.clicked.connect(put)
        return SettingRow(
            title,
            text,
            box,
            refresh=lambda: box.setChecked(getattr(exposure.comfort, name)),
            is_default=lambda: getattr(exposure.comfort, name) == default,
            reset=lambda: put(default),
        )

    def _add_keys(self) -> None:
        layout = SettingRow(
            self.tr("Layout of the window"),
            self.tr("Columns, panels and sizes as on the first day."),
            button(self.tr("Reset the layout"), self._values.forget_layout),
        )
        self.keys = KeyEditor(self._context)
        keys = KeyRow(
            self.tr("Keys"),
            self.tr(
                "Choose an action, then press its new keys. Keys that are taken, or that fail on German keyboards,"
                " are refused."
            ),
            self.keys,
        )
        self.add(self.tr("Keys and layout"), layout, keys)


class KeyRow(SettingRow):
    """The editor takes the whole width, below its words."""

    def __init__(self, title: str, text: str, editor: KeyEditor) -> None:
        super().__init__(title, text, QWidget())
        self.control.hide()
        self.words += " " + QCoreApplication.translate("KeyRow", "shortcut shortcuts keyboard").casefold()
        self.texts.addSpacing(6)
        self.texts.addWidget(editor)
        self.badge.hide()
        self.reset.hide()
        self.reset.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
