"""Every address of the workspace."""

from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from havre.entrypoints.analyst import clues, desk, pause, reveal, series, sign_in, viewing

urlpatterns: list[URLPattern | URLResolver] = [
    path("language", set_language, name="language"),
    *sign_in.ADDRESSES,
    *desk.ADDRESSES,
    *clues.ADDRESSES,
    *reveal.ADDRESSES,
    *pause.ADDRESSES,
    *viewing.ADDRESSES,
    *series.ADDRESSES,
]
