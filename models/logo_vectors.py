"""With packs: cut-outs of a picture compared with the references by how they look, not by corners and outlines.

Cut-outs come from an open-vocabulary detector asked for logos (OWLv2), from lines of text, and, where the former is
not there or sees none, from a grid of three scales. Each gets one vector: DINOv2's first token and SigLIP 2's, each of
length 1, laid end to end and divided so that the product of two vectors is the mean of the two cosines. It runs with
whichever packs are there; vectors of different packs lie in different spaces and are never compared. References get
nine views each, so that one picture is enough. Thresholds are starting values, not calibrated
(`resources/models/catalogue/logo.json`).

Cut-outs are stretched to 224 × 224 with OpenCV (area when shrinking, cubic when enlarging).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models import catalogue
from models.left_out import LeftOut
from models.runtime import Runtime, Session
from models.tiles import Tile

__all__ = ["QUERIES", "Kept", "Look", "Towers", "grid", "installed", "nearest", "tensor", "views"]

DINO = "dinov2-small"
SIGLIP = ("siglip2-base-p16-224", "siglip2-base-p16-224-int8", "siglip2-base-p16-224-fp16")
OWL = ("owlv2-base-p16-ensemble", "owlv2-base-p16-ensemble-fp16", "owlv2-base-p16-ensemble-fp32")
PREPROCESSING = "logo-vectors/1"
QUERIES = (
    "a logo",
    "a brand emblem",
    "a badge",
    "a sewn patch",
    "a printed symbol",
    "a sticker",
    "a flag",
    "a tattoo",
)
AT_MOST, AT_MOST_A_TILE = 24, 6
"""Cut-outs of one picture, the surest first; and how many more for each tile of a long one."""
PROPOSED = 0.15
"""Score from which on the detector's box is a cut-out."""
SIDE = 224
_IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
_HALF = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
_HEADER = struct.Struct("<4sHHH")
_MAGIC = b"LGV1"

Picture = NDArray[np.uint8]
Boxes = NDArray[np.float32]


def installed() -> tuple[str, ...]:
    """The packs that make vectors here, DINOv2 first: none, one or two of them."""
    return tuple(pack for pack in (_first((DINO,)), _first(SIGLIP)) if pack)


def _first(packs: Sequence[str]) -> str:
    for pack in packs:
        if pack in catalogue.catalogue() and catalogue.usable(pack):  # one of which a file is missing is none
            return pack
    return ""


def proposers() -> tuple[str, ...]:
    """The models that say where to cut: the open-vocabulary detector where its pack is there, and the
    detector of text lines."""
    return tuple(one for one in (_first(OWL), _first((_text_detector(),))) if one)


def _text_detector() -> str:
    from models.ocr import DETECTOR

    return DETECTOR


