"""Numbers that must add up: what was listed, read and analysed; what was looked for and not found; what failed."""

from __future__ import annotations

from typing import Any

from reportlab.platypus import Spacer

from core.records import State
from core.report.content import Category, Coverage, ReportSource
from core.report.pdf_method import analyzer_title
from core.report.pdf_parts import Column, Parts, Story
from core.report.pdf_style import QUIET
from core.report.pdf_text import EvidenceText
from core.sentences import told

__all__ = ["complete", "coverage", "group_position", "negative", "processing"]

_COPY_STATES = ("read", "unreadable", "vanished", "changed", "link", "special")
_STATES = tuple(state.value for state in State)
_LOOKED = (State.DONE.value, State.PARTIAL.value)


def complete(source: ReportSource) -> bool:
    """Everything listed, everything with an outcome, all counts adding up."""
    sources, totals, covered = source.sources(), source.totals(), source.coverage()
    return (
        all(one.listed is not None for one in sources)
        and sum(one.copies for one in sources) == sum(sum(one.states.values()) + one.superseded for one in sources)
        and totals.referenced == totals.contents
        and bool(covered)
        and not any(one.open for one in covered if one.newest)
    )


def processing(parts: Parts, source: ReportSource) -> Story:
    return [
        *parts.heading("processing"),
        *_files(parts, source),
        *_contents(parts, source),
        *_analyzers(parts, source),
        *_differences(parts, source),
    ]


def _files(parts: Parts, source: ReportSource) -> Story:
    words, found = parts.words, source.sources()
    states = sorted({*_COPY_STATES, *(state for one in found for state in one.states)}, key=_position)
    columns = [
        Column(words("processing.state"), 0.46),
        *(Column(words("sources.source", n=one.id), 0.18, "number") for one in found[:4] if len(found) > 1),
        Column(words("processing.total"), 0.18, "number"),
    ]
    rows: list[list[Any]] = []
    for state in states:
        counts = [one.states.get(state, 0) for one in found]
        rows.append([words.named("copy", state), *(counts[:4] if len(found) > 1 else []), sum(counts)])
    older = sum(one.superseded for one in found)
    sums = [sum(one.states.values()) for one in found]
    rows.append([words("processing.total"), *(sums[:4] if len(found) > 1 else []), sum(sums)])
    story: Story = [*parts.subheading(words("processing.files")), parts.grid(columns, rows, total=True)]
    listed, counted = sum(one.copies for one in found), sum(sums) + older
    if any(one.listed is None for one in found):
        story.append(parts.alarm(parts.sentence("processing.unlisted")))
    elif listed == counted:
        story.append(parts.calm(parts.sentence("processing.check_files", sum=counted, listed=listed)))
    else:
        story.append(parts.alarm(parts.sentence("processing.check_files_bad", sum=counted, listed=listed)))
    if older:
        story.append(parts.text("processing.superseded", "small", n=older))
    return story


def _position(state: str) -> tuple[int, str]:
    return (_COPY_STATES.index(state) if state in _COPY_STATES else len(_COPY_STATES), state)


def _contents(parts: Parts, source: ReportSource) -> Story:
    words, totals = parts.words, source.totals()
    columns = [
        Column(words("processing.kind"), 0.46),
        Column(words("processing.count"), 0.2, "number"),
        Column(words("method.size"), 0.2, "number"),
    ]
    rows: list[list[Any]] = [
        [words.named("kind", kind.kind), kind.contents, words.size(kind.bytes)] for kind in totals.kinds
    ]
    rows.append([words("processing.total"), totals.contents, words.size(totals.bytes)])
    story: Story = [
        *parts.subheading(words("processing.contents")),
        parts.text(
            "processing.contents_text",
            copies=totals.read_copies,
            contents=totals.contents,
            bytes=words.size(totals.bytes),
            duplicates=totals.read_copies - totals.referenced,
        ),
        parts.grid(columns, rows, total=True),
    ]
    if totals.referenced != totals.contents:
        sentence = parts.sentence("processing.contents_bad", contents=totals.contents, referenced=totals.referenced)
        story.append(parts.alarm(sentence))
    if totals.mismatches:
        story.append(parts.foreign(words.counted("processing.mismatches", totals.mismatches), "small"))
    return story


