"""Every address of the workspace."""

from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from havre.entrypoints.analyst import cases, desk, intakes, sign_in, uploads

urlpatterns: list[URLPattern | URLResolver] = [
    path("language", set_language, name="language"),
    *sign_in.ADDRESSES,
    *desk.ADDRESSES,
    *cases.ADDRESSES,
    *intakes.ADDRESSES,
    *uploads.ADDRESSES,
]
