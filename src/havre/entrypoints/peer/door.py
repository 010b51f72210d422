"""How gunicorn speaks with other nodes: TLS made anew for each connection. Read by gunicorn as its configuration."""

import os
import ssl
from collections.abc import Callable
from typing import Any

certfile = os.devnull
"""Something must be named, or gunicorn speaks no TLS; the key is made in memory."""

do_handshake_on_connect = True
keepalive = 0
"""Who asks again shows its certificate again."""


def ssl_context(_conf: Any, _default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Whom this node accepts at this moment, so that who is revoked is out at once."""
    from django.db import close_old_connections

    from havre.entrypoints.peer.node import home
    from havre.network.carry import authorities, context
    from havre.network.meet import own

    close_old_connections()
    me = own()
    return context(home().keys.door(me.generation if me else 0), authorities().values(), server=True)
