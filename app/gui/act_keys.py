"""What deciding and seeing less can be asked for with: names, texts and keys of the actions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.gui import stack_showing
from app.gui.exposure import Exposure, Rung
from app.gui.going import go
from app.gui.item_menu import DIGITS, STRICTNESS, set_strictness, strictness_text
from app.gui.languages import spoken

if TYPE_CHECKING:
    from app.gui.acts import Acts
    from app.gui.context import Context
    from core.case.schemes import Scheme

__all__ = ["add_actions", "name_grades"]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Acts", text)


def add_actions(acts: Acts, context: Context) -> None:
    """Make all of them known to the window."""
    _add_grading(acts, context)
    _add_stacks(context)
    _add_deciding(acts, context)
    _add_seeing_less(context)


def name_grades(context: Context, scheme: Scheme) -> None:
    """Say in menus, palette and overlay what the digits mean in this case."""
    texts = {}
    for digit in DIGITS:
        grade = scheme.grade(digit)
        said = f"{digit} {grade.title(spoken())}" if grade is not None else digit
        texts[f"grade.{digit}"] = _tr("Grade {0}").format(said)
        texts[f"grade-stack.{digit}"] = _tr("Grade {0}: the whole stack of similar ones").format(said)
        texts[f"grade-folder.{digit}"] = _tr("Grade {0}: all of this folder in the list").format(said)
    context.actions.rename(texts)


def _add_grading(acts: Acts, context: Context) -> None:
    add = partial(context.actions.add, section=_tr("Grading"))
    for digit in DIGITS:
        add(f"grade.{digit}", _tr("Grade {0}").format(digit), digit, partial(acts.grade, digit))
        whole_stack = _tr("Grade {0}: the whole stack of similar ones").format(digit)
        add(f"grade-stack.{digit}", whole_stack, f"Alt+{digit}", partial(acts.grade_stack, digit))
        whole_folder = _tr("Grade {0}: all of this folder in the list").format(digit)
        add(f"grade-folder.{digit}", whole_folder, (), partial(acts.grade_folder, digit))
    add("grade.none", _tr("Take the grade away"), "Backspace", partial(acts.grade, ""))
    add("next", _tr("Next item that is not reviewed"), "N", partial(go, context, 1))
    add("previous", _tr("Previous item that is not reviewed"), "P", partial(go, context, -1))


def _add_stacks(context: Context) -> None:
    add = partial(context.actions.add, section=_tr("Similar pictures"))
    add("stack.similar", _tr("Near duplicates as one: on or off"), "Ctrl+G", partial(stack_showing.toggle, context))
    add("stack.open", _tr("Open or close this stack"), "E", partial(stack_showing.open_current, context))
    for bits in STRICTNESS:
        add(f"stack.within.{bits}", strictness_text(bits), (), partial(set_strictness, context, bits))


def _add_deciding(acts: Acts, context: Context) -> None:
    add = partial(context.actions.add, section=_tr("Deciding"))
    add("flag", _tr("Flag for a second look"), "F", acts.flag)
    add("tag", _tr("Tag"), "T", acts.ask_tag)
    add("note", _tr("Note, or bookmark at this time"), "M", acts.ask_note)
    add("undo", _tr("Undo"), "Ctrl+Z", acts.undo)
    add("redo", _tr("Redo"), ("Ctrl+Y", "Ctrl+Shift+Z"), acts.redo)


def _add_seeing_less(context: Context) -> None:
    add, exposure = partial(context.actions.add, section=_tr("Seeing less")), Exposure.of(context)
    add("blur", _tr("Blur: what is flagged, everything, nothing"), "B", exposure.next_blur)
    add("grey", _tr("Without colours"), "G", exposure.toggle_grey)
    add("preview.mute", _tr("Sound on or off"), "U", exposure.toggle_muted)
    add("see-more", _tr("See more (one rung up)"), "Alt+Up", partial(exposure.step, 1))
    add("see-less", _tr("See less (one rung down)"), "Alt+Down", partial(exposure.step, -1))
    for rung in Rung:
        text = _tr("Show at most: {0}").format(exposure.rung_text(rung))
        add(f"rung.{rung.name.lower()}", text, (), partial(exposure.set_ceiling, rung))
    add("reveal", _tr("Reveal while held; tapped: play"), "Space", None)
    add("hide-everything", _tr("Hide everything now"), "F9", exposure.toggle_hidden)
