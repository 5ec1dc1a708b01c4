"""Every action of the desk with its keys: one registry for menus, tooltips, the overlay (F1), palette and editor.

Keys must work on a German keyboard: Ctrl+Alt is AltGr there, `/ [ ] \\ { } ~ |` need Shift or AltGr, and Shift+digit is
another character on every layout. Letters without Ctrl act only where no text is being typed; text fields see to that
themselves, because they claim such keys before a shortcut does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import shiboken6
from PySide6.QtCore import QCoreApplication, QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.gui.preferences import Preferences

__all__ = ["Actions", "Conflict", "Entry", "fragile", "native"]

AWKWARD = frozenset("/[]\\{}~|@")
"""Keys that need Shift or AltGr on QWERTZ."""


class Conflict(ValueError):
    """These keys cannot be given to this action. Its text is a sentence for the examiner."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One action as lists show it. `section` groups ("Grading"); `held`: the key is held, its view listens itself."""

    id: str
    text: str
    section: str
    keys: tuple[str, ...]
    defaults: tuple[str, ...]
    scope: QWidget | None
    action: QAction
    held: bool

    @property
    def changed(self) -> bool:
        return self.keys != self.defaults


@cache
def portable(keys: str) -> str:
    """The one spelling of keys: `ctrl+f` → `Ctrl+F`."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText)


def native(keys: str) -> str:
    """Keys as this system and language write them: `Strg+F`."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def fragile(keys: str) -> str:
    """Why keys do not work on every keyboard (a sentence), or ""."""
    sequence = QKeySequence(keys)
    for position in range(sequence.count()):
        combination: QKeyCombination = sequence[position]  # type: ignore[index] # PySide's stubs lack it
        modifiers, key = combination.keyboardModifiers(), combination.key()
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if modifiers & both == both:
            return QCoreApplication.translate("Shortcuts", "Ctrl+Alt is AltGr on German keyboards.")
        if modifiers & Qt.KeyboardModifier.ShiftModifier and Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
            return QCoreApplication.translate("Shortcuts", "Shift with a digit types another character.")
        if 0x20 < key.value < 0x7F and chr(key.value) in AWKWARD:
            return QCoreApplication.translate("Shortcuts", "This key needs Shift or AltGr on German keyboards.")
    return ""


