"""The options of the steps in three scopes: this program, this case, the next run. A narrower scope wins.

*Program*: in the preferences. *Case*: in the case folder; what a run was started with becomes the default of the next.
*Run*: until a run takes it; then it stands in that run's own settings, and resuming uses those and nothing from here.
Below all of them is the preset, and below that what the analyzer does by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from PySide6.QtCore import QCoreApplication, QLocale, QObject, Qt, Signal

from app.gui.context import Context
from app.gui.languages import spoken
from app.gui.pages.wording import number
from app.gui.terms import analyzer_title
from core.case import saved
from core.case.case import Case
from core.options import AUTO, Flaw, OptionFact, Words, normal
from core.records import AnalyzerInfo
from core.setting_words import option_title, option_value

__all__ = [
    "Changes",
    "Scope",
    "StepOptions",
    "flaw_text",
    "in_words",
    "language_title",
    "options_text",
    "range_text",
    "value_text",
]

Scope = Literal["program", "case", "run"]
Changes = Mapping[str, Mapping[str, Any]]
"""Analyzer → option → value, where it is another one than below."""

SCOPES: tuple[Scope, ...] = ("program", "case", "run")
KEY = "step-options"


class StepOptions(QObject):
    """One per context (`StepOptions.of`). Values are kept as they were given; `flaws` tells which cannot be used."""

    changed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.setObjectName("step-options")
        self._context = context
        self._case: dict[str, dict[str, Any]] = {}
        self._run: dict[str, dict[str, Any]] = {}
        self._asked = False
        context.case_opened.connect(self._case_opened)
        context.case_closed.connect(self._case_closed)
        context.preferences.changed.connect(lambda name: self.changed.emit() if name == "step_options" else None)
        self._case_opened()

    @classmethod
    def of(cls, context: Context) -> StepOptions:
        for child in context.findChildren(cls, "step-options", Qt.FindChildOption.FindDirectChildrenOnly):
            return child
        return cls(context)

    # ------------------------------------------------------------------ asking

    def own(self, scope: Scope) -> Changes:
        """What this scope itself says."""
        if scope == "program":
            return self._context.preferences.values.step_options
        return self._case if scope == "case" else self._run

    def changes(self, scopes: Sequence[Scope] = SCOPES) -> dict[str, dict[str, Any]]:
        """What these scopes say together, the last one above all."""
        found: dict[str, dict[str, Any]] = {}
        for scope in scopes:
            for analyzer, values in self.own(scope).items():
                found.setdefault(analyzer, {}).update(values)
        return found

    def origin(self, analyzer: str, name: str, scopes: Sequence[Scope] = SCOPES) -> Scope | None:
        """The scope that decides about this option; None: the preset or the analyzer itself."""
        told = (scope for scope in reversed(scopes) if name in self.own(scope).get(analyzer, {}))
        return next(told, None)

    def flaws(self, info: AnalyzerInfo, scopes: Sequence[Scope] = SCOPES) -> dict[str, Flaw]:
        """Options of this analyzer whose value cannot be used."""
        given = self.changes(scopes).get(info.name, {})
        found = {fact.name: fact.flaw(given[fact.name]) for fact in info.facts if fact.name in given}
        return {name: flaw for name, flaw in found.items() if flaw is not None}

    # ------------------------------------------------------------------ changing

    def put(self, scope: Scope, analyzer: str, name: str, value: Any) -> None:
        """Say this value in this scope."""
        self._replace(scope, analyzer, {**self.own(scope).get(analyzer, {}), name: value})

    def choose(self, analyzer: str, name: str, value: Any, base: Any, scopes: Sequence[Scope] = SCOPES) -> None:
        """Want this value in the next run. Nothing is kept where it holds anyway (`base`: what the preset says), so
        that another preset is free to say something else."""
        below = self.changes([scope for scope in scopes if scope != "run"]).get(analyzer, {})
        if value == below.get(name, base):
            self.forget("run", analyzer, name)
        else:
            self.put("run", analyzer, name, value)

    def forget(self, scope: Scope, analyzer: str, name: str | None = None) -> None:
        """Say nothing about one option, or about all of a step, in this scope: what is below holds."""
        kept = {one: value for one, value in self.own(scope).get(analyzer, {}).items() if name not in (None, one)}
        self._replace(scope, analyzer, kept)

    def back_to_preset(
        self, info: AnalyzerInfo, preset: Mapping[str, Any], name: str | None = None, scopes: Sequence[Scope] = SCOPES
    ) -> None:
        """For the next run this option, or all of the step, is what the preset says, whatever case and program say."""
        below = self.changes([scope for scope in scopes if scope != "run"]).get(info.name, {})
        said = {one: preset.get(one, info.options[one]) for one in below if one in info.options}
        wanted = {one: value for one, value in said.items() if value != below[one]}
        if name is not None:
            kept = {one: value for one, value in self._run.get(info.name, {}).items() if one != name}
            wanted = kept | {one: value for one, value in wanted.items() if one == name}
        self._replace("run", info.name, wanted)

    def start_over(self) -> None:
        """What was chosen for the next run is not wanted after all."""
        if self._run:
            self._run = {}
            self.changed.emit()

    def taken(self, chosen: Changes) -> None:
        """A run has been started with `chosen`: it is the default of the case's next one."""
        program = self.own("program")
        wanted = {
            analyzer: {name: value for name, value in values.items() if program.get(analyzer, {}).get(name) != value}
            for analyzer, values in chosen.items()
        }
        self._run = {}
        self._store_case({analyzer: values for analyzer, values in wanted.items() if values})
        self.changed.emit()

    def _replace(self, scope: Scope, analyzer: str, values: Mapping[str, Any]) -> None:
        if values == self.own(scope).get(analyzer, {}):
            return
        others = {name: dict(one) for name, one in self.own(scope).items() if name != analyzer}
        made = others | ({analyzer: dict(values)} if values else {})
        if scope == "program":
            self._context.preferences.set(step_options=made)  # it says that it has changed
            return
        if scope == "case":
            self._store_case(made)
        else:
            self._run = made
        self.changed.emit()

    # ------------------------------------------------------------------ the case

    def _store_case(self, values: dict[str, dict[str, Any]]) -> None:
        if values != self._case and self._context.case is not None:
            self._context.act(lambda case: _keep(case, values))
        self._case, self._asked = values, False

    def _case_opened(self) -> None:
        self._asked = True
        self._context.query(lambda connection: saved.setting(connection, KEY, {}), self._case_told, key=KEY)

    def _case_told(self, values: Any) -> None:
        if not self._asked:
            return  # something was stored meanwhile, which this answer does not know
        self._case = {
            str(analyzer): dict(one)
            for analyzer, one in (values.items() if isinstance(values, dict) else ())
            if isinstance(one, dict)
        }
        self.changed.emit()

    def _case_closed(self) -> None:
        self._case, self._run = {}, {}
        self.changed.emit()


