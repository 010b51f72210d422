"""Every address of the workspace."""

from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from havre.entrypoints.analyst import alerts, compare, desk, media, search, sign_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("language", set_language, name="language"),
    *sign_in.ADDRESSES,
    *desk.ADDRESSES,
    *media.ADDRESSES,
    *compare.ADDRESSES,
    *search.ADDRESSES,
    *alerts.ADDRESSES,
]
