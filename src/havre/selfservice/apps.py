"""Tells Django that this room has tables."""

from django.apps import AppConfig


class Selfservice(AppConfig):
    """The room and the first part of its tables' names."""

    name = "havre.selfservice"
    label = "selfservice"
