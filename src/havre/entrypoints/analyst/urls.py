"""Every address of the workspace."""

from django.urls import URLPattern, URLResolver

from havre.entrypoints.analyst import (
    again,
    alerts,
    clues,
    compare,
    desk,
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
    triage,
    viewing,
    welcome,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *sign_in.ADDRESSES,
    *again.ADDRESSES,
    *welcome.ADDRESSES,
    *provider.ADDRESSES,
    *second_factors.ADDRESSES,
    *own_settings.ADDRESSES,
    *people.ADDRESSES,
    *desk.ADDRESSES,
    *reveal.ADDRESSES,
    *pause.ADDRESSES,
    *viewing.ADDRESSES,
    *triage.ADDRESSES,
    *media.ADDRESSES,
    *compare.ADDRESSES,
    *search.ADDRESSES,
    *alerts.ADDRESSES,
    *clues.ADDRESSES,
    *series.ADDRESSES,
]
