"""What one examiner has chosen on this computer: the application scope of the settings.

Settings have three scopes. *Application*: here, a JSON file in the user's own configuration folder. *Case*: facts and
decisions inside the case folder. *Run*: `core.settings.RunSettings`, stored with every run. Nothing of a case is kept
here beyond what `recent_cases` allows.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from core.settings import Device

__all__ = ["DEFAULTS", "Preferences", "Recent", "Values", "default_path"]

RECENT_AT_MOST = 12
SAVE_AFTER = 400  # milliseconds: many changes in a row (a counter, a splitter being dragged) are one write


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Recent(_Frozen):
    """A case that was opened here. `name` is empty unless the examiner allows names in the list."""

    folder: str
    opened: str
    name: str = ""


class Values(_Frozen):
    """Everything that has a name and a type. Views keep the rest (widths, splitters) as JSON in `Preferences.value`."""

    language: Literal["system", "en", "de"] = "system"
    theme: Literal["dark", "light", "system"] = "dark"
    font_scale: float = Field(default=1.0, ge=0.8, le=2.0)
    reduced_motion: bool = False

    recent_cases: Literal["none", "folder", "name"] = "folder"
    recent: tuple[Recent, ...] = ()
    case_in_title: bool = False
    notify: bool = True

    examiner: str = ""
    agency: str = ""
    cases_folder: str = ""
    grading_scheme: str = "neutral"

    preset: Literal["triage", "standard", "deep"] = "standard"
    run_order: Literal["view", "found"] = "view"
    device: Device = "auto"
    workers: int = Field(default=0, ge=0, le=256, description="Files at once; 0: as many as there are cores.")
    speeds: Mapping[str, float] = Field(default_factory=dict, description="Analyzer/precision → seconds per picture.")

    run_options: Mapping[str, float] = Field(
        default_factory=dict, description="Field of RunSettings (`limits.wall_seconds`) → value, if changed."
    )

    step_options: Mapping[str, Mapping[str, Any]] = Field(
        default_factory=dict, description="Analyzer → option → value, if changed; for every case on this computer."
    )

    report_language: Literal["", "en", "de"] = Field(default="", description="Empty: the language of the screen.")
    report_images: Literal["none", "redacted", "masked", "grey", "full"] = "none"

    shortcuts: Mapping[str, tuple[str, ...]] = Field(default_factory=dict, description="Action → keys, where changed.")


DEFAULTS = Values()


def default_path() -> Path:
    """Where the preferences of this user lie; `ASSERVAT_CONFIG_DIR` names another folder (tests, portable use)."""
    folder = os.environ.get("ASSERVAT_CONFIG_DIR") or platformdirs.user_config_dir("asservat", appauthor=False)
    return Path(folder) / "desk.json"


class Preferences(QObject):
    """Typed values and the views' own JSON, saved a moment after each change. Lives in the GUI thread."""

    changed = Signal(str)
    """The name of the field of `Values`, or of the view's own value, that has another value now."""

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        """Read `path` (None: the user's own). A file that cannot be read is kept beside as `.unreadable`, said in
        `complaint`, and replaced by the defaults."""
        super().__init__(parent)
        self.path = path or default_path()
        self.complaint = ""
        self.fresh = False
        """Nothing was ever stored here: the program is started for the first time by this user."""
        self._values = DEFAULTS
        self._own: dict[str, Any] = {}
        self._dirty = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER)
        self._timer.timeout.connect(self.flush)
        self._read()

    # ------------------------------------------------------------------ typed values

    @property
    def values(self) -> Values:
        return self._values

    def set(self, **changes: Any) -> None:
        """Change fields of `Values`. Raises `ValueError` when a value is not possible; then nothing has changed."""
        unknown = changes.keys() - Values.model_fields.keys()
        if unknown:
            raise ValueError(f"no such preference: {', '.join(sorted(unknown))}")
        made = Values.model_validate(self._values.model_dump() | changes)
        names = [name for name in changes if getattr(made, name) != getattr(self._values, name)]
        self._values = made
        for name in names:
            self._touched(name)

    def reset(self, name: str) -> None:
        """Back to the default."""
        self.set(**{name: getattr(DEFAULTS, name)})

    def is_default(self, name: str) -> bool:
        return bool(getattr(self._values, name) == getattr(DEFAULTS, name))

    # ------------------------------------------------------------------ what views remember for themselves

    def value(self, name: str, default: Any = None) -> Any:
        """What a view has stored under `name` (like "table.columns"), as JSON gives it back."""
        return self._own.get(name, default)

    def set_value(self, name: str, value: Any) -> None:
        """Remember a JSON value for a view. None forgets it."""
        if self._own.get(name) == value:
            return
        if value is None:
            self._own.pop(name, None)
        else:
            self._own[name] = value
        self._touched(name)

    def forget_layout(self) -> None:
        """Drop everything that views remember: windows, columns and panels look as on the first day."""
        for name in list(self._own):
            self.set_value(name, None)

    # ------------------------------------------------------------------ recent cases

    def remember_case(self, folder: Path, name: str = "") -> None:
        """Put a case on top of the recent ones, with as much as the examiner allows."""
        allowed = self._values.recent_cases
        if allowed == "none":
            return
        entry = Recent(
            folder=str(folder.absolute()),
            opened=datetime.now(UTC).isoformat(timespec="seconds"),
            name=name if allowed == "name" else "",
        )
        others = tuple(one for one in self._values.recent if one.folder != entry.folder)
        self.set(recent=(entry, *others)[:RECENT_AT_MOST])

    def forget_case(self, folder: str) -> None:
        self.set(recent=tuple(one for one in self._values.recent if one.folder != folder))

    def allow_recent(self, allowed: Literal["none", "folder", "name"]) -> None:
        """Change what the list may hold; what it may not hold any more is forgotten at once."""
        kept: tuple[Recent, ...] = ()
        if allowed != "none":
            kept = tuple(
                one if allowed == "name" else one.model_copy(update={"name": ""}) for one in self.values.recent
            )
        self.set(recent_cases=allowed, recent=kept)
        self.flush()

    # ------------------------------------------------------------------ the file

    def flush(self) -> None:
        """Write now if something has changed. A full or read-only disk is said in `complaint`, never raised."""
        self._timer.stop()
        if not self._dirty:
            return
        stored = {"values": self._values.model_dump(mode="json", exclude_defaults=True), "views": self._own}
        part = self.path.with_suffix(f".{os.getpid()}.part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(stored, indent=1, ensure_ascii=False), encoding="utf-8")
            part.replace(self.path)
        except OSError as error:
            self.complaint = QCoreApplication.translate(
                "Preferences", "The preferences could not be saved ({})."
            ).format(error.strerror)
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            return
        self._dirty = False

    def _touched(self, name: str) -> None:
        self._dirty = True
        self._timer.start()
        self.changed.emit(name)

    def _read(self) -> None:
        try:
            stored = json.loads(self.path.read_text(encoding="utf-8"))
            self._values = _as_far_as_valid(stored["values"])
            self._own = dict(stored["views"])
        except FileNotFoundError:
            self.fresh = True
            return
        except (OSError, ValueError, KeyError, TypeError) as error:
            self.complaint = QCoreApplication.translate(
                "Preferences", "The preferences could not be read ({}); the defaults are in force."
            ).format(error)
            with contextlib.suppress(OSError):
                self.path.replace(self.path.with_suffix(".unreadable"))


def _as_far_as_valid(stored: Mapping[str, Any]) -> Values:
    """One value that is not possible any more (another version wrote it) must not cost all the others."""
    given = dict(stored)
    while True:
        try:
            return Values.model_validate(given)
        except ValidationError as error:
            wrong = {str(one["loc"][0]) for one in error.errors()} & given.keys()
            if not wrong:
                raise
            for name in wrong:
                del given[name]
