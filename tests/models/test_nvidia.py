"""What the NVIDIA driver says, and what is said when it says nothing good."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest

from core.errors import UsageError
from models import devices, nvidia


class Driver:
    """The C interface of the CUDA driver, as documented in the CUDA Driver API reference."""

    def __init__(self, *, init: int = 0, count: int = 1, version: int = 12040) -> None:
        self.init, self.count, self.version = init, count, version

    def cuInit(self, flags: int) -> int:  # noqa: N802 - the driver's own names
        assert flags == 0
        return self.init

    def cuDriverGetVersion(self, version: Any) -> int:  # noqa: N802 - the name in NVIDIA's library
        version._obj.value = self.version
        return 0

    def cuDeviceGetCount(self, count: Any) -> int:  # noqa: N802 - the name in NVIDIA's library
        count._obj.value = self.count
        return 0

    def cuDeviceGet(self, device: Any, number: int) -> int:  # noqa: N802 - the name in NVIDIA's library
        device._obj.value = number
        return 0

    def cuDeviceGetName(self, name: Any, length: int, device: Any) -> int:  # noqa: N802 - the name in NVIDIA's library
        text = f"Card {device.value}".encode()
        assert length > len(text)
        ctypes.memmove(name, text, len(text))
        return 0

    def cuDeviceTotalMem_v2(self, memory: Any, device: Any) -> int:  # noqa: N802 - the name in NVIDIA's library
        memory._obj.value = 24_000_000_000
        return 0


def test_cards_with_names_and_memory() -> None:
    found = nvidia.ask(Driver(count=2))
    assert [card.name for card in found.cards] == ["Card 0", "Card 1"]
    assert found.cards[0].memory == 24_000_000_000
    assert found.reason == ""


@pytest.mark.parametrize(
    ("driver", "words"),
    [
        (Driver(init=100), "finds no card"),
        (Driver(init=803), "restart the computer"),
        (Driver(init=4711), "error 4711"),
        (Driver(count=0), "finds no card"),
        (Driver(version=11040), "too old: it offers CUDA 11.4"),
    ],
)
def test_no_card_has_a_reason(driver: Driver, words: str) -> None:
    found = nvidia.ask(driver)
    assert found.cards == ()
    assert words in found.reason


def lines(monkeypatch: pytest.MonkeyPatch, found: nvidia.Found, *, gpu_build: bool) -> list[devices.Line]:
    monkeypatch.setattr(nvidia, "look", lambda: found)
    monkeypatch.setattr(devices, "_has", lambda name: gpu_build)
    return devices._nvidia()


CARD = nvidia.Card("RTX 4000", 20_000_000_000)


def test_a_card_beside_the_wrong_installation_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    ((_, ok, said),) = lines(monkeypatch, nvidia.Found((CARD,)), gpu_build=False)
    assert ok is False
    assert "RTX 4000" in said
    assert "BACKEND=gpu" in said


def test_no_driver_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    ((_, ok, said),) = lines(monkeypatch, nvidia.Found(reason="no NVIDIA driver is installed"), gpu_build=True)
    assert ok is False
    assert "no NVIDIA driver" in said
    assert "on the processor" in said


@pytest.mark.filterwarnings("ignore:Specified provider")
def test_a_listed_card_is_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    if nvidia.look().cards:
        pytest.skip("this machine has a CUDA device")
    monkeypatch.setattr("models.engine_onnxruntime.ort.preload_dlls", lambda: None)
    first, second = lines(monkeypatch, nvidia.Found((CARD, CARD)), gpu_build=True)
    assert first[1] is False
    assert "not used" in first[2]
    assert second[1] is None


def test_a_device_that_is_not_there_is_refused_before_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    devices.require("auto")
    devices.require("cpu")
    monkeypatch.setattr(nvidia, "look", lambda: nvidia.Found(reason="no NVIDIA driver is installed"))
    monkeypatch.setattr(devices, "_has", lambda name: True)
    with pytest.raises(UsageError, match="no NVIDIA driver"):
        devices.require("cuda")
    monkeypatch.setattr("models.engine_openvino.available_devices", lambda: {"CPU": "x", "GPU.0": "Arc"})
    devices.require("intel-gpu")
    monkeypatch.setattr("models.engine_openvino.available_devices", lambda: {"CPU": "x"})
    with pytest.raises(UsageError, match="no Intel graphics"):
        devices.require("intel-gpu")
    with pytest.raises(UsageError, match="does not offer"):
        devices.require("coreml")
