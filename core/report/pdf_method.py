"""How it was done: software, analyzers, models, settings; and the chain of custody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import zip_longest
from typing import Any

from reportlab.platypus import Flowable, Spacer

from core.report.content import CalibrationFacts, ConfigFacts, ReportSource
from core.report.pdf_parts import Column, Parts, Story
from core.report.pdf_text import EvidenceText
from core.report.texts import Texts

__all__ = ["analyzer_title", "calibration_line", "custody", "method"]

_TITLE = 60
_MODEL_ROOM = 130.0  # a heading and the first model, which stays in one piece
_NARROW_NAME, _NARROW_VALUE = 34, 22  # characters that fit half a line


def method(parts: Parts, source: ReportSource) -> Story:
    story = [
        *parts.heading("method"),
        parts.text("method.intro"),
        parts.text("method.threshold"),
        *_software(parts, source),
    ]
    newest = {one.config for one in source.coverage() if one.newest}
    for one in source.configs():
        story += _analyzer(parts, one, older=one.hash not in newest)
    if not source.configs():
        story.append(parts.text("processing.no_runs"))
    return story


def analyzer_title(parts: Parts, name: str, info: Mapping[str, Any] | None = None) -> str:
    """In the report's language where the words know it, else as the analyzer calls itself."""
    key = f"analyzer.{name}"
    title = parts.words(key) if parts.words.knows(key) else str((info or {}).get("title") or name)
    return title if len(title) <= _TITLE else title[: _TITLE - 1] + "…"


def _software(parts: Parts, source: ReportSource) -> Story:
    words = parts.words
    rows: list[list[Any]] = [[words("method.report"), parts.plan.software, ""]]
    for run in source.runs():
        rows += [[name, version, str(run.id)] for name, version in _flat(run.versions)]
    merged: dict[tuple[str, str], list[str]] = {}
    for name, version, run_id in rows:
        merged.setdefault((name, version), []).append(run_id)
    columns = [
        Column(words("method.component"), 0.34),
        Column(words("method.version"), 0.46),
        Column(words("custody.run"), 0.20),
    ]
    cells = [[name, version, ", ".join(filter(None, runs)) or "–"] for (name, version), runs in merged.items()]
    return [*parts.subheading(words("method.software")), parts.grid(columns, cells)]


def _analyzer(parts: Parts, one: ConfigFacts, *, older: bool) -> Story:
    words, info = parts.words, one.info
    title = analyzer_title(parts, one.analyzer, info)
    if older:
        title = f"{title} – {words('method.older')}"
    runs = ", ".join(map(str, one.runs)) or "–"
    story: Story = [
        *parts.subheading(title),
        parts.facts(
            [
                (words("processing.analyzer"), f"{one.analyzer} {info.get('version', '')}".strip()),
                (words("method.config"), parts.foreign(one.hash, "mono")),
                (words("method.runs"), runs),
                *([] if one.config.get("missing") else _calibration(parts, one.calibration)),
            ]
        ),
    ]
    missing = str(one.config.get("missing") or "")
    if missing:  # what it would have used was not there: naming models would read as if they had looked
        return [*story, parts.alarm(parts.sentence("method.not_run")), parts.foreign(missing, "small"), Spacer(0, 6)]
    if one.hash in parts.fast:
        story.append(parts.alarm(parts.sentence("method.fast")))
    story += [
        *parts.subheading(words("method.models"), "h3", room=_MODEL_ROOM),
        *_models(parts, info.get("models") or []),
    ]
    settings = _changing(one)
    if settings:
        story += [*parts.subheading(words("method.settings"), "h3"), *_settings(parts, settings)]
    return story


def _calibration(parts: Parts, found: CalibrationFacts | None) -> list[tuple[str, Flowable]]:
    """What the thresholds were measured on, and what each of them does (95 % Wilson intervals); or that nobody did."""
    if found is None:
        return [(parts.words("method.calibration"), parts.text("method.uncalibrated", "cell"))]
    return [(parts.words("method.calibration"), parts.foreign(calibration_line(parts.words, found)))]


