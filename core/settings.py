"""What can be set, once, with its default and unit. Values are frozen; a change makes a new object."""

from __future__ import annotations

import os
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["DecodeLimits", "Device", "RunSettings", "SamplingPolicy"]


Device = Literal["auto", "cpu", "cuda", "intel-gpu", "directml", "coreml"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SamplingPolicy(_Frozen):
    """Which pictures of a medium are looked at. Part of every config: another policy gives other findings."""

    max_gap: float = Field(default=2.0, gt=0, description="Video: seconds between two samples at most.")
    min_gap: float = Field(default=1.0, ge=0, description="Video: seconds between two at least, but for scene changes.")
    scene_change: float = Field(default=0.30, gt=0, le=1, description="Video: difference that counts as a new scene.")
    animation_frames: int = Field(
        default=8, ge=1, description="Animated pictures: this many frames at most, spread evenly."
    )
    pages: int = Field(default=64, ge=1, description="Multi-page pictures: at most this many pages, the first ones.")
    max_pixels: int = Field(default=250_000_000, ge=1, description="Pictures with more pixels are refused as a bomb.")
    sample_pixels: int = Field(default=32_000_000, ge=1, description="Larger pictures are reduced to this.")
    sound_seconds: float = Field(
        default=300.0, ge=10, description="Sound: seconds of one stretch at most; cut at a quiet place before that."
    )


class DecodeLimits(_Frozen):
    """What a decode child may use before it is stopped. Scaled by the file's size where `per_megabyte` says so."""

    memory_bytes: int = Field(default=2 * 1024**3, description="Private memory of one child.")
    wall_seconds: float = 30.0
    wall_seconds_per_megabyte: float = 2.0
    cpu_seconds: float = 30.0
    cpu_seconds_per_megabyte: float = 2.0
    attempts: int = Field(default=2, ge=1, description="One try and one retry.")


class RunSettings(_Frozen):
    """One run: which analyzers, how wide, how exact."""

    analyzers: tuple[str, ...] = ("nsfw", "ocr")
    options: dict[str, dict[str, Any]] = Field(default_factory=dict, description="Per analyzer, its own options.")
    precision: Literal["strict", "fast"] = "strict"
    device: Device = Field(default="auto", description="auto: an NVIDIA card that can be used, else the processor.")
    workers: int = Field(default_factory=lambda: max(1, os.cpu_count() or 1), ge=1)
    sampling: SamplingPolicy = SamplingPolicy()
    limits: DecodeLimits = DecodeLimits()
    retry_failed: bool = Field(default=False, description="Look again at what failed or timed out.")
    retry_codes: tuple[str, ...] = Field(default=(), description="Only at what ended with one of these codes.")
    retry_items: tuple[str, ...] = Field(default=(), description="Only at these contents (SHA-256).")
    extra_decoders: tuple[str, ...] = Field(default=(), description="`module:function` of further decoders.")
