from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

def extract(
    pixels: NDArray[np.uint8] | bytes | bytearray | memoryview,
    height: int,
    width: int,
    channels: int,
    stride: int,
    /,
    *,
    most: int = 500,
    side: int = 65_535,
    spread: int = 0,
    doubled: bool = True,
    upright: bool = False,
    turns: int = 4,
    pooled: int = 1,
    layers: int = 3,
    sigma: float = 1.6,
    contrast: float = 0.01,
    edge: float = 12.0,
    backend: str | None = None,
) -> tuple[bytes, int, int]: ...
def backends() -> Sequence[str]: ...
