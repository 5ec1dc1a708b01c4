"""Thumbnails for the grid: from the case's own folder, decoded at the size they are painted in, off the GUI thread.

What was asked for last is decoded first, and what has been scrolled away is forgotten. Blur and grey are applied before
a picture reaches the screen: with blur on, the sharp pixels never leave the worker. The evidence is not touched: the
files are JPEGs that a decode child made.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

from app.gui import threads

__all__ = ["Thumbnail", "Thumbnails", "blurred"]

CACHE_BYTES = 96 * 1024**2
WAITING_AT_MOST = 600
WORKERS = 2
CELL_SIDE, CELL_GAP, GROUND = 256, 4, 96  # of storyboards: pixels of a frame, between frames, their grey
BLUR_SIDE = 10  # pixels that are left of the longer side: no face, no text


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """One picture as it is to be painted. `width`, `height`: physical pixels to fit into. `at`: `path` is a storyboard,
    and of its frames the one at this part (0–1) of the film is wanted; `frame` is then the size of its picture."""

    path: Path
    width: int
    height: int
    blur: bool = False
    grey: bool = False
    at: float | None = None
    frame: tuple[int, int] = (0, 0)


class Thumbnails(QObject):
    """A cache of decoded thumbnails, oldest out first."""

    arrived = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._images: OrderedDict[Thumbnail, QImage] = OrderedDict()
        self._bytes = 0
        self._missing: set[Path] = set()
        self._wake = threading.Condition()
        self._stack: OrderedDict[Thumbnail, None] = OrderedDict()
        self._closed = False
        self._threads = [threads.begin(self._work, f"thumbnails-{number}", self._give_up) for number in range(WORKERS)]

    def get(self, wanted: Thumbnail) -> QImage | None:
        """The picture, or None: it is being decoded (`arrived` tells) or is `missing`."""
        with self._wake:
            image = self._images.get(wanted)
            if image is not None:
                self._images.move_to_end(wanted)
                return image
            if wanted in self._stack:
                self._stack.move_to_end(wanted)
            elif wanted.path not in self._missing:
                self._stack[wanted] = None
                while len(self._stack) > WAITING_AT_MOST:
                    self._stack.popitem(last=False)
                self._wake.notify()
        return None

    def missing(self, path: Path) -> bool:
        """There is no thumbnail, or none that can be read."""
        return path in self._missing

    def forget_waiting(self) -> None:
        """The screen shows something else now: what is still waiting is not needed."""
        with self._wake:
            self._stack.clear()

    def look_again(self) -> None:
        """New thumbnails may have been made."""
        with self._wake:
            self._missing.clear()

    def clear(self) -> None:
        with self._wake:
            self._images.clear()
            self._stack.clear()
            self._missing.clear()
            self._bytes = 0

    def close(self) -> None:
        self._give_up()
        for thread in self._threads:
            thread.join()

    def _give_up(self) -> None:
        with self._wake:
            self._closed = True
            self._stack.clear()
            self._wake.notify_all()

    @property
    def waiting(self) -> bool:
        """Something on the screen still lacks its picture."""
        with self._wake:
            return bool(self._stack)

    @property
    def bytes(self) -> int:
        return self._bytes

    def _work(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._stack or self._closed)
                if self._closed:
                    return
                wanted, _ = self._stack.popitem()
                if wanted in self._images:
                    continue
            image = _decode(wanted)
            with self._wake:
                if image is None:
                    self._missing.add(wanted.path)
                else:
                    self._keep(wanted, image)
            self.arrived.emit()

    def _keep(self, wanted: Thumbnail, image: QImage) -> None:
        self._images[wanted] = image
        self._bytes += image.sizeInBytes()
        while self._bytes > CACHE_BYTES and len(self._images) > 1:
            _, old = self._images.popitem(last=False)
            self._bytes -= old.sizeInBytes()


def _decode(wanted: Thumbnail) -> QImage | None:
    if wanted.at is not None:
        return _treated(_frame(wanted), wanted)
    reader = QImageReader(str(wanted.path))
    size = reader.size()
    if not size.isValid():
        return None
    target = size.scaled(QSize(wanted.width, wanted.height), Qt.AspectRatioMode.KeepAspectRatio)
    target = target.boundedTo(size).expandedTo(QSize(1, 1))  # a tiny picture stays tiny: enlarging would invent pixels
    reader.setScaledSize(target)
    return _treated(reader.read(), wanted)


def _treated(image: QImage, wanted: Thumbnail) -> QImage | None:
    if image.isNull():
        return None
    if wanted.blur:
        image = blurred(image)
    if wanted.grey:
        image = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def _frame(wanted: Thumbnail) -> QImage:
    """One frame out of a storyboard (`core.decode.thumbnail.storyboard`): cells of at most 256 pixels, 4 apart, in
    reading order; the last line may not be full. A null image when it is none."""
    board = QImage(str(wanted.path))
    wide, high = wanted.frame
    if board.isNull() or not wide or not high:
        return QImage()
    scale = min(1.0, CELL_SIDE / max(wide, high))
    cell = QSize(max(1, round(wide * scale)), max(1, round(high * scale)))
    columns = max(1, round((board.width() - CELL_GAP) / (cell.width() + CELL_GAP)))
    lines = max(1, round((board.height() - CELL_GAP) / (cell.height() + CELL_GAP)))
    step = QSize((board.width() - CELL_GAP) // columns, (board.height() - CELL_GAP) // lines)
    places = [
        QRect(QPoint(CELL_GAP + column * step.width(), CELL_GAP + line * step.height()), cell)
        for line in range(lines)
        for column in range(columns)
    ]
    while len(places) > 1 and _empty(board, places[-1]):
        places.pop()
    part = min(max(wanted.at or 0.0, 0.0), 0.9999)
    image = board.copy(places[int(part * len(places))].intersected(board.rect()))
    room = QSize(wanted.width, wanted.height)
    if image.width() > room.width() or image.height() > room.height():
        smooth = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, smooth)
    return image


def _empty(board: QImage, place: QRect) -> bool:
    """The ground of the storyboard and nothing else."""
    points = [place.center(), place.topLeft(), place.bottomRight(), place.center() / 2 + place.topLeft() / 2]
    colours = [board.pixelColor(point) for point in points if board.rect().contains(point)]
    values = [value for colour in colours for value in (colour.red(), colour.green(), colour.blue())]
    return all(abs(value - GROUND) <= 6 for value in values)


def blurred(image: QImage) -> QImage:
    """The same picture with so few pixels left that nobody and nothing can be made out, smoothed to the old size."""
    size = image.size()
    few = size.scaled(QSize(BLUR_SIDE, BLUR_SIDE), Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(2, 2))
    smooth = Qt.TransformationMode.SmoothTransformation
    small = image.scaled(few, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    return small.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