@dataclass(frozen=True, slots=True)
class Look:
    """Vectors of one reference's views: n × d, float32, in the space `space`."""

    space: str
    vectors: NDArray[np.float32]

    def pack(self) -> bytes:
        name = self.space.encode()
        head = _HEADER.pack(_MAGIC, len(name), *self.vectors.shape)
        return head + name + self.vectors.astype("<f2").tobytes()

    @classmethod
    def unpack(cls, data: bytes) -> Look | None:
        """None for no bytes. Raises `ValueError` for others than `pack` makes."""
        if not data:
            return None
        try:
            magic, length, count, width = _HEADER.unpack_from(data)
        except struct.error as error:
            raise ValueError("too short for vectors") from error
        begin = _HEADER.size + length
        if magic != _MAGIC or len(data) != begin + count * width * 2:
            raise ValueError("these are no vectors of this version")
        values = np.frombuffer(data[begin:], "<f2").astype(np.float32).reshape(count, width)
        return cls(data[_HEADER.size : begin].decode(), values)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of the cut-outs of a picture. `boxes`: n × 4, left, top, right, bottom, relative. `sure`: n, what
    the detector of logos gave (0 where the cut-out comes from elsewhere). `vectors`: n × d."""

    boxes: Boxes
    sure: NDArray[np.float32]
    vectors: NDArray[np.float32]

    def pack(self) -> NDArray[np.uint8]:
        head = _HEADER.pack(_MAGIC, 0, *self.vectors.shape)
        table = np.concatenate([self.boxes, self.sure[:, None], self.vectors], axis=1)
        return np.frombuffer(head + table.astype("<f2").tobytes(), np.uint8)

    @classmethod
    def unpack(cls, values: NDArray[np.uint8]) -> Kept:
        """Raises `ValueError` for anything else than `pack` makes."""
        data = values.tobytes()
        try:
            magic, _, count, width = _HEADER.unpack_from(data)
        except struct.error as error:
            raise ValueError("too short for cut-outs") from error
        if magic != _MAGIC or len(data) != _HEADER.size + count * (width + 5) * 2:
            raise ValueError("these are no cut-outs of this version")
        table = np.frombuffer(data[_HEADER.size :], "<f2").astype(np.float32).reshape(count, width + 5)
        return cls(table[:, :4], table[:, 4], table[:, 5:])


class Towers:
    """The packs that are there, opened. Thread-safe, as their sessions are."""

    def __init__(self, packs: tuple[str, ...], sessions: tuple[Session, ...], proposals: tuple[Proposer, ...]) -> None:
        self._packs, self._sessions, self._proposals = packs, sessions, proposals
        self.space = space_of(packs)

    @classmethod
    def open(cls, runtime: Runtime, left: LeftOut) -> Towers | None:
        """None where no pack is there, or one of them cannot be used: the vectors of the others alone would lie in
        another space than those of the references. What cannot be used is noted in `left`. Raises `DeviceExhausted`."""
        for family in ((DINO,), SIGLIP):
            if not _first(family):
                left.passed_over("vectors", family)
        packs = installed()
        if not packs:
            return None
        tried = (left.attempt("vectors", pack, runtime.session, pack) for pack in packs)
        sessions = tuple(session for session in tried if session is not None)
        if len(sessions) < len(packs):
            return None
        if not _first(OWL):
            left.passed_over("proposals", OWL)
        proposals = (left.attempt("proposals", model, _proposer, model, runtime) for model in proposers())
        return cls(packs, sessions, tuple(one for one in proposals if one is not None))

    def look(self, reference: Picture) -> Look:
        """A reference picture (RGB, cut to the logo) in nine views."""
        return Look(self.space, self.embed(views(reference)))

    def keep(self, picture: Picture, parts: Sequence[Tile] = ()) -> Kept:
        """The cut-outs of a picture (RGB) with their vectors. `parts`: its tiles, where it is long: those who say where
        to cut are shown each of them as well."""
        boxes, sure = self._cut(picture, parts)
        height, width = picture.shape[:2]
        edges = np.rint(boxes * (width, height, width, height)).astype(int)
        edges[:, :2] = np.minimum(edges[:, :2], (width - 1, height - 1))  # a cut-out has at least one pixel
        crops = [picture[top : max(bottom, top + 1), left : max(right, left + 1)] for left, top, right, bottom in edges]
        return Kept(boxes, sure, self.embed(crops))

    def embed(self, pictures: Sequence[Picture]) -> NDArray[np.float32]:
        """n × d; one picture at a time, so that none depends on its neighbours."""
        return np.stack([self._one(picture) for picture in pictures])

    def _one(self, picture: Picture) -> NDArray[np.float32]:
        parts = []
        for pack, session in zip(self._packs, self._sessions, strict=True):
            mean, std = _IMAGENET if pack == DINO else _HALF
            answers = session.run({session.inputs[0].name: tensor(picture, mean, std)})
            names = [one.name for one in session.outputs]
            if pack == DINO:
                vector = answers[names.index("last_hidden_state")][0, 0]
            else:
                vector = answers[names.index("pooler_output")][0]
            vector = np.asarray(vector, np.float32).ravel()
            parts.append(vector / max(float(np.linalg.norm(vector)), 1e-9))
        return np.asarray(np.concatenate(parts) / np.sqrt(len(parts)), np.float32)

    def _cut(self, picture: Picture, parts: Sequence[Tile]) -> tuple[Boxes, NDArray[np.float32]]:
        found = [_proposed(proposer, picture, tile) for tile in (None, *parts) for proposer in self._proposals]
        boxes = np.concatenate([one[0] for one in found]) if found else np.zeros((0, 4), np.float32)
        sure = np.concatenate([one[1] for one in found]) if found else np.zeros(0, np.float32)
        if not sure.any():  # nobody was asked for logos, or none was seen: lines of text alone are no good guess
            boxes = np.concatenate([boxes, grid(picture.shape[1], picture.shape[0])])
            sure = np.zeros(len(boxes), np.float32)
        order = _apart(boxes, sure)[: AT_MOST + AT_MOST_A_TILE * len(parts)]
        # As they come back from the case, so that the cut-out is the same as the box says later.
        return np.clip(boxes[order], 0, 1).astype("<f2").astype(np.float32), sure[order]


Proposer = Callable[[Picture], tuple[Boxes, NDArray[np.float32]]]
"""A picture's boxes (n × 4, left, top, right, bottom, relative) and how sure each is a logo (0: not asked)."""


def _proposed(proposer: Proposer, picture: Picture, tile: Tile | None) -> tuple[Boxes, NDArray[np.float32]]:
    """What is proposed in the picture or in one tile, relative to the picture."""
    if tile is None:
        return proposer(picture)
    boxes, sure = proposer(np.ascontiguousarray(picture[tile.top : tile.bottom, tile.left : tile.right]))
    height, width = picture.shape[:2]
    side = np.array([tile.right - tile.left, tile.bottom - tile.top] * 2, np.float32)
    corner = np.array([tile.left, tile.top] * 2, np.float32)
    return np.asarray((boxes * side + corner) / np.array([width, height] * 2), np.float32), sure


