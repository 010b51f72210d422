"""What the web server calls for other nodes: one home, spoken to over mutual TLS alone."""

import os

from django.conf import settings as django_conf
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

from havre.entrypoints.peer.node import serve
from havre.settings import Settings, read_settings
from havre.start import start

MIDDLEWARE = ("django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware")


def application(settings: Settings) -> WSGIHandler:
    """What answers other nodes for this home."""
    start(settings)
    from havre.flows.home import Home

    django_conf.ROOT_URLCONF = "havre.entrypoints.peer.urls"
    django_conf.MIDDLEWARE = list(MIDDLEWARE)
    django_conf.ALLOWED_HOSTS = ["*"]  # who is meant is in the signed request
    django_conf.SECURE_SSL_REDIRECT = False
    serve(Home(settings))
    return get_wsgi_application()


def named() -> WSGIHandler:
    """What answers for the home that the environment names: what `havre serve --entrypoint peer` starts."""
    return application(read_settings(os.environ))
