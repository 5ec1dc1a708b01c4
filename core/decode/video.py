from typing import Any


def read_video(file: Any, job: Any, sink: Any) -> Any:
    raise NotImplementedError
