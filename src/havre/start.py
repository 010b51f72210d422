"""Start Django for one home: the only place that configures it."""

import django
from django.conf import settings as django_conf

from havre.configured import django_settings, platform_settings, public_settings
from havre.settings import Front, Settings


def start(settings: Settings) -> None:
    """Make the database of this home reachable through the models; may be called once in a process."""
    django_conf.configure(**django_settings(settings))
    django.setup()


def start_public(front: Front) -> None:
    """The same for the process that the public reaches: no keys, no sessions, nobody signed in."""
    django_conf.configure(**public_settings(front))
    django.setup()


def start_platform(front: Front) -> None:
    """The same for the process that subscribers of hash lists reach."""
    django_conf.configure(**platform_settings(front))
    django.setup()
