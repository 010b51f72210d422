"""Several lanes work ahead; their results come back in the order in which the work was handed out."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Work = TypeVar("Work")
Result = TypeVar("Result")

AHEAD = 16
"""Pieces of work handed out per lane before the first result is waited for."""


def in_order(
    work: Iterable[Work], do: Callable[[Work], Result], lanes: ThreadPoolExecutor, width: int, ahead: int = AHEAD
) -> Generator[Result, None, None]:
    """The result of each piece of work, in order; at most width * `ahead` pieces are under way."""
    under_way: deque[Future[Result]] = deque()
    try:
        for piece in work:
            under_way.append(lanes.submit(do, piece))
            if len(under_way) >= width * ahead:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        for future in under_way:
            future.cancel()
