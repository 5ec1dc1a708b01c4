"""Settings of the next run. What a run was given is stored with it."""

from __future__ import annotations

from typing import get_args

from PySide6.QtWidgets import QSpinBox

from app.gui.context import Context
from app.gui.pages.presets import PRESETS
from app.gui.pages.run_facts import device_title
from app.gui.pages.setting_rows import Section, SettingRow, choice, number_field
from core.settings import DecodeLimits, Device, SamplingPolicy

__all__ = ["RunOptions"]


class RunOptions(Section):
    """Kept in the preferences until a run takes them."""

    def __init__(self, context: Context) -> None:
        super().__init__(self.tr("The next run"))
        self._values = context.preferences
        self._add_work()

    def _add_work(self) -> None:
        self.add(self.tr("How it works"), *self._ways(), *self._limits())

    def _ways(self) -> list[SettingRow]:
        """In which order and on what; of these only the device belongs to the results."""
        values = self._values
        return [
            choice(
                values,
                "preset",
                self.tr("Preset"),
                self.tr("Chosen at first when a run is prepared."),
                tuple((name, preset.title) for name, preset in PRESETS.items()),
            ),
            choice(
                values,
                "run_order",
                self.tr("Order"),
                self.tr("What you look at can be analysed before the rest. The results are the same."),
                (("view", self.tr("current view first")), ("found", self.tr("as found"))),
            ),
            number_field(
                values,
                "workers",
                self.tr("Files at once"),
                self.tr("Fewer need less memory. The results are the same."),
                (0, 256),
                zero=self.tr("as many as cores"),
            ),
            choice(
                values,
                "device",
                self.tr("Models run on"),
                self.tr("Results belong to the device: on another one, all is analysed anew and stored beside."),
                tuple((device, device_title(device)) for device in get_args(Device)),
            ),
        ]

    def _limits(self) -> list[SettingRow]:
        """How much one file may cost."""
        limits, sampling = DecodeLimits(), SamplingPolicy()
        return [
            self._option_row(
                "limits.wall_seconds",
                (
                    self.tr("Patience with one file"),
                    self.tr("Seconds (and two more for each megabyte) before a decoder counts as hanging."),
                ),
                round(limits.wall_seconds),
                (5, 3600),
                unit=self.tr(" s"),
            ),
            self._option_row(
                "limits.memory_bytes",
                (self.tr("Memory for one decoder"), self.tr("A file that needs more fails, and nothing else does.")),
                limits.memory_bytes >> 20,
                (256, 65536),
                unit=self.tr(" MB"),
                factor=1 << 20,
            ),
            self._option_row(
                "sampling.max_pixels",
                (
                    self.tr("Largest picture"),
                    self.tr("Million pixels. Results belong to this value: with another one, all is analysed anew."),
                ),
                sampling.max_pixels // 1_000_000,
                (10, 2000),
                unit=self.tr(" MP"),
                factor=1_000_000,
            ),
        ]

    def _option_row(
        self,
        key: str,
        said: tuple[str, str],
        default: int,
        ends: tuple[int, int],
        *,
        unit: str,
        factor: int = 1,
    ) -> SettingRow:
        field, values = QSpinBox(), self._values
        field.setRange(*ends)
        field.setSuffix(unit)
        field.setGroupSeparatorShown(True)

        def put(value: int) -> None:
            kept = {name: one for name, one in values.values.run_options.items() if name != key}
            values.set(run_options=kept if value == default else kept | {key: float(value * factor)})

        def refresh() -> None:
            field.blockSignals(True)
            field.setValue(round(values.values.run_options.get(key, default * factor) / factor))
            field.blockSignals(False)

        field.valueChanged.connect(put)
        return SettingRow(
            *said,
            field,
            refresh=refresh,
            is_default=lambda: key not in values.values.run_options,
            reset=lambda: put(default),
        )
