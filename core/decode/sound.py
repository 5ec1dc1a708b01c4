from typing import Any


def read_sound(file: Any, job: Any, sink: Any) -> Any:
    raise NotImplementedError
