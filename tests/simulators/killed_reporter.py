"""A platform that dies while it reports: `python -m tests.simulators.killed_reporter FILE ROOT ADDRESS POINT`.

A point is each line of the journal and each request, before and after: the POINT-th of them is its last.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from havre.cybertip.filing import parsed
from havre.flows import cybertip_line
from havre.flows.cybertip_journal import Journal
from havre.flows.report_platform import World, send_report
from tests.simulators.cybertip import CREDENTIAL


class Killed(BaseException):
    """As a kill, where the process has to live on."""


@contextmanager
def dying(point: int, die: Callable[[], None]) -> Iterator[list[int]]:
    """Die at this point; the list counts how many there were."""
    passed = [0]

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*words: Any, **more: Any) -> Any:
            step()
            answer = real(*words, **more)
            step()
            return answer

        return wrapped

    def step() -> None:
        passed[0] += 1
        if passed[0] == point:
            die()

    real = Journal.write, Journal.keep, cybertip_line._spoken, cybertip_line.upload
    Journal.write, Journal.keep = counted(real[0]), counted(real[1])  # type: ignore[method-assign]
    cybertip_line._spoken, cybertip_line.upload = counted(real[2]), counted(real[3])
    try:
        yield passed
    finally:
        Journal.write, Journal.keep = real[:2]  # type: ignore[method-assign]
        cybertip_line._spoken, cybertip_line.upload = real[2:]


def main(file: str, root: str, address: str, point: str) -> None:
    """Report, and die on the way."""
    path = Path(file)
    service = cybertip_line.tipline_of(address, CREDENTIAL, None)
    with dying(int(point), lambda: os.kill(os.getpid(), signal.SIGKILL)):
        filing = parsed(path.read_bytes()).must_be_right()
        send_report(filing, path.parent, Path(root), service, World(lambda: datetime.now(UTC), time.sleep))


if __name__ == "__main__":
    main(*sys.argv[1:])
