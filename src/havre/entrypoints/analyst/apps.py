"""Tells Django that the analyst's pages have templates and what browsers load."""

from django.apps import AppConfig


class Analyst(AppConfig):
    """The pages of the workspace."""

    name = "havre.entrypoints.analyst"
    label = "analyst"
