"""Which of the faces that were found are candidates, which are weaker, and how that is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.gui.columns import percent
from app.gui.preview.clock import number
from core.case.candidates import Candidate, Candidates, needed
from core.likeness import least

__all__ = ["Parting"]


def _tr(text: str, count: int = -1) -> str:
    return QCoreApplication.translate("FacesDialog", text, "", count)


@dataclass(frozen=True, slots=True)
class Parting:
    """`found` at a threshold. `strong`: those that reach what is needed of them; confirmed ones are candidates whatever
    they reach. `weak`: the others."""

    found: Candidates
    threshold: float
    strong: Sequence[Candidate]
    weak: Sequence[Candidate]

    @classmethod
    def of(cls, found: Candidates, threshold: float) -> Parting:
        strong: list[Candidate] = []
        weak: list[Candidate] = []
        for one in found.found:
            asked = needed(found, one, threshold)
            reached = asked is not None and one.similarity >= asked
            (strong if reached or one.said == "yes" else weak).append(one)
        return cls(found, threshold, strong, weak)

    def badly_seen(self, one: Candidate) -> bool:
        """More likeness is asked of it than of others, or nothing can be said of it."""
        facts = self.found.comparing
        return least(facts, one.quality) != facts.threshold

    def counts(self) -> str:
        """How many candidates, of how many faces, and what was not compared."""
        found, compared = self.found, self.found.compared
        said = [
            _tr("%n candidate(s)", len(self.strong)),
            _tr("%n face(s) compared", compared).replace(str(compared), number(compared), 1),
        ]
        if found.elsewhere:
            said.append(_tr("%n described by another model and not compared", found.elsewhere))
        if found.bare:
            said.append(_tr("%n too small to be compared", found.bare))
        text = " · ".join(said)
        if not found.comparing.calibrated:
            text += "\n" + _tr("The threshold of this model is a starting value, not calibrated.")
        return text

    def sentence(self, one: Candidate) -> str:
        """What its likeness says, and what the examiner has said."""
        asked = needed(self.found, one, self.threshold)
        if asked is None:
            text = _tr("Likeness {0}: says nothing here, a face is seen too badly.").format(percent(one.similarity))
        else:
            reached = _tr("Likeness {0}, a candidate from {1} on.") if one.similarity >= asked else ""
            text = (reached or _tr("Likeness {0}, below the {1} of a candidate.")).format(
                percent(one.similarity), percent(asked)
            )
            if abs(asked - self.threshold) > 1e-6:
                text += " " + _tr("A face is badly seen: more likeness is asked for, because such faces resemble all.")
        said = {"yes": _tr("You confirmed it."), "no": _tr("You rejected it.")}.get(one.said, "")
        return f"{text} {said}".strip()
