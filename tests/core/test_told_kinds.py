"""What kind of picture is not read is told in German, too: the kinds come out of the decoders in English."""

from __future__ import annotations

import pytest

from core.decode.inside import _KINDS
from core.sentences import told


@pytest.mark.parametrize("kind", [*(f"JPEG, {kind}" for kind in sorted(set(_KINDS.values()))), "JPEG, 12 bits"])
def test_a_kind_of_jpeg(kind: str) -> None:
    said = told(f"This kind of picture ({kind}) is not read by Asservat.", "de").text
    assert kind not in said
    assert said.startswith("Diese Art von Bild (JPEG, ")


def test_channels_of_a_tiff() -> None:
    said = told("This kind of picture (5 channels of 8/16 bits) is not read by Asservat.", "de")
    assert said.text == "Diese Art von Bild (5 Kanäle mit 8/16 Bit) liest Asservat nicht."
    assert said.known
