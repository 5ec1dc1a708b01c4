"""The preview that never lies: what is on the screen always belongs to the name and hash painted with it.

`pixels_ready_for(context, content)` is the contract with everything that decides about items: while a preview is on the
screen and does not yet show this content, the decision must wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["pixels_ready_for", "previewed"]


def pixels_ready_for(context: Context, content: int) -> bool:
    """Whether the examiner can see what would be decided about: the preview shows this content, or says in words why
    it cannot be shown. True without a visible preview: then the list itself is what is judged by."""
    from app.gui.compare.page import ComparePage
    from app.gui.preview.panel import PreviewPanel

    beside = [page for page in ComparePage.all_of(context) if page.isVisible()]
    if beside:
        return any(page.shows(content) for page in beside)
    visible = [panel for panel in PreviewPanel.all_of(context) if panel.isVisible()]
    return not visible or any(panel.shows(content) for panel in visible)


def previewed(context: Context) -> bool:
    """Whether a preview is on the screen: beside the list, or in a window of its own while another page is shown."""
    from app.gui.preview.panel import PreviewPanel

    return any(panel.isVisible() for panel in PreviewPanel.all_of(context))
