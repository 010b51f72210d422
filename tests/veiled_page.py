"""A page that is nothing but veils, beside the real ones: what a reveal does is examined on it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import HttpResponse

    from havre.entrypoints.analyst.pages import Visit

TEMPLATE = """{% extends "analyst/page.html" %}
{% block main %}<h1>Veils</h1><p><button type="button">a button</button></p><div class="grid">
{% for each in veils %}<div class="tile" tabindex="0">{{ veiled(each, "ratio-43", "Hold") }}</div>{% endfor %}
</div>{% endblock %}"""


def named() -> "WSGIHandler":
    """The pages of the home that the environment names, with `/veiled`."""
    from havre.entrypoints.analyst import main

    pages = main.named()
    _add_page()
    return pages


def _add_page() -> None:
    from django.urls import path

    from havre.entrypoints.analyst import pages, urls
    from havre.units.models import RoleName

    urls.urlpatterns.append(path("veiled", pages.page(RoleName.ANALYST, RoleName.SUPERVISOR)(_veils)))


def _veils(visit: "Visit") -> "HttpResponse":
    from django.http import HttpResponse
    from django.template import engines

    from havre.entrypoints.analyst.veils import veiled
    from havre.media.queries import media_for

    media = media_for(visit.person).order_by("id")
    veils = veiled(visit.home, visit.person.unit, media).values()
    return HttpResponse(engines["pages"].from_string(TEMPLATE).render({"veils": list(veils)}, visit.request))
