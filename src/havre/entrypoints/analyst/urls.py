"""Every address of the workspace."""

from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from havre.entrypoints.analyst import (
    again,
    alerts,
    audit,
    cases,
    clues,
    compare,
    desk,
    intakes,
    media,
    own_settings,
    pause,
    people,
    provider,
    reveal,
    search,
    second_factors,
    series,
    sign_in,
    statistics,
    triage,
    uploads,
    viewing,
    welcome,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("language", set_language, name="language"),
    *sign_in.ADDRESSES,
    *desk.ADDRESSES,
    *audit.ADDRESSES,
    *statistics.ADDRESSES,
    *clues.ADDRESSES,  # before series, whose acts would take their addresses
    *series.ADDRESSES,
    *again.ADDRESSES,
    *welcome.ADDRESSES,
    *provider.ADDRESSES,
    *second_factors.ADDRESSES,
    *own_settings.ADDRESSES,
    *people.ADDRESSES,
    *cases.ADDRESSES,
    *intakes.ADDRESSES,
    *uploads.ADDRESSES,
    *reveal.ADDRESSES,
    *pause.ADDRESSES,
    *viewing.ADDRESSES,
    *triage.ADDRESSES,
    *media.ADDRESSES,
    *compare.ADDRESSES,
    *search.ADDRESSES,
    *alerts.ADDRESSES,
]
