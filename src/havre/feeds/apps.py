"""Tells Django that this room has tables."""

from django.apps import AppConfig


class Feeds(AppConfig):
    """The room and the first part of its tables' names."""

    name = "havre.feeds"
    label = "feeds"
