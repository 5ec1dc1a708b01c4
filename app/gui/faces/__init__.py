"""Faces like one face: who is looked for, candidates with their likeness, and what the examiner says of each."""

from __future__ import annotations

__all__ = ["PICTURES"]

PICTURES = "*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff *.heic *.avif"
"""Names of files that may be dropped as a reference."""
