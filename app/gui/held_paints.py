"""When a view of the list paints: not while another list is on its way, and then before all else."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractScrollArea

__all__ = ["hold"]


def hold(view: QAbstractScrollArea, held: bool) -> None:
    """Paint nothing of the old list while `held`; the rows of the new one come at once, not when Qt finds the time."""
    port = view.viewport()
    before = not port.updatesEnabled()
    port.setUpdatesEnabled(not held)
    if before and not held and view.isVisible():
        port.repaint()