def calibration_line(words: Texts, found: CalibrationFacts) -> str:
    """In the language of the report; what the examiner wrote about the pictures stays as it is."""
    counted = found.data.get("pictures", {})
    said = [
        words(
            "calibration.on",
            on=str(found.data.get("on", "")),
            positive=int(counted.get("positive", 0)),
            negative=int(counted.get("negative", 0)),
            day=found.at[:10],
            number=str(found.number),
        )
    ]
    for label, bands in found.data.get("groups", {}).items():
        shown = words("calibration.all") if label == "*" else words.named("label", label)
        said += [_threshold(words, shown, words.named("band", band), one) for band, one in bands.items()]
    if not found.data.get("enough", True):
        said.append(words("calibration.few"))
    return "; ".join(said)


def _threshold(words: Texts, label: str, band: str, one: Mapping[str, Any]) -> str:
    recall, false_alarms = _rate(words, one["recall"]), _rate(words, one["false_alarms"])
    if one["threshold"] is None:
        return words("calibration.none", label=label, band=band)
    from_score = words.decimal(one["threshold"], 3)
    return words("calibration.from", label=label, band=band, score=from_score, recall=recall, false_alarms=false_alarms)


def _rate(words: Texts, rate: Mapping[str, Any]) -> str:
    if rate["rate"] is None:
        return words("calibration.unknown")
    value, low, high = (words.decimal(rate[name], 3) for name in ("rate", "low", "high"))
    return words("calibration.rate", value=value, low=low, high=high, hits=int(rate["hits"]), total=int(rate["total"]))


def _settings(parts: Parts, settings: list[tuple[str, str]]) -> Story:
    """Short ones two beside each other, so that a dozen pages are not half empty; long ones below, over the width."""
    words = parts.words
    short = [one for one in settings if len(one[0]) <= _NARROW_NAME and len(one[1]) <= _NARROW_VALUE]
    long = [one for one in settings if one not in short]
    half = (len(short) + 1) // 2
    pairs = [(*left, *right) for left, right in zip_longest(short[:half], short[half:], fillvalue=("", ""))]
    name, value = words("method.setting"), words("method.value")
    narrow = [Column(name, 0.31), Column(value, 0.19), Column(name, 0.31), Column(value, 0.19)]
    wide = [Column(name, 0.36), Column(value, 0.64)]
    story: Story = []
    for columns, rows in ((narrow, pairs), (wide, long)):
        if rows:
            cells = [[EvidenceText(text, size=7.6, leading=10) for text in row] for row in rows]
            story += [parts.grid(columns, cells), Spacer(0, 4)]
    return story


def _models(parts: Parts, models: list[Mapping[str, Any]]) -> Story:
    words = parts.words
    if not models:
        return [parts.text("method.no_models", "small")]
    story: Story = []
    for model in models:
        name = " ".join(str(model.get(key, "")) for key in ("name", "version")).strip()
        role = str(model.get("role") or "")
        story.append(
            parts.facts(
                [
                    (words("method.model"), parts.foreign(f"{name} ({role})" if role else name, "cell_bold")),
                    ("SHA-256", parts.foreign(str(model.get("sha256", "–")), "mono")),
                    (words("method.size"), f"{words.number(int(model.get('bytes') or 0))} B"),
                    (words("method.licence"), str(model.get("licence") or words("unknown"))),
                    (words("method.origin"), str(model.get("source") or words("unknown"))),
                ]
            )
        )
        story.append(Spacer(0, 5))
    return story


def _changing(one: ConfigFacts) -> list[tuple[str, str]]:
    """What the configuration was hashed from, without the models (they have their own table)."""
    kept = {key: value for key, value in one.config.items() if key not in {"models", "analyzer"}}
    return _flat(kept)


