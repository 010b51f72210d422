"""Tells Django that this room has tables."""

from django.apps import AppConfig


class Triggers(AppConfig):
    """The room and the first part of its tables' names."""

    name = "havre.triggers"
    label = "triggers"
