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
def film(
    y: NDArray[np.uint8] | bytes | bytearray | memoryview,
    u: NDArray[np.uint8] | bytes | bytearray | memoryview,
    v: NDArray[np.uint8] | bytes | bytearray | memoryview,
    height: int,
    width: int,
    y_stride: int,
    uv_stride: int,
    full: bool,
    every_way: bool = False,
    backend: str | None = None,
    /,
) -> tuple[bytes, int]: ...
def backends() -> Sequence[str]: ...
