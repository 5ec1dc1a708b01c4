"""How the program is called, which its own hints repeat: `main.py` in a checkout, `Asservat` in the portable folder."""

from __future__ import annotations

import sys

__all__ = ["PROGRAM", "as_called"]

PROGRAM = "Asservat" if getattr(sys, "frozen", False) else "main.py"


def as_called(text: str) -> str:
    """A text that names commands of a checkout, with the name under which this program runs."""
    return text.replace("main.py", PROGRAM)