def _keep(case: Case, values: dict[str, dict[str, Any]]) -> None:
    saved.set_setting(case, KEY, values or None)


# ---------------------------------------------------------------------- in words


def _tr(text: str) -> str:
    return QCoreApplication.translate("StepOptions", text)


def in_words(words: Words) -> str:
    """In the language of the screen, else in English."""
    return words.get(spoken()) or words.get("en", "")


def value_text(fact: OptionFact, value: Any) -> str:
    """A value as the screen writes it."""
    match fact.kind:
        case "flag":
            return _tr("on") if value else _tr("off")
        case "number" | "whole" if isinstance(value, int | float):
            return plain_number(value)
        case "list":
            named = normal(fact, value)
            return _tr("auto") if named == AUTO else ", ".join(named) if isinstance(named, list) else str(value)
        case "choice":
            found = fact.value(str(value))
            said = in_words(found.label) if found is not None else ""
            return said or (language_title(str(value)) if fact.name == "language" else str(value))
    return str(value)


def plain_number(value: float) -> str:
    """With as many digits as it has, and the decimal mark of the language."""
    text = f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    whole, point, rest = text.partition(".")
    return number(float(f"{whole}.{rest}"), len(rest)) if point else text


def language_title(code: str) -> str:
    """`de (Deutsch)`: a language under its own name, which both who knows it and who does not can use."""
    locale = QLocale(code.partition("-")[0])
    known = locale.language() != QLocale.Language.C
    if locale.language() == QLocale.Language.English:
        return f"{code} (English)"  # Qt calls it American
    return f"{code} ({locale.nativeLanguageName()})" if known and locale.nativeLanguageName() else code


def flaw_text(fact: OptionFact, flaw: Flaw) -> str:
    """Why a value cannot be used and what would be possible, in one sentence."""
    match flaw.kind:
        case "number":
            return _tr("“{0}” is no number. {1}").format(flaw.subject, range_text(fact))
        case "whole":
            return _tr("“{0}” is no whole number. {1}").format(flaw.subject, range_text(fact))
        case "range":
            return _tr("{0} is out of range. {1}").format(value_text(fact, _as_number(flaw.subject)), range_text(fact))
        case "empty":
            return _tr("Name at least one, or write auto.")
        case "missing":
            return _tr("Not installed here: {0}. Choose another, or import it on the page “Models”.").format(
                flaw.subject
            )
    if fact.kind == "list":
        return _tr("Not known here: {0}. Write codes like de, ru, or choose from the list.").format(flaw.subject)
    return _tr("“{0}” is not possible here. Choose from the list.").format(flaw.subject)


def range_text(fact: OptionFact) -> str:
    """`0.01 to 1`, in words."""
    low, high = fact.least, fact.most
    least = None if low is None else value_text(fact, low)
    most = None if high is None else value_text(fact, high)
    if least is not None and most is not None:
        said = _tr("Between {0} and {1}.") if fact.open_least or fact.open_most else _tr("From {0} to {1}.")
        return said.format(least, most)
    if least is not None:
        return (_tr("More than {0}.") if fact.open_least else _tr("At least {0}.")).format(least)
    if most is not None:
        return (_tr("Less than {0}.") if fact.open_most else _tr("At most {0}.")).format(most)
    return ""


def options_text(options: Changes, infos: tuple[AnalyzerInfo, ...]) -> str:
    """The options of a run, `Text in pictures: Languages de, ru`; names as they are where nothing is known of them."""
    known = {info.name: {fact.name: fact for fact in info.facts} for info in infos}
    parts = []
    for analyzer, values in options.items():
        facts = known.get(analyzer, {})
        said = (
            f"{in_words(facts[name].label)} {value_text(facts[name], value)}"
            if name in facts
            else f"{option_title(analyzer, name, spoken())} {option_value(analyzer, name, value, spoken())}"
            for name, value in values.items()
        )
        parts.append(f"{analyzer_title(analyzer)}: {', '.join(said)}" if values else "")
    return "  ·  ".join(filter(None, parts))


def _as_number(text: str) -> Any:
    try:
        return float(text) if "." in text or "e" in text.lower() else int(text)
    except ValueError:
        return text
