"""What the web server calls for subscribers of hash lists: a database and a folder of files, and nothing of a home."""

import os

from django.core.wsgi import get_wsgi_application

from havre.entrypoints.platform.node import serve
from havre.entrypoints.platform.pace import Paced
from havre.settings import Front, read_platform
from havre.start import start_platform


def application(front: Front) -> Paced:
    """What answers subscribers at this front."""
    start_platform(front)
    serve(front)
    return Paced(get_wsgi_application())


def named() -> Paced:
    """The same of what the environment names: what `havre serve --entrypoint platform` starts."""
    return application(read_platform(os.environ))
