"""Reading this module reads all models, flows and pages and makes all commands, under settings that name no home."""

from importlib import import_module
from pkgutil import iter_modules

from django.db.migrations.loader import MigrationLoader

from havre import flows
from havre.entrypoints.command.main import whole
from havre.start import start
from tests.databases import NOWHERE

start(NOWHERE)
every_flow = (f"{flows.__name__}.{each.name}" for each in iter_modules(flows.__path__))
for name in (*every_flow, "havre.entrypoints.analyst.urls", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread"):
    import_module(name)
MigrationLoader(None)  # reads the migrations
whole()
