"""Tells Django that the public's pages have words."""

from django.apps import AppConfig


class Public(AppConfig):
    """The pages that the public reaches."""

    name = "havre.entrypoints.public"
    label = "public"
