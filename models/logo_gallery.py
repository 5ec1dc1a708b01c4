"""The examiner's gallery in the shape that is searched: all references' features and silhouettes in one table each, so
that a picture is compared with two hundred references in two matrix products instead of two hundred loops."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import UsageError
from models import logo_reference, logo_shapes
from models.logo_outlines import Outlines
from models.logo_reference import Prepared
from models.logo_vectors import Look

__all__ = ["Gallery", "Reference"]


@dataclass(frozen=True, slots=True)
class Reference:
    """One picture. `number`: its id in the case. Several pictures may have the same name: they are the same logo."""

    number: int
    name: str
    sha256: str
    prepared: Prepared
    look: Look | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """All silhouettes: `owners`: index of the reference; `centres`: n × 2; `back`: n × 2 × 2, from pixels to the round
    coordinates."""

    owners: NDArray[np.int64]
    centres: NDArray[np.float64]
    back: NDArray[np.float64]

    @classmethod
    def of(cls, references: Sequence[Reference]) -> Parts:
        shapes = [one.prepared.parts for one in references]
        return cls(
            np.repeat(np.arange(len(shapes)), [len(one) for one in shapes]),
            np.concatenate([np.zeros((0, 2)), *(one.centres for one in shapes)]),
            np.linalg.inv(np.concatenate([np.zeros((0, 2, 2)), *(one.all_spreads() for one in shapes)])),
        )


@dataclass(frozen=True, slots=True)
class Gallery:
    """`descriptors`: all references' features as float32, k × 128, whole numbers, so that their products are exact and
    the same on every machine; each reference's own, then those of its negative. `norms`: their lengths. `starts`: where
    the features of a (reference, polarity) begin; `owners`: (reference, polarity) of each start; `places`: k × 4 as in
    `Prepared.points`, the negative's angles turned. `parts`: (reference, part) of each silhouette
    in `spectrum` and `table`."""

    references: tuple[Reference, ...]
    descriptors: NDArray[np.float32]
    norms: NDArray[np.float32]
    starts: NDArray[np.int64]
    owners: tuple[tuple[int, int], ...]
    places: NDArray[np.float32]
    parts: tuple[tuple[int, int], ...]
    spectrum: tuple[NDArray[np.complex64], NDArray[np.float32]]
    table: Parts
    outlines: Outlines

    @classmethod
    def read(cls, given: str) -> Gallery:
        """From JSON text, or from the file that is named. Raises `UsageError` when it cannot be read."""
        try:
            text = given if given.startswith("{") else Path(given).read_text(encoding="utf-8")
            rows = json.loads(text)["references"]
            return cls.of(
                tuple(
                    _read(int(row["id"]), str(row["name"]), str(row["sha256"]), base64.b64decode(row["data"]))
                    for row in rows
                )
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"The gallery of logos cannot be read ({error}).", "Look at it with `logos DIR list` and run again."
            ) from error

    @classmethod
    def of(cls, references: tuple[Reference, ...]) -> Gallery:
        tables, places, starts, owners, parts, masks = [], [], [], [], [], []
        count = 0
        for index, reference in enumerate(references):
            made = reference.prepared
            for polarity in (0, 1) if len(made.points) else ():
                starts.append(count)
                owners.append((index, polarity))
                tables.append(_negative(made.descriptors) if polarity else made.descriptors)
                places.append(made.points + np.array([0, 0, 0, 180 * polarity], np.float32))
                count += len(made.points)
            parts += [(index, number) for number in range(len(made.parts))]
            masks.append(made.parts.masks)
        descriptors = np.concatenate(tables).astype(np.float32) if tables else np.zeros((0, 128), np.float32)
        all_masks = np.concatenate(masks) if masks else np.zeros((0, logo_shapes.RINGS, logo_shapes.ANGLES), np.bool_)
        return cls(
            references,
            descriptors,
            np.linalg.norm(descriptors, axis=1).astype(np.float32),
            np.array(starts, np.int64),
            tuple(owners),
            np.concatenate(places) if places else np.zeros((0, 4), np.float32),
            tuple(parts),
            logo_shapes.spectrum(all_masks),
            Parts.of(references),
            Outlines.of([one.prepared for one in references]),
        )

    def __len__(self) -> int:
        return len(self.references)


def _read(number: int, name: str, sha256: str, data: bytes) -> Reference:
    prepared = logo_reference.unpack(data)
    return Reference(number, name, sha256, prepared, Look.unpack(prepared.look))


def _negative(descriptors: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The descriptors of the same features in the negative: every gradient points the other way, so the main direction
    turns by 180° and with it the 4 × 4 cells; the directions within them, told relative to it, stay."""
    return descriptors.reshape(-1, 4, 4, 8)[:, ::-1, ::-1].reshape(-1, 128)
