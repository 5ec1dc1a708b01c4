"""What one would write first: a loop over the two libraries' public calls with their defaults. Prints JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> None:
    from nudenet import NudeDetector
    from rapidocr import RapidOCR

    detector, reader = NudeDetector(), RapidOCR()
    for path in sorted(Path(sys.argv[1]).rglob("*.jpg")):
        boxes = detector.detect(str(path))
        text = reader(str(path))
        print(json.dumps({"path": path.name, "boxes": len(boxes), "text": list(text.txts or ())}), flush=True)


if __name__ == "__main__":
    main()