def _proposer(model: str, runtime: Runtime) -> Proposer:
    if model not in OWL:
        from models import ocr_detect, ocr_picture

        session = runtime.session(model)

        def lines(picture: Picture) -> tuple[Boxes, NDArray[np.float32]]:
            page = ocr_picture.prepare(picture)
            height, width = page.bgr.shape[:2]
            quads = [line.quad / (width, height) for line in ocr_detect.detect(session, page)]
            boxes = np.array([[*quad.min(0), *quad.max(0)] for quad in quads], np.float32).reshape(-1, 4)
            grown = 0.2 * (boxes[:, 2:] - boxes[:, :2])
            return np.concatenate([boxes[:, :2] - grown, boxes[:, 2:] + grown], axis=1), np.zeros(
                len(boxes), np.float32
            )

        return lines
    from models.owlv2 import OpenVocabulary

    vocabulary = OpenVocabulary.open(model, runtime)

    def named(picture: Picture) -> tuple[Boxes, NDArray[np.float32]]:
        answers = vocabulary.look(picture, QUERIES)
        best = np.asarray(answers.scores, np.float32).max(1)
        chosen = best >= PROPOSED
        return np.asarray(answers.boxes, np.float32)[chosen], best[chosen]

    return named


def space_of(packs: Sequence[str]) -> str:
    """Names every pack by its SHA-256, and how cut-outs are prepared."""
    return "/".join([PREPROCESSING, *(catalogue.entry(pack).sha256[:16] for pack in packs)])


def tensor(picture: Picture, mean: Sequence[float], std: Sequence[float]) -> NDArray[np.float32]:
    """float32 [1, 3, 224, 224]: stretched, /255, minus mean, over standard deviation. RGB, as it comes."""
    import cv2

    way = cv2.INTER_AREA if min(picture.shape[:2]) > SIDE else cv2.INTER_CUBIC
    small = cv2.resize(picture, (SIDE, SIDE), interpolation=way).astype(np.float32) / 255
    scaled = (small - np.asarray(mean, np.float32)) / np.asarray(std, np.float32)
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None])


def views(picture: Picture) -> list[Picture]:
    """A reference as it is, turned three times by 90°, grey, in the negative, tilted two ways, and small."""
    import cv2

    height, width = picture.shape[:2]
    grey = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    box = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    made = [picture, *(np.ascontiguousarray(np.rot90(picture, turns)) for turns in (1, 2, 3)), grey, 255 - picture]
    for side in (1.0, -1.0):
        low, high = np.float32(0.12 * height * (side > 0)), np.float32(0.12 * height * (side < 0))
        bent = box + np.array([[0, low], [0, high], [0, -high], [0, -low]], np.float32)
        ground = tuple(int(value) for value in np.median(picture[[0, -1]].reshape(-1, 3), axis=0))
        place = cv2.getPerspectiveTransform(box, bent)
        made.append(cv2.warpPerspective(picture, place, (width, height), borderValue=ground))
    small = cv2.resize(picture, (max(8, width // 8), max(8, height // 8)), interpolation=cv2.INTER_AREA)
    return [np.asarray(one, np.uint8) for one in (*made, small)]


def grid(width: int, height: int) -> Boxes:
    """Overlapping squares of three sizes (all, a half, a third of the shorter side), relative; for pictures in which
    nothing proposes itself."""
    found = []
    for part in (1.0, 0.5, 0.34):
        side = part * min(width, height)
        rows, columns = (max(1, round(length / side * 1.4 - 0.4)) for length in (height, width))
        for top in np.linspace(0, height - side, rows):
            for left in np.linspace(0, width - side, columns):
                found.append([left / width, top / height, (left + side) / width, (top + side) / height])
    return np.array(found, np.float32)


def _apart(boxes: Boxes, sure: NDArray[np.float32]) -> list[int]:
    """Indices, the surest first, without boxes that nearly are another one."""
    kept: list[int] = []
    for number in np.argsort(-sure, kind="stable"):
        low = np.maximum(boxes[kept, :2], boxes[number, :2])
        common = np.prod(np.maximum(0, np.minimum(boxes[kept, 2:], boxes[number, 2:]) - low), axis=1)
        areas = np.prod(boxes[kept, 2:] - boxes[kept, :2], axis=1) + float(
            np.prod(boxes[number, 2:] - boxes[number, :2])
        )
        if not (common > 0.7 * (areas - common)).any():
            kept.append(int(number))
    return kept


def nearest(
    vectors: NDArray[np.float32], looks: Sequence[Look | None], names: Sequence[str], space: str
) -> list[tuple[int, float, float]]:
    """For each vector the reference that is most alike (its index; −1: none can be compared), the mean cosine, and how
    much that is above the best reference of another name (the whole cosine where there is no other)."""
    usable = [number for number, look in enumerate(looks) if look is not None and look.space == space]
    if not usable or not len(vectors):
        return [(-1, 0.0, 0.0)] * len(vectors)
    scores = np.stack(
        [(vectors @ look.vectors.T).max(1) for number in usable if (look := looks[number]) is not None], 1
    )
    found = []
    for row in scores:
        best = int(row.argmax())
        others = [float(row[k]) for k, number in enumerate(usable) if names[number] != names[usable[best]]]
        found.append((usable[best], float(row[best]), float(row[best]) - max(others, default=0.0)))
    return found
