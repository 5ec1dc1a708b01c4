"""Drawn logos, pictures that look like photographs, and the one put onto the other: seen from anywhere, hidden in part,
pale, and squeezed through JPEG. Deterministic; nothing is read from a disk."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["LOGOS", "Scene", "View", "background", "compose", "logo"]

Picture = NDArray[np.uint8]
SIDE = 512


def _canvas() -> Picture:
    return np.full((SIDE, SIDE, 3), 255, np.uint8)


def _bolt() -> Picture:
    picture = _canvas()
    points = [(300, 40), (120, 290), (240, 290), (190, 470), (400, 210), (270, 210), (350, 40)]
    cv2.fillPoly(picture, [np.array(points, np.int32)], (0, 0, 0))
    return picture


def _ring() -> Picture:
    picture = _canvas()
    cv2.circle(picture, (256, 256), 210, (0, 0, 0), -1)
    cv2.circle(picture, (256, 256), 150, (255, 255, 255), -1)
    cv2.fillPoly(picture, [np.array([(256, 130), (330, 340), (150, 220), (362, 220), (182, 340)], np.int32)], (0, 0, 0))
    cv2.rectangle(picture, (240, 360), (272, 480), (255, 255, 255), -1)
    return picture


def _bars() -> Picture:
    picture = _canvas()
    for place, top in enumerate((330, 230, 120)):
        left = 90 + 120 * place
        shape = np.array([(left, top), (left + 80, top - 40), (left + 80, 420), (left, 420)], np.int32)
        cv2.fillPoly(picture, [shape], (0, 0, 0))
    cv2.circle(picture, (130, 180), 44, (0, 0, 0), -1)
    return picture


def _word() -> Picture:
    picture = _canvas()
    cv2.putText(picture, "Qar7X", (10, 310), cv2.FONT_HERSHEY_DUPLEX, 5.2, (0, 0, 0), 26, cv2.LINE_AA)
    return picture


def _swoop() -> Picture:
    picture = _canvas()
    angle = np.linspace(0, 1, 60)
    upper = np.stack([40 + 430 * angle, 330 - 210 * angle**1.7], 1)
    lower = np.stack([40 + 430 * angle, 345 - 225 * angle**1.2 + 95 * np.sin(np.pi * angle**0.55)], 1)
    cv2.fillPoly(picture, [np.concatenate([upper, lower[::-1]]).astype(np.int32)], (0, 0, 0), cv2.LINE_AA)
    return picture


def _badge() -> Picture:
    picture = _canvas()
    cv2.fillPoly(
        picture, [np.array([(256, 30), (450, 110), (420, 360), (256, 480), (92, 360), (62, 110)])], (150, 30, 20)
    )
    for turn in range(8):
        at = (int(256 + 110 * np.cos(turn * np.pi / 4)), int(240 + 110 * np.sin(turn * np.pi / 4)))
        cv2.circle(picture, at, 16 + 3 * turn, (240, 220, 60), -1, cv2.LINE_AA)
    cv2.putText(picture, "K9", (196, 275), cv2.FONT_HERSHEY_DUPLEX, 2.6, (255, 255, 255), 9, cv2.LINE_AA)
    return picture


_DRAWN = {"bolt": _bolt, "ring": _ring, "bars": _bars, "word": _word, "swoop": _swoop, "badge": _badge}
LOGOS = tuple(_DRAWN)


def logo(name: str) -> Picture:
    """RGB, 512 × 512, on white."""
    return _DRAWN[name]()


def background(seed: int, size: tuple[int, int] = (800, 600)) -> Picture:
    """Noise of all sizes with straight and round things in it: as much texture and as many edges as a photograph."""
    random = np.random.default_rng(seed)
    width, height = size
    layers = np.zeros((height, width, 3), np.float32)
    for cell in (4, 10, 30, 90, 250):
        noise = random.normal(0, 1, (height // cell + 2, width // cell + 2, 3)).astype(np.float32)
        noise = 0.7 * noise.mean(2, keepdims=True) + 0.3 * noise
        layers += cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC) * cell**0.55
    picture = np.clip(115 + layers * 5.5, 0, 255).astype(np.uint8)
    for _ in range(26):
        colour = tuple(int(value) for value in random.integers(20, 236, 3))
        x, y = int(random.integers(width)), int(random.integers(height))
        w, h = int(random.integers(12, 150)), int(random.integers(12, 150))
        if random.random() < 0.5:
            box = cv2.boxPoints(((x, y), (w, h), float(random.uniform(0, 90)))).astype(np.int32)
            cv2.fillPoly(picture, [box], colour, cv2.LINE_AA)
        else:
            turn = float(random.uniform(0, 180))
            cv2.ellipse(picture, (x, y), (w // 2, h // 2), turn, 0, 360, colour, -1, cv2.LINE_AA)
    grain = random.normal(0, 3, picture.shape)
    return np.clip(cv2.GaussianBlur(picture, (0, 0), 0.8) + grain, 0, 255).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class View:
    """How a logo is seen: longer side in pixels, turn in degrees, tilt (0: head on, 0.3: strongly in perspective), the
    share hidden from its right side, contrast (1: black on the ground or white on it), plate: on its own ground."""

    side: int = 160
    turn: float = 0.0
    tilt: float = 0.0
    hidden: float = 0.0
    contrast: float = 1.0
    plate: bool = True
    inverted: bool = False
    jpeg: int = 85
    blur: float = 0.0


@dataclass(frozen=True, slots=True)
class Scene:
    picture: Picture
    quad: NDArray[np.float64]
    """Corners of the drawn part of the logo (without its white border) in pixels, from its top left on."""


def compose(mark: Picture, ground: Picture, view: View, seed: int = 0) -> Scene:
    """The logo somewhere in the picture."""
    random = np.random.default_rng(seed)
    height, width = ground.shape[:2]
    dark = mark.min(2) < 128
    rows, columns = np.nonzero(mark.min(2) < 200)
    box = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], np.float64)
    scale = view.side / max(box[2] - box[0], box[3] - box[1])
    angle = np.deg2rad(view.turn)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * scale
    reach = min(view.side * 0.75, 0.49 * min(width, height))
    centre = np.array([random.uniform(reach, width - reach), random.uniform(reach, height - reach)])
    middle = np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])
    tilted = np.array([[1, 0, 0], [0, 1, 0], [view.tilt / SIDE, 0.6 * view.tilt / SIDE, 1.0]])
    inner = np.eye(3)
    inner[:2, 2] = -middle
    outer = np.eye(3)
    outer[:2, :2], outer[:2, 2] = turn, centre
    place = outer @ tilted @ inner
    alpha = np.full(mark.shape[:2], 1.0, np.float32) if view.plate else dark.astype(np.float32)
    colours = (255 - mark if view.inverted else mark).astype(np.float32)
    if view.plate:
        alpha[: max(0, int(box[1]) - 24)] = alpha[int(box[3]) + 24 :] = 0
        alpha[:, : max(0, int(box[0]) - 24)] = alpha[:, int(box[2]) + 24 :] = 0
    if view.hidden:
        alpha[:, int(box[2] - view.hidden * (box[2] - box[0])) :] = 0
    colours = 128 + (colours - 128) * view.contrast
    size = (width, height)
    over = cv2.warpPerspective(cv2.GaussianBlur(colours, (0, 0), 0.6 / scale), place, size, flags=cv2.INTER_AREA)
    much = cv2.warpPerspective(cv2.GaussianBlur(alpha, (0, 0), 0.5 / scale), place, size)[..., None]
    mixed = ground * (1 - much) + over * much
    if view.blur:
        mixed = cv2.GaussianBlur(mixed, (0, 0), view.blur)
    done, data = cv2.imencode(
        ".jpg", np.clip(mixed, 0, 255).astype(np.uint8)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, view.jpeg]
    )
    assert done
    edge = np.array([[box[0], box[1]], [box[2], box[1]], [box[2], box[3]], [box[0], box[3]]])
    quad = cv2.perspectiveTransform(edge[None], place)[0]
    return Scene(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1]), quad)
