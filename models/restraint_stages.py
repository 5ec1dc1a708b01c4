"""Which stages of `restraint` can work here, with which pack each: the published models, or a laboratory's detector.

    prefilter   sentences against the whole picture: is a closer look worth it?      SigLIP 2 (or CLIP)
    persons     where persons are                                                    YOLOX-S
    pose        their joints: body parts, posture                                    RTMPose, MediaPipe
    objects     boxes of the things themselves                                       OWLv2
    verifier    sentences and tags against each crop                                 SigLIP 2 (or CLIP), JoyTag

A pack with `detector.json` whose task is `restraint` takes the place of the stage it names. Without `prefilter` every
picture gets the closer look; without `persons` only whole pictures are looked at. Something that knows restraint must
be there: sentences, tags or objects.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from core.errors import ModelError, ModelMissing
from core.records import ModelInfo
from models import catalogue, detector_description
from models.detector_description import Description
from models.embedding_towers import available, ordered
from models.runtime import Runtime

__all__ = ["REPLACEABLE", "Stages", "choose", "installed"]

_ORDER = {
    "persons": ("yolox-s", "yolox-s-int8"),
    "pose": ("rtmpose-m-halpe26", "mediapipe-pose"),
    "objects": ("owlv2-base-p16-ensemble-fp32", "owlv2-base-p16-ensemble-fp16", "owlv2-base-p16-ensemble"),
    "tags": ("joytag", "wd-vit-tagger-v3"),
}
_PARTS = {"objects": ("", "tokenizer"), "tags": ("", "tags")}
REPLACEABLE = ("prefilter", "persons", "objects", "verifier")
WANTED = ("siglip2-base-p16-224", "owlv2-base-p16-ensemble", "joytag", "yolox-s")
"""What to bring when nothing is there, the most useful first."""


@dataclass(frozen=True, slots=True)
class Stages:
    """The pack of each stage, empty where there is none. `laboratory`: the stages whose pack is a laboratory's own."""

    sentences: str = ""
    persons: str = ""
    pose: str = ""
    objects: str = ""
    tags: str = ""
    prefilter: str = ""
    """A laboratory's own, in place of the sentences."""
    verifier: str = ""
    """A laboratory's own, in place of sentences and tags on crops."""
    laboratory: tuple[str, ...] = field(default=())
    torn: tuple[tuple[str, str], ...] = field(default=())
    """Stages that are absent although a pack for them lies here, and why it is not used."""

    @property
    def missing(self) -> str | None:
        """Why nothing can be said at all; None: something can."""
        if self.sentences or self.objects or self.tags or self.verifier:
            return None
        return (
            f"No model that recognises restraint is installed (any of {', '.join(WANTED[:3])}, or a laboratory's own "
            f"detector will do). On a connected machine: `models fetch {WANTED[0]}`, `models pack {WANTED[0]}`; "
            "here: `models import FILE`."
        )

    def without(self, left: Collection[str]) -> Stages:
        """The same without these stages."""
        return replace(
            self,
            sentences="" if "sentences" in left else self.sentences,
            persons="" if "persons" in left else self.persons,
            pose="" if "pose" in left else self.pose,
            objects="" if "objects" in left else self.objects,
            tags="" if "tags" in left else self.tags,
            prefilter="" if "prefilter" in left else self.prefilter,
            verifier="" if "verifier" in left else self.verifier,
        )

    def without_boxes(self) -> Stages:
        """The same without the slowest stage."""
        return replace(
            self,
            objects="",
            laboratory=tuple(one for one in self.laboratory if one != "objects"),
            torn=tuple(one for one in self.torn if one[0] != "objects"),
        )

    def said(self) -> dict[str, str]:
        """Stage → pack or "absent", as settings and findings tell it."""
        first = self.prefilter or self.sentences
        crops = self.verifier or " + ".join(filter(None, (self.sentences, self.tags)))
        told = {"prefilter": first, "persons": self.persons, "pose": self.pose, "objects": self.objects}
        return {stage: pack or "absent" for stage, pack in {**told, "verifier": crops}.items()}

    def packs(self) -> tuple[str, ...]:
        """Every pack that is used, once."""
        used = (self.prefilter, self.sentences, self.persons, self.pose, self.objects, self.tags, self.verifier)
        return tuple(dict.fromkeys(pack for pack in used if pack))

    def sessions(self) -> tuple[str, ...]:
        """The model names of every session, for the runtime's plan."""
        halves = (f"{self.sentences}:image", f"{self.sentences}:text") if self.sentences else ()
        return (*halves, *(pack for pack in self.packs() if pack != self.sentences))


