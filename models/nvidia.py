"""NVIDIA cards as the driver knows them, and in words why there are none.

Asks the driver itself through its C interface (CUDA Driver API: cuInit, cuDeviceGetCount, cuDeviceGetName,
cuDeviceTotalMem_v2, cuDriverGetVersion), so it needs no CUDA library and takes no memory on the card.
"""

from __future__ import annotations

import ctypes
import functools
import sys
from dataclasses import dataclass
from typing import Any

__all__ = ["Card", "Found", "look"]

NEEDED = 12000
"""CUDA version of the driver (major × 1000 + minor × 10) that the installed build of ONNX Runtime needs."""

_REASONS = {
    100: "the driver finds no card",
    101: "the driver finds no usable card",
    34: "only a stub of the driver is installed",
    802: "the system of the card is not ready yet (its fabric manager is not running)",
    803: "driver and kernel module are of different versions; restart the computer",
    804: "this card does not allow a newer CUDA than its driver",
    999: "the driver answers with an unknown error; restart the computer or install the driver again",
}


@dataclass(frozen=True, slots=True)
class Card:
    """One card. `memory` in bytes."""

    name: str
    memory: int


@dataclass(frozen=True, slots=True)
class Found:
    """The usable cards; where there are none, why (no capital, no full stop)."""

    cards: tuple[Card, ...] = ()
    reason: str = ""
    driver: int = 0


@functools.cache
def look() -> Found:
    """Ask the driver, once."""
    try:
        driver: Any = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return Found(reason="no NVIDIA driver is installed")
    return ask(driver)


def ask(driver: Any) -> Found:
    """What this driver says. Never raises: a driver that misbehaves is a reason."""
    code = driver.cuInit(0)
    if code:
        return Found(reason=_REASONS.get(code, f"the driver cannot be started (error {code})"))
    version, count = ctypes.c_int(), ctypes.c_int()
    driver.cuDriverGetVersion(ctypes.byref(version))
    code = driver.cuDeviceGetCount(ctypes.byref(count))
    if code or not count.value:
        return Found(reason=_REASONS.get(code or 100, f"the driver cannot list cards (error {code})"))
    if version.value < NEEDED:
        has = f"{version.value // 1000}.{version.value % 1000 // 10}"
        reason = f"the driver is too old: it offers CUDA {has}, {NEEDED // 1000}.0 or newer is needed"
        return Found(reason=reason, driver=version.value)
    return Found(tuple(_card(driver, number) for number in range(count.value)), driver=version.value)


def _card(driver: Any, number: int) -> Card:
    device, memory = ctypes.c_int(), ctypes.c_size_t()
    name = ctypes.create_string_buffer(128)
    driver.cuDeviceGet(ctypes.byref(device), number)
    driver.cuDeviceGetName(name, len(name), device)
    driver.cuDeviceTotalMem_v2(ctypes.byref(memory), device)
    return Card(name.value.decode("utf-8", "replace"), int(memory.value))
