from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

def fingerprint(
    pixels: NDArray[np.uint8] | bytes | bytearray | memoryview,
    height: int,
    width: int,
    channels: int,
    stride: int,
    backend: str | None = None,
    /,
) -> tuple[bytes, int]: ...
def backends() -> Sequence[str]: ...
