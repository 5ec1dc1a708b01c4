"""Opening a case from anywhere in the desk: a dialog, a recent case, a dropped folder, the sample."""

from __future__ import annotations

import importlib.util
import multiprocessing
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from app.gui.context import Context
from app.gui.pages.job import Job
from core.case.case import Case
from core.case.runs import Again, Runs
from core.errors import AsservatError, UsageError
from core.evidence.overlap import check_overlap
from core.provenance import Provenance
from core.settings import RunSettings

if TYPE_CHECKING:
    from core.case.retries import Retry

__all__ = [
    "add_sources",
    "busy",
    "cases_folder",
    "choose_case",
    "make_sample",
    "open_case",
    "read_again",
    "resume_run",
    "take_in",
    "try_again",
    "wish_wizard",
    "wished_wizard",
]

SAMPLE = Path(__file__).resolve().parents[3] / "resources" / "sample_case.py"


def cases_folder(context: Context) -> Path:
    """Where new cases are suggested: the last place used, or the user's documents."""
    from PySide6.QtCore import QStandardPaths

    stored = context.preferences.values.cases_folder
    if stored and Path(stored).is_dir():
        return Path(stored)
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home()) / "Asservat"


def open_case(context: Context, folder: Path) -> bool:
    """Open a case; the window then shows its material. What is wrong with it is said in a dialog."""
    if context.run_state:
        context.failed.emit(busy())
        return False
    try:
        context.open_case(folder)
    except AsservatError as error:
        context.failed.emit(error)
        return False
    context.preferences.set(cases_folder=str(folder.absolute().parent))
    return True


def choose_case(context: Context, parent: QWidget) -> None:
    """Ask for a case folder and open it."""
    title = QCoreApplication.translate("Opening", "Open a case")
    start = cases_folder(context)
    chosen = QFileDialog.getExistingDirectory(parent, title, str(start if start.is_dir() else Path.home()))
    if chosen:
        open_case(context, Path(chosen))


def resume_run(context: Context, device: str = "") -> None:
    """Go on with the newest run of the open case, with the settings it had; `device`: but on this one from now on."""
    _go_on(context, {"device": device} if device else {})


def try_again(context: Context, codes: Sequence[str] = (), items: Sequence[str] = ()) -> None:
    """A run that looks again at what failed or timed out; `codes`, `items` (SHA-256): only at these, and then also
    where they are partial. It has the settings of the run that they failed in, and says so. What has no outcome yet
    gets one, as in every run."""
    if context.case is None or context.run_state:
        return
    from core.case import retries

    again = Again(True, tuple(codes), frozenset(items))
    with context.case.reading() as connection:
        found = retries.plan(connection, again)
    if found is None:  # nothing has failed under the settings that stand: the newest run says it itself
        _go_on(context, {"retry_failed": True, "retry_codes": tuple(codes), "retry_items": tuple(items)})
        return
    wish = {"retry_failed": True, "retry_codes": tuple(codes), "retry_items": tuple(items)}
    if _start(context, dict(found.settings) | wish):
        context.message.emit(_retry_text(found), None)


def _retry_text(found: Retry) -> str:
    """With whose settings it looks again, and what is left to another run."""
    translate = QCoreApplication.translate
    said = translate("Opening", "Looking again at %n result(s)", "", found.outcomes)
    runs = ", ".join(str(run) for run in found.runs)
    said = translate("Opening", "{0}, with the settings of run {1}.").format(said, runs)
    if found.left:
        left = translate("Opening", "%n more had other settings: retry again after this run.", "", found.left)
        said = f"{said} {left}"
    return said


def read_again(context: Context) -> None:
    """The newest run once more: what could not be read is tried by every run; what failed is left alone."""
    _go_on(context, {"retry_failed": False, "retry_codes": (), "retry_items": ()})


def _go_on(context: Context, changes: Mapping[str, object]) -> None:
    if context.case is None or context.run_state:
        return
    try:
        stored = Runs(context.case).resumable()["settings"]
    except AsservatError as error:
        context.failed.emit(error)
        return
    _start(context, stored | dict(changes))


def _start(context: Context, stored: Mapping[str, object]) -> bool:
    """Start a run with settings as they were stored; settings of another version that this one cannot read are said."""
    try:
        settings = RunSettings.model_validate(stored)
    except ValueError as error:
        context.failed.emit(UsageError(str(error)))
        return False
    context.start_run(settings)
    context.show_view("run")
    return True


def add_sources(case: Case, folders: Sequence[Path], facts: Mapping[Path, Provenance] | None = None) -> int:
    """Register folders as sources, on the writer's thread, and state what is known of them (folder → facts). Raises
    `OverlapError`. Returns how many were new."""
    from core.case import sources
    from core.evidence.naming import shown

    runs = Runs(case)
    before = {source.id for source in runs.sources()}
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(
                f"The source {shown(str(folder))} is not a folder.", "Choose a folder with evidence in it."
            )
        check_overlap(case.folder, folder)
    added = [runs.add_source(folder, shown(str(folder.absolute())), tell=True) for folder in folders]
    fresh = {source.id for source in added if source.id not in before}
    for folder, source in zip(folders, added, strict=True):
        if facts and folder in facts:
            sources.describe(case, source.id, dict(facts[folder].texts()))
    return len(fresh)


# ---------------------------------------------------------------------- the wizard is asked for


def wish_wizard(context: Context, mode: str, folders: Sequence[Path] = ()) -> None:
    """Show the wizard for a new case ("case") or for a run over the open one ("run"), with sources to begin with."""
    if mode == "case" and context.run_state:
        context.failed.emit(busy())
        return
    context.setProperty("wizard", (mode, tuple(folders)))
    context.show_view("wizard")


def wished_wizard(context: Context) -> tuple[str, tuple[Path, ...]] | None:
    """What the wizard was asked for, once; None: nothing new, it goes on where it is."""
    found = context.property("wizard")
    context.setProperty("wizard", None)
    if found is None:
        return None
    mode, folders = found
    return (mode, tuple(folders))


def take_in(context: Context, paths: Sequence[Path]) -> bool:
    """Something was dropped on the window: a case is opened, folders become sources. False: nothing we can use."""
    folders = [path for path in paths if path.is_dir()]
    if not folders:
        return False
    if len(folders) == 1 and (folders[0] / "case.db").is_file():
        open_case(context, folders[0])
    else:
        wish_wizard(context, "case" if context.case is None else "run", folders)
    return True


# ---------------------------------------------------------------------- the sample


def make_sample(_job: Job, folder: Path) -> Path:
    """Write the sample evidence into `folder`, in a process of its own: the desk never loads a decoder."""
    process = multiprocessing.get_context("spawn").Process(target=_write_sample, args=(str(SAMPLE), str(folder)))
    process.start()
    process.join()
    if process.exitcode != 0:
        raise UsageError("The sample could not be made.", "Check that the disk is not full, or choose another folder.")
    return folder


def _write_sample(recipe: str, folder: str) -> None:
    specification = importlib.util.spec_from_file_location("sample_case", recipe)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    module.make(Path(folder))


def busy() -> UsageError:
    """What is said when a case shall be opened or made over one in which a run goes on."""
    return UsageError(
        QCoreApplication.translate("Opening", "A run is going on in the open case."),
        QCoreApplication.translate("Opening", "Pause and stop it first, or wait until it is finished."),
    )