def choose() -> Stages:
    """What is installed, laboratory packs before published ones."""
    own = {description.stage: pack for pack, description in installed() if description.stage in REPLACEABLE}
    try:
        sentences = available("image", "text", "tokenizer")
    except ModelMissing:
        sentences = ""
    stages = Stages(
        sentences=sentences,
        persons=own.get("persons") or _first("persons"),
        pose=_first("pose"),
        objects=own.get("objects") or _first("objects"),
        tags=_first("tags"),
        prefilter=own.get("prefilter", ""),
        verifier=own.get("verifier", ""),
        laboratory=tuple(sorted(own)),
    )
    return replace(stages, torn=tuple(_torn(stages)))


def _torn(stages: Stages) -> Iterator[tuple[str, str]]:
    """A pack that lies here and is passed over must not pass for one that nobody brought."""
    orders = {"sentences": ordered(), **_ORDER}
    for stage, packs in orders.items():
        if not getattr(stages, stage):
            sentence = next(filter(None, map(catalogue.torn, packs)), "")
            if sentence:
                yield stage, sentence
    for pack, sentence in _unread():
        yield pack, sentence


def installed() -> Iterator[tuple[str, Description]]:
    """The laboratory detectors for restraint that are installed and can be read, by name of their pack."""
    for pack, description in _described():
        if isinstance(description, Description) and description.task == "restraint":
            yield pack, description


def _unread() -> Iterator[tuple[str, str]]:
    """Detectors of a laboratory that cannot be read: they may be meant for any stage."""
    for pack, error in _described():
        if isinstance(error, ModelError) and catalogue.catalogue()[pack].task == "restraint":
            yield pack, f"The laboratory's detector {pack} cannot be read, so this was looked at without it: {error}"
    for path in sorted(catalogue.packs_folder().glob("*/detector.json")):
        pack = path.parent.name
        if pack not in catalogue.catalogue():
            yield (
                pack,
                (
                    f"The laboratory's detector {pack} cannot be read, so this was looked at without it: its "
                    f"{catalogue.MANIFEST} is missing, unreadable or another's."
                ),
            )


def _described() -> Iterator[tuple[str, Description | ModelError]]:
    for pack, entry in sorted(catalogue.catalogue().items()):
        if all(file.part != "description" for file in entry.files):
            continue
        try:
            yield pack, detector_description.read(catalogue.locate(f"{pack}:description"))
        except ModelError as error:
            yield pack, error


def models(stages: Stages) -> tuple[ModelInfo, ...]:
    """The models of the stages that are there, for the report; what to bring where there are none."""
    return catalogue.infos(stages.packs() or WANTED)


def hashes(stages: Stages) -> dict[str, str]:
    """SHA-256 of the files beside the main ones (text towers, tokenizers, tags, descriptions): they change results."""
    return {
        f"{pack}:{file.part}": file.sha256 or ""
        for pack in stages.packs()
        for file in catalogue.entry(pack).files[1:]
        if file.part in ("text", "tokenizer", "tags", "description")
    }


def plans(stages: Stages, runtime: Runtime) -> dict[str, object]:
    return {name: runtime.plan(name).settings() for name in stages.sessions()}


def _first(stage: str) -> str:
    for pack in _ORDER[stage]:
        if pack in catalogue.catalogue() and all(_is_there(f"{pack}:{part}") for part in _PARTS.get(stage, ("",))):
            return pack
    return ""


def _is_there(model: str) -> bool:
    try:
        catalogue.locate(model.removesuffix(":"))
    except ModelMissing:
        return False
    return True
