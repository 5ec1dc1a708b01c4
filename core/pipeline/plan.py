"""What a run is going to do: its analyzers, each with the one configuration its results are kept under."""

from __future__ import annotations

import importlib.metadata
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.control import Control
from core.errors import UsageError
from core.interfaces import Backend
from core.options import normal
from core.records import AnalyzerInfo, MediaKind, SampleKind, config_hash
from core.settings import RunSettings, SamplingPolicy

__all__ = ["SEEN_AS", "Step", "make_steps", "policy_hash", "step_for", "versions"]

SEEN_AS: Mapping[MediaKind, frozenset[SampleKind]] = {
    MediaKind.IMAGE: frozenset({SampleKind.IMAGE, SampleKind.FRAME, SampleKind.PAGE}),
    MediaKind.VIDEO: frozenset({SampleKind.FRAME, SampleKind.SOUND}),
    MediaKind.AUDIO: frozenset({SampleKind.SOUND}),
    MediaKind.OTHER: frozenset(),
}
"""Which samples a kind of medium can give: an analyzer that accepts none of them has nothing to look at."""

LIBRARIES = ("numpy", "pillow", "pillow-heif", "av", "opencv-python-headless", "openvino", "onnxruntime", "SQLAlchemy")


@dataclass(frozen=True, slots=True)
class Step:
    """One analyzer in this run. `config` is everything that changes its results."""

    info: AnalyzerInfo
    options: Mapping[str, Any]
    config: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.info.name

    def looks_at(self, kind: MediaKind) -> bool:
        return bool(SEEN_AS[kind] & self.info.accepts)


def make_steps(
    backend: Backend, settings: RunSettings, of_case: Mapping[str, Mapping[str, Any]] | None = None
) -> tuple[Step, ...]:
    """The steps for the analyzers that were asked for. `of_case`: options that the case itself gives (its gallery).
    Raises `UsageError` for a name nobody knows."""
    known = {info.name: info for info in backend.describe()}
    unknown = [name for name in settings.analyzers if name not in known]
    if unknown:
        raise UsageError(f"There is no analyzer {_listed(unknown)}.", f"Known: {_listed(known)}.")
    steps = tuple(
        step_for(known[name], settings, (of_case or {}).get(name, {})) for name in dict.fromkeys(settings.analyzers)
    )
    for step in steps:  # a value that cannot be used is said now, not by every file
        if not step.info.missing:
            backend.analyze(step.name, [], step.options, Control())
    return steps


def step_for(info: AnalyzerInfo, settings: RunSettings, of_case: Mapping[str, Any]) -> Step:
    """The step of one analyzer, whether it is among those that were asked for or not. Asks no backend, so the desk can
    tell beforehand under which config results would be kept. Raises `UsageError` for options nobody knows."""
    given = dict(settings.options.get(info.name, {}))
    odd = set(given) - set(info.options)
    if odd:
        raise UsageError(f"{info.name} has no option {_listed(odd)}.", f"Known: {_listed(info.options)}.")
    given |= {fact.name: normal(fact, given[fact.name]) for fact in info.facts if fact.name in given}
    options = {**info.options, **of_case, **given}
    info = _chosen(info, options)
    keyed = {name: value for name, value in options.items() if name not in info.unkeyed}
    config = {
        "analyzer": info.name,
        "version": info.version,
        "models": {model.name: model.sha256 for model in info.models},
        "options": keyed,
        "settings": dict(info.settings),
        "sampling": _sampling(settings.sampling, info),
        "precision": settings.precision,
    }
    if info.missing:
        config["missing"] = info.missing  # with the pack installed it is another config, and the work is done then
    return Step(info, options, config)


def _chosen(info: AnalyzerInfo, options: Mapping[str, Any]) -> AnalyzerInfo:
    """The analyzer as its options choose its models, so that the config and the report name those."""
    if not info.choice:
        return info
    value = str(options[info.choice])
    if value not in info.choices:
        raise UsageError(
            f"{info.name} cannot use {info.choice} = {value} here.", f"There are: {_listed(info.choices)}."
        )
    return info.choices[value]


def _sampling(policy: SamplingPolicy, info: AnalyzerInfo) -> dict[str, Any]:
    """How pictures are chosen is nothing to who only listens, and how sound is cut nothing to who only looks."""
    values = policy.model_dump()
    heard = {name: values.pop(name) for name in ("sound_seconds",)}
    seen = values if info.accepts - {SampleKind.SOUND} else {}
    return seen | (heard if SampleKind.SOUND in info.accepts else {})


def policy_hash(policy: SamplingPolicy) -> str:
    return config_hash(policy.model_dump())


def versions() -> dict[str, str]:
    """What this run was made with, for the run's record and the report."""
    found = {"python": sys.version.split()[0], "system": platform.platform(), "machine": platform.machine()}
    for library in ("asservat", *LIBRARIES):
        try:
            found[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