class Actions(QObject):
    """All actions of one window. Views add theirs; what the examiner changed comes from the preferences."""

    changed = Signal()
    """Something was added, removed or got other keys."""

    def __init__(self, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._entries: dict[str, Entry] = {}
        self._window: QWidget | None = None
        preferences.changed.connect(self._preference_changed)

    def attach(self, window: QWidget) -> None:
        """Make actions without a scope work anywhere in this window."""
        self._window = window
        for entry in self._entries.values():
            if entry.scope is None and not entry.held:
                window.addAction(entry.action)

    # ------------------------------------------------------------------ adding

    def add(
        self,
        id: str,
        text: str,
        keys: str | Sequence[str] = (),
        slot: Callable[[], object] | None = None,
        scope: QWidget | None = None,
        *,
        section: str = "",
        checkable: bool = False,
        repeat: bool = False,
    ) -> QAction:
        """Register an action and return it, ready for a menu or a tool button.

        `id` is stable (`grade.3`), `text` translated, `keys` one or several in portable spelling, the first being the
        one that is shown. `scope`: the keys work inside this widget only; None: anywhere in the window. Without a
        `slot` the action is listed, but its view listens to the key itself (keys that are held: `matches` helps).
        `repeat`: holding the key repeats it. Adding an id again replaces it. Raises `ValueError` for default keys that
        clash with another action's or that work on no German keyboard: that is a mistake in the program.
        """
        defaults = tuple(portable(one) for one in ((keys,) if isinstance(keys, str) else keys) if one)
        if defaults and all(fragile(one) for one in defaults):
            raise ValueError(f"{id}: {defaults[0]} cannot be the only keys. {fragile(defaults[0])}")
        self.remove(id)
        for one in defaults:
            other = self._holder(one, scope, but=id, default=True)
            if other is not None:
                raise ValueError(f"{id}: {one} belongs to {other.id} already")
        action = QAction(text, scope or self)
        action.setObjectName(id)
        action.setCheckable(checkable)
        action.setAutoRepeat(repeat)
        context = Qt.ShortcutContext
        action.setShortcutContext(context.WidgetWithChildrenShortcut if scope else context.WindowShortcut)
        if slot is not None:
            action.triggered.connect(lambda _checked=False: slot())
            owner = scope or self._window
            if owner is not None:
                owner.addAction(action)
        entry = Entry(id, text, section, (), defaults, scope, action, held=slot is None)
        self._put(entry, self._wanted(id, defaults, scope))
        if scope is not None:
            scope.destroyed.connect(lambda: self._forget(id, action))
        self.changed.emit()
        return action

    def remove(self, id: str) -> None:
        entry = self._entries.pop(id, None)
        if entry is None:
            return
        if shiboken6.isValid(entry.action):
            entry.action.setShortcuts([])
            entry.action.deleteLater()
        self.changed.emit()

    def _forget(self, id: str, action: QAction) -> None:
        """The widget of an action is gone; another may have taken the id meanwhile."""
        if shiboken6.isValid(self) and id in self._entries and self._entries[id].action is action:
            del self._entries[id]
            self.changed.emit()

    # ------------------------------------------------------------------ asking

    def __contains__(self, id: object) -> bool:
        return id in self._entries

    def rename(self, texts: Mapping[str, str]) -> None:
        """Other texts for actions (id → text); their keys stay. Ids that nobody has added are left out."""
        for id, text in texts.items():
            entry = self._entries.get(id)
            if entry is not None and entry.text != text:
                entry.action.setText(text)
                self._put(replace(entry, text=text), entry.keys)
        self.changed.emit()

    def __getitem__(self, id: str) -> QAction:
        return self._entries[id].action

    def entries(self) -> list[Entry]:
        """All actions in the order in which they were added, sections kept together."""
        sections = list(dict.fromkeys(entry.section for entry in self._entries.values()))
        return sorted(self._entries.values(), key=lambda entry: sections.index(entry.section))

    def keys(self, id: str) -> tuple[str, ...]:
        """The keys in force, portable spelling; () when there are none or no such action."""
        return self._entries[id].keys if id in self._entries else ()

    def matches(self, id: str, combination: QKeyCombination) -> bool:
        """Whether a key event (`event.keyCombination()`) is one of the action's keys."""
        pressed = QKeySequence(combination)
        return any(QKeySequence(one) == pressed for one in self.keys(id))

    def tooltip(self, id: str) -> str:
        """`Search (Ctrl+F)`, in the words of this system."""
        entry = self._entries.get(id)
        if entry is None:
            return ""
        return f"{entry.text} ({native(entry.keys[0])})" if entry.keys else entry.text

    def explain(self, widget: QWidget, id: str) -> None:
        """Give a widget the tooltip of an action and, where it has none, its accessible name; both follow the keys."""
        if not widget.accessibleName() and id in self._entries:
            widget.setAccessibleName(self._entries[id].text.replace("&", ""))
        widget.setProperty("action", id)
        widget.setToolTip(self.tooltip(id))

        def follow() -> None:
            if shiboken6.isValid(widget):
                widget.setToolTip(self.tooltip(id))
            else:
                self.changed.disconnect(follow)

        self.changed.connect(follow)

    # ------------------------------------------------------------------ changing

    def assign(self, id: str, keys: Sequence[str]) -> None:
        """Give an action other keys and remember it. Raises `Conflict`, and then nothing has changed."""
        entry = self._entries[id]
        wanted = tuple(dict.fromkeys(portable(one) for one in keys if one))
        for one in wanted:
            other = self._holder(one, entry.scope, but=id)
            if other is not None:
                said = QCoreApplication.translate("Shortcuts", "{keys} is already used for “{action}”.")
                raise Conflict(said.format(keys=native(one), action=other.text.replace("&", "")))
        awkward = [fragile(one) for one in wanted]
        if wanted and all(awkward):
            said = QCoreApplication.translate("Shortcuts", "{keys} cannot be the only keys. {why}")
            raise Conflict(said.format(keys=native(wanted[0]), why=awkward[0]))
        stored = dict(self._preferences.values.shortcuts)
        stored.pop(id, None)
        if wanted != entry.defaults:
            stored[id] = wanted
        self._preferences.set(shortcuts=stored)

    def reset(self, id: str) -> None:
        """Back to the keys it came with. Raises `Conflict` when another action has them now."""
        self.assign(id, self._entries[id].defaults)

    def reset_all(self) -> None:
        self._preferences.set(shortcuts={})

    # ------------------------------------------------------------------ inside

    def _wanted(self, id: str, defaults: tuple[str, ...], scope: QWidget | None) -> tuple[str, ...]:
        """The examiner's keys where there are some; of the defaults, those nobody was given by the examiner."""
        stored: Mapping[str, tuple[str, ...]] = self._preferences.values.shortcuts
        if id in stored:
            return tuple(stored[id])
        return tuple(one for one in defaults if self._holder(one, scope, but=id) is None)

    def _holder(self, keys: str, scope: QWidget | None, *, but: str, default: bool = False) -> Entry | None:
        """Who has these keys where both could hear them. Asked for every action against all others whenever a window
        opens, so it compares spellings; a spelling from the preferences need not be the portable one."""
        pressed = portable(keys)
        for entry in self._entries.values():
            held = entry.defaults if default else entry.keys
            if held and entry.id != but and pressed in map(portable, held) and _overlap(entry.scope, scope):
                return entry
        return None

    def _put(self, entry: Entry, keys: tuple[str, ...]) -> None:
        action = entry.action
        made = Entry(entry.id, entry.text, entry.section, keys, entry.defaults, entry.scope, action, entry.held)
        self._entries[entry.id] = made
        if not entry.held:
            action.setShortcuts([QKeySequence(one) for one in keys])
        action.setToolTip(self.tooltip(entry.id))

    def _preference_changed(self, name: str) -> None:
        if name != "shortcuts":
            return
        stored = self._preferences.values.shortcuts
        entries = list(self._entries.values())
        for entry in entries:  # first let go of everything, so that two actions can swap their keys
            self._put(entry, tuple(stored.get(entry.id, ())))
        for entry in entries:
            self._put(entry, self._wanted(entry.id, entry.defaults, entry.scope))
        self.changed.emit()


def _overlap(one: QWidget | None, other: QWidget | None) -> bool:
    """Whether a key pressed somewhere could be meant for both."""
    if one is None or other is None or one is other:
        return True
    if not (shiboken6.isValid(one) and shiboken6.isValid(other)):
        return False
    return one.isAncestorOf(other) or other.isAncestorOf(one)
