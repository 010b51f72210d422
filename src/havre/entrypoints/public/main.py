"""What the web server calls: the public's pages, on a database alone."""

import os

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

from havre.settings import Front, read_front
from havre.start import start_public


def application(front: Front) -> WSGIHandler:
    """The public's pages at this front. Raises Invalid where it can't be one."""
    start_public(front)
    from havre.entrypoints.public.node import serve  # it speaks, and so wants Django configured

    serve(front)
    return get_wsgi_application()


def named() -> WSGIHandler:
    """The pages of the front that the environment names: what `havre serve --entrypoint public` starts."""
    return application(read_front(os.environ))
