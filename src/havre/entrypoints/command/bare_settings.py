"""A settings module for tools that want one (mypy's plugin, makemigrations): no home, an in-memory database."""

from pathlib import Path

from havre.configured import django_settings
from havre.settings import Settings

globals().update(django_settings(Settings(home=Path("/nonexistent"))))
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
