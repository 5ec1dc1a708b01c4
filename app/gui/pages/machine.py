"""What the run takes of this computer right now: processor, memory, disk, graphics card."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psutil
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QProgressBar, QWidget

from app.gui.context import Context
from app.gui.pages.job import Job
from app.gui.pages.page import label
from app.gui.pages.wording import bytes_text, number

__all__ = ["Gauges", "Machine", "Reading", "read_machine"]

EVERY = 2000  # milliseconds
SMI = ("--query-gpu=name,utilization.gpu,memory.used,memory.total", "--format=csv,noheader,nounits")


@dataclass(frozen=True, slots=True)
class Reading:
    """Bytes and shares (0–1). `own`: memory of this program with all its children. `gpu` "": none was found."""

    cpu: float
    memory: int
    memory_total: int
    own: int
    processes: int
    disk_free: int
    disk_total: int
    gpu: str = ""
    gpu_load: float = 0.0
    gpu_memory: int = 0
    gpu_memory_total: int = 0


def read_machine(place: Path) -> Reading:
    """Ask the system; a tenth of a second, so not in the GUI thread. `place`: the folder whose disk matters."""
    memory = psutil.virtual_memory()
    own, processes = _own()
    disk = shutil.disk_usage(place if place.exists() else Path.home())
    name, load, used, total = _gpu()
    return Reading(
        psutil.cpu_percent(interval=0.1) / 100,
        memory.total - memory.available,
        memory.total,
        own,
        processes,
        disk.free,
        disk.total,
        name,
        load,
        used,
        total,
    )


def _own() -> tuple[int, int]:
    here = psutil.Process()
    total, count = 0, 0
    with contextlib.suppress(psutil.Error):
        for process in (here, *here.children(recursive=True)):
            with contextlib.suppress(psutil.Error):  # it ended between the list and the look
                total += process.memory_info().rss
                count += 1
    return total, count


def _gpu() -> tuple[str, float, int, int]:
    """The first NVIDIA card, asked through the driver's own tool; other makers have none that everybody installs."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ("", 0.0, 0, 0)
    try:
        said = subprocess.run([tool, *SMI], capture_output=True, text=True, timeout=5, check=True).stdout
        name, load, used, total = (part.strip() for part in said.splitlines()[0].split(","))
        return (name, float(load) / 100, int(used) << 20, int(total) << 20)
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return ("", 0.0, 0, 0)


class Machine(QObject):
    """Reads every two seconds while somebody looks (`watch`), off the GUI thread."""

    read = Signal(object)

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._job: Job | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self._ask)

    def watch(self, on: bool) -> None:
        if on and not self._timer.isActive():
            self._timer.start()
            self._ask()
        elif not on:
            self._timer.stop()

    def _ask(self) -> None:
        if self._job is None:
            place = self._context.case.folder if self._context.case is not None else Path.home()
            self._job = Job(self, lambda _job: read_machine(place), self._tell, lambda _error: self._tell(None)).start()

    def _tell(self, reading: Reading | None) -> None:
        self._job = None
        if reading is not None:
            self.read.emit(reading)


class Gauges(QWidget):
    """Bars with a name and numbers in fixed columns, so that nothing jumps."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.machine = Machine(context, self)
        self.machine.read.connect(self.show_reading)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        self.bars: dict[str, QProgressBar] = {}
        self.texts: dict[str, QLabel] = {}
        for row, (key, title) in enumerate(
            (
                ("cpu", self.tr("Processor")),
                ("memory", self.tr("Memory")),
                ("disk", self.tr("Disk of the case")),
                ("gpu", self.tr("Graphics card")),
            )
        ):
            bar = QProgressBar()
            bar.setRange(0, 1000)
            bar.setTextVisible(False)
            bar.setFixedHeight(8)
            bar.setAccessibleName(title)
            said = label("", "muted")
            grid.addWidget(label(title, wrap=False), row, 0)
            grid.addWidget(bar, row, 1)
            grid.addWidget(said, row, 2)
            self.bars[key], self.texts[key] = bar, said

    def show_reading(self, reading: Reading) -> None:
        disk = 1 - reading.disk_free / max(1, reading.disk_total)
        memory = self.tr("{0} of {1}; this program {2} in %n process(es)", "", reading.processes)
        self._set("cpu", reading.cpu, f"{number(100 * reading.cpu)} %")
        self._set(
            "memory",
            reading.memory / max(1, reading.memory_total),
            memory.format(bytes_text(reading.memory), bytes_text(reading.memory_total), bytes_text(reading.own)),
        )
        self._set(
            "disk",
            disk,
            self.tr("{0} free of {1}").format(bytes_text(reading.disk_free), bytes_text(reading.disk_total)),
        )
        if reading.gpu:
            share = reading.gpu_memory / max(1, reading.gpu_memory_total)
            said = self.tr("{0}: {1} of {2}, load {3} %").format(
                reading.gpu,
                bytes_text(reading.gpu_memory),
                bytes_text(reading.gpu_memory_total),
                number(100 * reading.gpu_load),
            )
            self._set("gpu", share, said)
        else:
            self._set("gpu", 0.0, self.tr("no NVIDIA card found"))

    def _set(self, key: str, share: float, text: str) -> None:
        self.bars[key].setValue(round(1000 * min(1.0, max(0.0, share))))
        self.texts[key].setText(text)
