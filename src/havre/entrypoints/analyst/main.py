"""What the web server calls: the pages of one home."""

import os

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

from havre.entrypoints.analyst.node import serve
from havre.settings import Settings, read_settings
from havre.start import start


def application(settings: Settings) -> WSGIHandler:
    """The pages of this home. Raises what opening a home raises."""
    start(settings)
    from havre.flows.home import Home

    serve(Home(settings))
    return get_wsgi_application()


def named() -> WSGIHandler:
    """The pages of the home that the environment names: what `havre serve` starts."""
    return application(read_settings(os.environ))
