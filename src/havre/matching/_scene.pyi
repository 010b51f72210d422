"""The C kernels of native/scene: comparing pictures by local features. Every buffer lies in one piece."""

from typing import Any

from numpy.typing import NDArray

Buffer = bytes | NDArray[Any]

Agreement = tuple[float, int, tuple[float, float, float, float, float, float], bytes]

def compare(
    asked: Buffer,
    asked_width: float,
    asked_height: float,
    known: Buffer,
    known_width: float,
    known_height: float,
    tight: tuple[float, float],
    loose: tuple[float, float],
    backend: str | None = None,
) -> tuple[Agreement, Agreement]: ...
def nearest(asked: Buffer, known: Buffer, backend: str | None = None) -> tuple[bytes, bytes, bytes]: ...
def nearest_cells(features: Buffer, centroids: Buffer, most: int, backend: str | None = None) -> bytes: ...
def scan(
    cells: Buffer,
    starts: Buffer,
    postings: Buffer,
    dead: Buffer,
    asked: Buffer,
    asked_cells: Buffer,
    each: int,
    crowded: int,
    nearest: int,
    most: int,
    backend: str | None = None,
) -> tuple[list[tuple[int, int]], int]: ...
def backends() -> list[str]: ...
