"""How gunicorn serves analysts, each process on its own processors (0283). Read by gunicorn as its configuration.

A process of Python computes in one thread at a time, and the kernel moves it between processors with every answer of
the database: what the last one had at hand is fetched anew. A home is given to each.
"""

import os
from contextlib import suppress
from threading import Timer
from typing import Any

from havre.entrypoints.analyst.large_pages import in_large_pages
from havre.entrypoints.analyst.lines import AT_ONCE

worker_class = "havre.entrypoints.analyst.lines.Lines"
threads = AT_ONCE

timeout = 120
graceful_timeout = 5
forwarder_headers = ""
"""Or a header SCRIPT_NAME would move every address, for whoever comes by the loopback."""

loglevel = "warning"
control_socket_disable = True

WARM = 10.0
"""Seconds after which a process that is asked has read its templates."""


def share(number: int, of: int, processors: list[int]) -> set[int]:
    """Which processors are the process's with this number: a part of its own, or one where there are fewer."""
    if of > len(processors):
        return {processors[number % len(processors)]}
    number %= of  # one that begins before the last has ended
    return set(processors[number * len(processors) // of : (number + 1) * len(processors) // of])


def pre_fork(server: Any, worker: Any) -> None:
    """Give a process that is about to begin the number of one that ended, or the next."""
    taken = {each.number for each in server.WORKERS.values()}
    worker.number = next(number for number in range(len(taken) + 1) if number not in taken)


def post_fork(server: Any, worker: Any) -> None:
    """Keep a process on its processors, where this machine lets it; all its threads begin after this."""
    with suppress(OSError):
        os.sched_setaffinity(0, share(worker.number, server.num_workers, sorted(os.sched_getaffinity(0))))


def post_worker_init(_worker: Any) -> None:
    """What is loaded, and what the first requests load, lies in few large pages of memory."""
    in_large_pages()
    later = Timer(WARM, in_large_pages)
    later.daemon = True
    later.start()
