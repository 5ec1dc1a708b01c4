"""A case whose database is damaged: back to its newest whole backup, from the start page, without a terminal."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject

from app.gui.context import Context
from app.gui.pages.case_care import when_made
from app.gui.pages.job import Job
from app.gui.pages.opening import busy, open_case
from core.case.case import Case
from core.errors import CaseDamaged

__all__ = ["rescue"]


def rescue(owner: QObject, context: Context, folder: Path) -> None:
    """Put the newest backup that is whole in place of the database and open the case. Nothing is asked: the damaged
    file is kept beside it, and the audit trail says what was done."""
    if context.run_state:
        context.failed.emit(busy())
        return

    def work(_job: Job) -> Path:
        with Case.to_restore(folder) as case:
            for backup in case.backups():
                try:
                    case.restore(backup)
                except CaseDamaged:
                    continue  # this one, too: the one before it may be whole
                return backup
        raise CaseDamaged(
            f"No backup of the case in {folder} is whole.", "Keep the folder as it is; a copy elsewhere may be whole."
        )

    def done(backup: Path) -> None:
        if open_case(context, folder):
            said = QCoreApplication.translate(
                "Rescue", "Back at the backup of {0}. The damaged file is kept in the case's backups."
            )
            context.message.emit(said.format(when_made(backup)), None)

    told = QCoreApplication.translate("CaseCare", "The case is going back to a backup.")
    Job(owner, work, done, context.failed.emit, kept=told).start()