def _flat(values: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    """Nested settings as `sampling.max_gap` → `2.0`, sorted by name."""
    found: list[tuple[str, str]] = []
    for key in sorted(values):
        value, name = values[key], f"{before}{key}"
        if isinstance(value, Mapping):
            found += _flat(value, f"{name}.")
        elif isinstance(value, list):
            found.append((name, ", ".join(map(str, value)) or "–"))
        elif isinstance(value, bool):
            found.append((name, "true" if value else "false"))
        else:
            found.append((name, "–" if value is None or value == "" else str(value)))
    return found


def custody(parts: Parts, source: ReportSource) -> Story:
    words, plan, case = parts.words, parts.plan, source.case()
    taken = [
        (f"{words('custody.sources')}: {words('sources.source', n=one.id)}", f"{words.moment(one.added)} UTC")
        for one in source.sources()
    ]
    story = [
        *parts.heading("custody"),
        parts.text("custody.intro"),
        parts.facts(
            [
                (words("custody.lines"), plan.audit_seq),
                (words("custody.head"), parts.foreign(plan.audit_sha256, "mono")),
                (
                    words("custody.case_created"),
                    f"{words.moment(case.created)} UTC" if case.created else words("unknown"),
                ),
                *taken,
                (words("custody.report_created"), f"{words.moment(plan.created.isoformat())} UTC"),
            ]
        ),
        *parts.subheading(words("custody.acts")),
        *_acts(parts, source),
        *parts.subheading(words("custody.runs")),
        *_runs(parts, source),
        *parts.subheading(words("custody.verify")),
        parts.text("custody.verify_text"),
        parts.text("custody.verify_limits"),
    ]
    if plan.fingerprint:
        story.append(parts.text("cover.signed", "small", fingerprint=plan.fingerprint))
    else:
        story.append(parts.alarm(parts.sentence("cover.unsigned")))
    return story


def _acts(parts: Parts, source: ReportSource) -> Story:
    words, found = parts.words, source.acts(parts.plan.audit_seq)
    if not found:
        return [parts.text("custody.no_acts", "small")]
    columns = [
        Column(words("custody.person"), 0.20),
        Column(words("custody.act"), 0.30),
        Column(words("processing.count"), 0.10, "number"),
        Column(words("custody.first"), 0.20),
        Column(words("custody.last"), 0.20),
    ]
    rows = [
        [one.actor, words.named("act", one.action), one.count, words.moment(one.first), words.moment(one.last)]
        for one in found[: parts.plan.rows]
    ]
    return [parts.grid(columns, rows)]


def _runs(parts: Parts, source: ReportSource) -> Story:
    words = parts.words
    found, configs = source.runs(), source.configs()
    if not found:
        return [parts.text("custody.no_runs", "small")]
    columns = [
        Column(words("custody.run"), 0.07),
        Column(words("custody.started"), 0.18),
        Column(words("custody.ended"), 0.18),
        Column(words("custody.state"), 0.13),
        Column(words("custody.duration"), 0.11, "number"),
        Column(words("custody.steps"), 0.20),
        Column(words("custody.backend"), 0.13),
    ]
    rows = [
        [
            str(run.id), words.moment(run.started), words.moment(run.ended), words.named("run", run.state),
            words.duration(run.seconds), ", ".join(sorted({one.analyzer for one in configs if run.id in one.runs})),
            ", ".join(_devices(one for one in configs if run.id in one.runs)) or run.backend,
        ]
        for run in found
    ]  # fmt: skip
    return [parts.grid(columns, rows)]


def _devices(configs: Iterable[ConfigFacts]) -> list[str]:
    """What the models of a run were computed on, as their settings have it."""
    found: set[str] = set()
    for one in configs:
        if not one.config.get("missing"):
            found |= {value for name, value in _changing(one) if name.rsplit(".", 1)[-1] == "device"}
    return sorted(found)