def _analyzers(parts: Parts, source: ReportSource) -> Story:
    words, found, contents = parts.words, source.coverage(), source.totals().contents
    story: Story = [*parts.subheading(words("processing.analyzers"))]
    if not found:
        return [*story, parts.text("processing.no_runs")]
    columns = [
        Column(words("processing.analyzer"), 0.2),
        *(Column(words(f"state.{state}"), 0.112, "number") for state in _STATES),
        Column(words("processing.open"), 0.07, "number"),
        Column(words("processing.sum"), 0.09, "number"),
    ]
    titles = {one.hash: analyzer_title(parts, one.analyzer, one.info) for one in source.configs()}
    rows = [
        [
            titles.get(one.config, one.analyzer) + ("" if one.newest else " *"),
            *(one.states.get(state, 0) for state in _STATES),
            one.open,
            sum(one.states.values()) + one.open,
        ]
        for one in found
    ]
    story += [parts.grid(columns, rows, dense=True), Spacer(0, 3)]
    if not all(one.newest for one in found):
        story.append(parts.text("processing.older", "small"))
    missing = [one for one in found if one.newest and one.open]
    unknown = [one for one in found if set(one.states) - set(_STATES)]
    if missing or unknown:
        items = "; ".join(
            words("processing.open_item", analyzer=titles.get(one.config, one.analyzer), n=one.open, contents=contents)
            for one in (*missing, *unknown)
        )
        story.append(parts.alarm(parts.sentence("processing.check_outcomes_bad", list=items)))
    else:
        story.append(parts.calm(parts.sentence("processing.check_outcomes", contents=contents)))
    return [*story, parts.text("processing.words", "small")]


def _differences(parts: Parts, source: ReportSource) -> Story:
    """What an earlier configuration found and the newest one did not, and the reverse; nothing where there is one."""
    if not parts.earlier:
        return []
    words, found = parts.words, source.differences(parts.plan.selection)
    titles = {one.hash: f"{analyzer_title(parts, one.analyzer, one.info)} {one.hash[:8]}" for one in source.configs()}
    story = [*parts.subheading(words("processing.differences")), parts.text("processing.differences_text")]
    if not found:
        return [*story, parts.text("processing.differences_none", "small")]
    columns = [
        Column(words("processing.earlier"), 0.28),
        Column(words("findings.label"), 0.30),
        Column(words("processing.both"), 0.14, "number"),
        Column(words("processing.only_earlier"), 0.14, "number"),
        Column(words("processing.only_newest"), 0.14, "number"),
    ]
    rows = [[titles[one.config], words.named("label", one.label), one.both, one.earlier, one.newest] for one in found]
    return [*story, parts.grid(columns, rows)]


# -- negative results ----------------------------------------------------------------------------------------------


def negative(parts: Parts, source: ReportSource, categories: list[Category]) -> Story:
    words = parts.words
    story = [*parts.heading("negative"), parts.text("negative.intro", "body", **parts.sections("limits"))]
    if not parts.plan.selection.everything:
        story.append(parts.text("negative.filtered"))
    infos = {one.hash: one.info for one in source.configs()}
    newest = list(source.categories(parts.plan.selection, newest=True)) if parts.earlier else categories
    rows: list[list[Any]] = []
    sentences: Story = []
    for one in source.coverage():
        if not one.newest:
            continue
        done, partial = (one.states.get(state, 0) for state in _LOOKED)
        not_looked = sum(count for state, count in one.states.items() if state not in _LOOKED) + one.open
        info = infos.get(one.config, {})
        for title, contents in _looked_for(parts, one, info, newest):
            rows.append([title, contents, max(0, done + partial - contents), partial, not_looked])
            if contents == 0:
                values = {"looked": done + partial, "partial": partial, "not": not_looked}
                sentences.append(parts.text("negative.sentence", "body", category=title, **values))
    if not rows:
        return [*story, parts.quiet_empty() if source.coverage() else parts.alarm(parts.sentence("findings.not_run"))]
    columns = [
        Column(words("negative.category"), 0.40),
        Column(words("negative.with"), 0.15, "number"),
        Column(words("negative.without"), 0.15, "number"),
        Column(words("negative.partial"), 0.15, "number"),
        Column(words("negative.not"), 0.15, "number"),
    ]
    if parts.earlier:
        story.append(parts.text("negative.newest", "body", **parts.sections("processing")))
    return [*story, parts.grid(columns, rows), Spacer(0, 4), *sentences, *_early(parts, source)]


def _early(parts: Parts, source: ReportSource) -> Story:
    """Looked at, but cut short: whoever reads "none" must know. Loud where that is all that was done."""
    looked = {
        one.analyzer: sum(one.states.get(state, 0) for state in _LOOKED) for one in source.coverage() if one.newest
    }
    story: Story = []
    for one in source.reasons():
        if one.state != State.DONE.value:
            continue
        told_of = told(one.reason, parts.words.language)
        values: dict[str, str | int] = {
            "analyzer": analyzer_title(parts, one.analyzer),
            "n": one.contents,
            "reason": told_of.text.rstrip("."),
            **parts.sections("coverage"),
        }
        if one.contents == looked.get(one.analyzer):
            story.append(parts.alarm(parts.sentence("negative.early_all", **values)))
        else:
            story.append(parts.text("negative.early", "body", **values))
    return story


