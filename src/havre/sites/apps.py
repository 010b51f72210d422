"""Tells Django that this room has tables."""

from django.apps import AppConfig


class Sites(AppConfig):
    """The room and the first part of its tables' names."""

    name = "havre.sites"
    label = "sites"
