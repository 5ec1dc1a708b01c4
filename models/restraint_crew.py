"""Loading the models of the stages that are there. One that cannot be used costs its stage, not the others."""

from __future__ import annotations

from dataclasses import replace

from models import detectors
from models.detectors import Detector
from models.embedding_towers import PictureTower, TextTower
from models.left_out import LeftOut
from models.owlv2 import OpenVocabulary
from models.restraint_boxes import LaboratoryBoxes, Objects, SentenceBoxes
from models.restraint_data import Data
from models.restraint_look import Crew
from models.restraint_sentences import Sentences
from models.restraint_stages import Stages
from models.runtime import Runtime, Session
from models.tagger import Tagger

__all__ = ["assemble"]


def assemble(stages: Stages, data: Data, runtime: Runtime) -> Crew:
    """Every session that these stages need, opened and verified; what cannot be used is left out and said with every
    result. Raises `ModelMissing`, `ModelError` when nothing is left that recognises restraint, `DeviceExhausted`."""
    left = LeftOut()
    for stage, sentence in stages.torn:
        left.note(stage, sentence)
    own = {stage: left.attempt(stage, _pack(stages, stage), _own, stages, stage, runtime) for stage in _OWN}
    towers = None
    if stages.sentences:
        towers = left.attempt("sentences", stages.sentences, _towers, stages.sentences, data, runtime)
    crew = Crew(
        stages=stages,
        data=data,
        tower=towers[0] if towers else None,
        sentences=towers[1] if towers else None,
        persons=_session("persons", stages, runtime, left),
        own_persons=own["persons"],
        pose=_session("pose", stages, runtime, left),
        objects=_objects(stages, own["objects"], data, runtime, left),
        tagger=left.attempt("tags", stages.tags, Tagger.open, stages.tags, runtime) if stages.tags else None,
        prefilter=own["prefilter"],
        verifier=own["verifier"],
        left=left,
    )
    used = stages.without(left.parts())
    if used.missing:
        left.raise_first()
    return replace(crew, stages=used)


_OWN = ("persons", "objects", "prefilter", "verifier")


def _towers(pack: str, data: Data, runtime: Runtime) -> tuple[PictureTower, Sentences]:
    return PictureTower.open(pack, runtime), _sentences(pack, data, runtime)


def _sentences(pack: str, data: Data, runtime: Runtime) -> Sentences:
    """The text tower is needed once and then never again: it gets a runtime of its own, which is closed."""
    own = Runtime(runtime.precision, 1, runtime.device)
    try:
        return Sentences(TextTower.open(pack, own), data)
    finally:
        own.close()


def _objects(stages: Stages, own: Detector | None, data: Data, runtime: Runtime, left: LeftOut) -> Objects | None:
    if "objects" in stages.laboratory:
        return LaboratoryBoxes(own, data) if own is not None else None
    if not stages.objects:
        return None
    opened = left.attempt("objects", stages.objects, OpenVocabulary.open, stages.objects, runtime)
    return SentenceBoxes(opened, data) if opened is not None else None


def _own(stages: Stages, stage: str, runtime: Runtime) -> Detector | None:
    """The laboratory's detector for this stage."""
    return detectors.open_detector(_pack(stages, stage), runtime) if stage in stages.laboratory else None


def _pack(stages: Stages, stage: str) -> str:
    return str(getattr(stages, stage))


def _session(stage: str, stages: Stages, runtime: Runtime, left: LeftOut) -> Session | None:
    pack = _pack(stages, stage)
    if not pack or stage in stages.laboratory:
        return None
    return left.attempt(stage, pack, runtime.session, pack)