def _looked_for(parts: Parts, one: Coverage, info: Any, categories: list[Category]) -> list[tuple[str, int]]:
    """What this analyzer could have found, and in how many contents it did: its groups, or simply anything; nothing
    for one that finds nothing by itself, because "none found" would then read as a result."""
    words = parts.words
    if "labels" in info and not info["labels"]:
        return []
    chosen = parts.plan.selection
    if chosen.analyzers is not None and one.analyzer not in chosen.analyzers:
        return []
    found = {category.group: category.contents for category in categories if category.analyzer == one.analyzer}
    declared = [group for group in dict.fromkeys((info.get("groups") or {}).values()) if group]
    groups = sorted({*declared, *(group for group in found if group)}, key=group_position)
    if chosen.groups is not None:
        groups = [group for group in groups if group in chosen.groups]
    if groups:
        return [(words.named("group", group), found.get(group, 0)) for group in groups]
    title = analyzer_title(parts, one.analyzer, info)
    return [(words("negative.any", analyzer=title), sum(found.values()))]


def group_position(group: str) -> tuple[int, str]:
    known = ("explicit", "nude", "suggestive", "restraint", "context")
    return (known.index(group) if group in known else len(known) - 1, group)


# -- coverage and problems -----------------------------------------------------------------------------------------


def coverage(parts: Parts, source: ReportSource) -> Story:
    return [
        *parts.heading("coverage"),
        parts.text("coverage.intro"),
        *parts.subheading(parts.words("coverage.reasons")),
        *_reasons(parts, source),
        *parts.subheading(parts.words("coverage.excluded")),
        *_excluded(parts, source),
        *parts.subheading(parts.words("coverage.problems")),
        *_problems(parts, source),
    ]


def _reasons(parts: Parts, source: ReportSource) -> Story:
    words, found = parts.words, source.reasons()
    if not found:
        complete = source.coverage() and not any(one.open for one in source.coverage() if one.newest)
        return [parts.text("coverage.complete")] if complete else [parts.quiet_empty()]
    columns = [
        Column(words("processing.analyzer"), 0.22),
        Column(words("coverage.outcome"), 0.17),
        Column(words("coverage.reason"), 0.47),
        Column(words("coverage.number"), 0.12, "number"),
    ]
    rows = [
        [
            analyzer_title(parts, one.analyzer),
            words.named("state", one.state),
            said(parts, one.code, one.reason, one.contents),
            one.contents,
        ]
        for one in found
    ]
    return [parts.grid(columns, rows)]


def _excluded(parts: Parts, source: ReportSource) -> Story:
    """What a person took out, because nothing may be left out silently."""
    words, found, limit = parts.words, source.exclusions(), parts.plan.rows
    if not found:
        return [parts.text("coverage.excluded_none")]
    story: Story = [parts.text("coverage.excluded_text", "body", n=len(found))]
    if len(found) > limit:
        story.append(parts.text("coverage.excluded_showing", "small", shown=limit, n=len(found)))
    columns = [
        Column(words("coverage.file"), 0.40),
        Column(words("coverage.reason"), 0.28),
        Column(words("decisions.by"), 0.14),
        Column(words("decisions.at"), 0.18),
    ]
    rows = [[parts.place(one.place), EvidenceText(one.value), one.actor, words.moment(one.at)] for one in found[:limit]]
    return [*story, parts.grid(columns, rows)]


def said(parts: Parts, code: str, message: str, count: int = 1) -> Any:
    """What was recorded, in the report's language. A recorded sentence has the numbers of one file, so it stands where
    it is said of that one alone (and its technical detail below it); else the sentence for its code."""
    words, key, found = parts.words, f"code.{code}", told(message, parts.words.language)
    exact = count == 1 and bool(message) and (found.known or words.language == "en")
    text = found.text if exact or not words.knows(key) else words(key)
    line = EvidenceText(f"{text} [{code}]" if code else text or "–")
    if not exact or not found.detail:
        return line
    detail = f"{words('coverage.detail')}: {found.detail}"
    return [line, EvidenceText(detail, font="Asservat-Mono", size=5.8, leading=8.2, color=QUIET)]


def _problems(parts: Parts, source: ReportSource) -> Story:
    words, counts = parts.words, source.problem_counts()
    if not counts:
        return [parts.text("coverage.no_problems")]
    columns = [
        Column(words("coverage.stage"), 0.17),
        Column(words("coverage.message"), 0.69),
        Column(words("coverage.number"), 0.12, "number"),
    ]
    rows: list[list[Any]] = [
        [stage(parts, one.stage), said(parts, one.code, one.message, one.count), one.count] for one in counts
    ]
    total, limit = sum(one.count for one in counts), parts.plan.rows
    story: Story = [parts.grid(columns, rows), *parts.subheading(words("coverage.single"), "h3")]
    if total > limit:
        story.append(parts.text("coverage.showing", "small", shown=limit, n=total))
    single = [
        [stage(parts, one.stage), parts.place(one.place), said(parts, one.code, one.message)]
        for one in source.problems(limit)
    ]
    columns = [
        Column(words("coverage.stage"), 0.15),
        Column(words("coverage.file"), 0.45),
        Column(words("coverage.message"), 0.40),
    ]
    return [*story, parts.grid(columns, single)]


def stage(parts: Parts, name: str) -> str:
    return parts.words(f"stage.{name}") if parts.words.knows(f"stage.{name}") else analyzer_title(parts, name)
