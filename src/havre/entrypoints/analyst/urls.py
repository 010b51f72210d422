"""Every address of the workspace."""

from django.urls import URLPattern, URLResolver

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
    others,
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
    told,
    triage,
    uploads,
    viewing,
    welcome,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *sign_in.ADDRESSES,
    *desk.ADDRESSES,
    *audit.ADDRESSES,
    *statistics.ADDRESSES,
    *clues.ADDRESSES,  # before series, whose acts would take their addresses
    *others.ADDRESSES,  # these too
    *series.ADDRESSES,
    *told.ADDRESSES,
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
