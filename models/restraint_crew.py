"""Loading the models of the stages that are there."""

from __future__ import annotations

from models import detectors
from models.detectors import Detector
from models.embedding_towers import PictureTower, TextTower
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
    """Every session that these stages need, opened and verified. Raises `ModelMissing`, `ModelError`."""
    tower = PictureTower.open(stages.sentences, runtime) if stages.sentences else None
    sentences = _sentences(stages.sentences, data, runtime) if stages.sentences else None
    own_persons = _own(stages, "persons", runtime)
    return Crew(
        stages=stages,
        data=data,
        tower=tower,
        sentences=sentences,
        persons=_session(stages.persons, runtime) if own_persons is None else None,
        own_persons=own_persons,
        pose=_session(stages.pose, runtime),
        objects=_objects(stages, data, runtime),
        tagger=Tagger.open(stages.tags, runtime) if stages.tags else None,
        prefilter=_own(stages, "prefilter", runtime),
        verifier=_own(stages, "verifier", runtime),
    )


def _sentences(pack: str, data: Data, runtime: Runtime) -> Sentences:
    """The text tower is needed once and then never again: it gets a runtime of its own, which is closed."""
    own = Runtime(runtime.precision, 1, runtime.device)
    try:
        return Sentences(TextTower.open(pack, own), data)
    finally:
        own.close()


def _objects(stages: Stages, data: Data, runtime: Runtime) -> Objects | None:
    own = _own(stages, "objects", runtime)
    if own is not None:
        return LaboratoryBoxes(own, data)
    return SentenceBoxes(OpenVocabulary.open(stages.objects, runtime), data) if stages.objects else None


def _own(stages: Stages, stage: str, runtime: Runtime) -> Detector | None:
    """The laboratory's detector for this stage."""
    pack = {"persons": stages.persons, "objects": stages.objects, "prefilter": stages.prefilter}.get(
        stage, stages.verifier
    )
    return detectors.open_detector(pack, runtime) if stage in stages.laboratory else None


def _session(pack: str, runtime: Runtime) -> Session | None:
    return runtime.session(pack) if pack else None
