"""Laboratories' own object detectors at work; `models.detector_description` says how each is to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import ModelError
from core.records import Region
from models import catalogue
from models.detector_description import Description, read

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.runtime import Runtime, Session

__all__ = ["Box", "Detector", "open_detector"]

PREPROCESSING = "detector/1"


@dataclass(frozen=True, slots=True)
class Box:
    """One detection: the class's name, its raw score 0–1, its place relative to the upright picture."""

    label: str
    score: float
    region: Region


class Detector:
    """A description and the session of its model. Thread-safe, as its session is."""

    def __init__(self, description: Description, session: Session) -> None:
        """Raises `ModelError` when the graph lacks an input or output that the description names."""
        self.description = description
        self._session = session
        self._places = {
            ours: _place(name, [one.name for one in session.outputs], "output", description.id)
            for ours, name in description.output.tensors.items()
        }
        given = [one.name for one in session.inputs]
        fed = [name for name in (description.input.name, description.input.mask, description.input.sizes) if name]
        for name in fed:
            _place(name, given, "input", description.id)
        if set(given) - set(fed):
            raise ModelError(
                f"The model of {description.id} wants the inputs {', '.join(given)}, "
                f"but its description only names {', '.join(fed)}.",
                "Name them in detector.json (`mask`, `sizes`), or export the model without them.",
            )

    def detect(self, picture: NDArray[np.uint8]) -> list[Box]:
        """Boxes in one upright RGB picture (uint8, height × width × 3), best first. Raises `ModelError` when the answer
        does not fit the description."""
        from models import detectors_decode, detectors_prepare  # bring OpenCV

        feeds, placement = detectors_prepare.feeds(picture, self.description.input)
        answers = self._session.run(feeds)
        tensors = {ours: answers[place] for ours, place in self._places.items()}
        found = detectors_decode.decode(tensors, self.description, placement)
        return [Box(self.description.labels[number], score, region) for number, score, region in found]

    def settings(self) -> dict[str, object]:
        """What of it decides results, for the config of a finding (the weights' SHA-256 stand in its models)."""
        chosen = {"id", "input", "output", "nms", "keep_score", "max_boxes", "classes"}
        return {"preprocessing": PREPROCESSING, **self.description.model_dump(mode="json", include=chosen)}


def open_detector(model: str, runtime: Runtime) -> Detector:
    """The detector of an installed pack; description and weights are verified first. Raises `ModelMissing`,
    `ModelError`."""
    return Detector(read(catalogue.verify(f"{model}:description")), runtime.session(model))


def _place(name: str, names: Sequence[str], what: str, model: str) -> int:
    if name not in names:
        raise ModelError(
            f"The model of {model} has no {what} called {name}; it has {', '.join(names)}.",
            "Correct the name in detector.json.",
        )
    return names.index(name)
