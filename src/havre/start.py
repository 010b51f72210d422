"""Start Django for one home: the only place that configures it."""

import django
from django.conf import settings as django_conf

from havre.settings import Settings, django_settings


def start(settings: Settings) -> None:
    """Make the database of this home reachable through the models; may be called once in a process."""
    django_conf.configure(**django_settings(settings))
    django.setup()
