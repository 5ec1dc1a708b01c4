"""Triage, standard, deep: three ways to run, and how long each will take on this computer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import QCoreApplication

from app.gui.pages.counting import Counts
from app.gui.pages.engine import Precision, speed_key
from core.options import normal
from core.records import AnalyzerInfo
from core.settings import DecodeLimits, Device, RunSettings, SamplingPolicy

__all__ = [
    "PRESETS",
    "WHOLE",
    "Preset",
    "PresetName",
    "duration",
    "estimate",
    "options_of",
    "preset_options",
    "run_settings",
    "speed_of",
]

WHOLE = "run"
"""Under which the options of a run as a whole stand beside those of its steps."""
PresetName = Literal["triage", "standard", "deep"]
FILM_BYTES_PER_SECOND = 1_000_000  # 8 Mbit/s: what phones and cameras write; a folder tells bytes, not seconds
UNSURE = (0.6, 1.7)  # films differ in length for their size, pictures in what there is to read


@dataclass(frozen=True, slots=True)
class Preset:
    """`analyzers` None: all that can run here. `gate` False: early exits are switched off where there are any."""

    name: PresetName
    analyzers: tuple[str, ...] | None
    precision: Precision
    sampling: SamplingPolicy
    gate: bool = True

    @property
    def title(self) -> str:
        match self.name:
            case "triage":
                return QCoreApplication.translate("Presets", "Triage")
            case "standard":
                return QCoreApplication.translate("Presets", "Standard")
            case "deep":
                return QCoreApplication.translate("Presets", "Deep")

    @property
    def text(self) -> str:
        match self.name:
            case "triage":
                return QCoreApplication.translate(
                    "Presets",
                    "A first look: indicators only, few pictures of each film, faster arithmetic."
                    " Every result is marked as triage.",
                )
            case "standard":
                return QCoreApplication.translate(
                    "Presets",
                    "All steps, exact arithmetic. Films: a picture at least every two seconds and at each change"
                    " of scene.",
                )
            case "deep":
                return QCoreApplication.translate(
                    "Presets",
                    "Like standard, but without early exits: text is looked for in every picture, and films are seen"
                    " twice as densely.",
                )


PRESETS: Mapping[PresetName, Preset] = {
    "triage": Preset(
        "triage",
        ("nsfw",),
        "fast",
        SamplingPolicy(max_gap=10.0, min_gap=4.0, scene_change=0.4, animation_frames=3, pages=8),
    ),
    "standard": Preset("standard", None, "strict", SamplingPolicy()),
    "deep": Preset(
        "deep",
        None,
        "strict",
        SamplingPolicy(max_gap=1.0, min_gap=0.5, scene_change=0.2, animation_frames=32, pages=512),
        gate=False,
    ),
}


def preset_options(preset: Preset, info: AnalyzerInfo) -> dict[str, Any]:
    """What this preset asks of an analyzer beside its defaults."""
    found: dict[str, Any] = {}
    if not preset.gate and "gate" in info.options:
        found["gate"] = False
    if preset.precision == "fast" and info.options.get("mode") == "evidential":
        found["mode"] = "triage"
    return found


def options_of(preset: Preset, info: AnalyzerInfo, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The options that this analyzer gets: the preset's and then the examiner's, as far as they differ from what it
    does by itself. An option that it does not have (any more) is left out."""
    facts = {fact.name: fact for fact in info.facts}
    given = preset_options(preset, info) | {name: value for name, value in changes.items() if name in info.options}
    spelt = {name: normal(facts[name], value) if name in facts else value for name, value in given.items()}
    return {name: value for name, value in spelt.items() if value != info.options[name]}


def run_settings(
    preset: Preset,
    analyzers: Sequence[AnalyzerInfo],
    chosen: Sequence[str] | None = None,
    workers: int = 0,
    changed: Mapping[str, float] = {},
    *,
    device: Device = "auto",
    options: Mapping[str, Mapping[str, Any]] = {},
) -> RunSettings:
    """What a run with this preset is given. `chosen`: the examiner's own choice of steps; `workers` 0: all cores;
    `changed`: `Values.run_options`; `options`: the examiner's own, by step, and under `WHOLE` those of the run."""
    wanted = chosen if chosen is not None else preset.analyzers
    infos = [info for info in analyzers if wanted is None or info.name in wanted]
    given = {info.name: options_of(preset, info, options.get(info.name, {})) for info in infos}
    values: dict[str, Any] = {
        "analyzers": tuple(info.name for info in infos),
        "options": {name: one for name, one in given.items() if one},
        "precision": options.get(WHOLE, {}).get("precision", preset.precision),
        "device": options.get(WHOLE, {}).get("device", device),
        "sampling": preset.sampling.model_copy(update=_part(changed, "sampling")),
        "limits": DecodeLimits(**_part(changed, "limits")),
    }
    if workers:
        values["workers"] = workers
    return RunSettings.model_validate(values)


def _part(changed: Mapping[str, float], part: str) -> dict[str, Any]:
    """Fields of one part; whole numbers stay whole."""
    found = {key.partition(".")[2]: value for key, value in changed.items() if key.startswith(f"{part}.")}
    return {key: int(value) if float(value).is_integer() else value for key, value in found.items()}


def speed_of(name: str, settings: RunSettings, speeds: Mapping[str, float]) -> float | None:
    """The best that is known of a step's speed: with these options, with its own, with exact arithmetic."""
    keys = (
        speed_key(name, settings.precision, settings.options.get(name, {})),
        speed_key(name, settings.precision),
        speed_key(name, "strict"),
    )
    return next((speeds[key] for key in keys if key in speeds), None)


_LISTEN = frozenset({"speech"})  # these look at no picture: their samples are stretches of sound


def estimate(
    settings: RunSettings, counts: Counts, speeds: Mapping[str, float], shares: Mapping[str, float] = {}
) -> tuple[float, float] | None:
    """Seconds, low and high, for material like this at speeds measured here; None while a speed is not known. Where the
    options were not measured, the speed with the analyzer's own counts. `shares`: by step, the part of the material
    that it has not looked at yet under these settings."""
    gap = (settings.sampling.max_gap + settings.sampling.min_gap) / 2
    film_seconds = counts.film_bytes / FILM_BYTES_PER_SECOND
    pictures, stretches = counts.pictures + film_seconds / gap, film_seconds / settings.sampling.sound_seconds
    seconds = 0.0
    for name in settings.analyzers:
        speed = speed_of(name, settings, speeds)
        if speed is None:
            return None
        seconds += (stretches if name in _LISTEN else pictures) * speed * shares.get(name, 1.0)
    return (seconds * UNSURE[0], seconds * UNSURE[1]) if settings.analyzers else None


def duration(seconds: float) -> str:
    """`40 s`, `12 min`, `3 h 20 min`, `2 d 4 h`: as exact as anybody needs it."""
    whole = max(1, round(seconds))
    minutes = round(whole / 60)
    if whole < 90:
        said = QCoreApplication.translate("Presets", "{0} s")
        return said.format(whole)
    if minutes < 90:
        return QCoreApplication.translate("Presets", "{0} min").format(minutes)
    hours = minutes // 60
    if hours < 48:
        return QCoreApplication.translate("Presets", "{0} h {1} min").format(hours, minutes % 60 // 5 * 5)
    return QCoreApplication.translate("Presets", "{0} d {1} h").format(hours // 24, hours % 24)
