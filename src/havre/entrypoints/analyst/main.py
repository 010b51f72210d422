"""What the web server calls: the pages of one home."""

import gc
import os
import select
import sys
import threading
from typing import Any

from django.core.cache import caches
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections
from django.urls import base as addresses
from django.utils.translation import trans_real

from havre.entrypoints.analyst.node import serve
from havre.settings import Settings, read_settings
from havre.start import start

SWITCH = 0.002
"""Seconds after which a thread lets another run: whoever holds the end of the log must not wait for pages drawn."""

GARBAGE = 20_000
"""Objects made before cycles are looked for; a page makes many that are gone with it."""


def application(settings: Settings) -> WSGIHandler:
    """The pages of this home. Raises what opening a home raises."""
    start(settings)
    from havre.flows.home import Home

    serve(Home(settings))
    by_thread()
    request_started.connect(let_go)
    pages = get_wsgi_application()
    sys.setswitchinterval(SWITCH)
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)
    return pages


OF_THREADS = (
    (trans_real, "_active"),
    (connections, "_connections"),
    (caches, "_connections"),
    (addresses, "_prefixes"),
    (addresses, "_urlconfs"),
)
"""Where Django keeps what belongs to one request."""


def by_thread() -> None:
    """A request has the language, the connection and the addresses of its thread.

    Django's own way asks each time whether a task of asyncio does, of which this server has none: it takes a dozen
    times as long, two hundred times a page. Whatever was opened before is closed first.
    """
    connections.close_all()
    for part, name in OF_THREADS:
        setattr(part, name, threading.local())


def let_go(**_signal: object) -> None:
    """Close a connection that PostgreSQL has ended since the last request: its socket has something to read.

    Django would ask the server instead, once a request.
    """
    held: Any = connection.connection
    if connection.vendor != "postgresql" or held is None or connection.in_atomic_block:
        return
    if held.closed or select.select([held.fileno()], [], [], 0)[0]:
        connection.close()


def named() -> WSGIHandler:
    """The pages of the home that the environment names: what `havre serve` starts."""
    return application(read_settings(os.environ))
