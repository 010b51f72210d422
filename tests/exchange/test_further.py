"""What is told of media besides digests and PDQ is added where there is any, and told anew when it is made."""

import pytest

from havre.exchange.further import further_of
from havre.exchange.models import Kind, Shared, SharedImprint, SharedPrint
from havre.exchange.publish import publish
from havre.matches.marks import keep_imprints
from havre.restrictions.keep import say
from havre.restrictions.model import Level
from tests.cast import NOON, acting, introduce
from tests.exchange.imprints import series_with, stating
from tests.exchange.shared import open_to
from tests.imprinted import decoded, film, held, looks


@pytest.mark.usefixtures("database")
def test_imprints_and_cameras_are_added_where_there_are_any() -> None:
    unit = introduce().belgium
    bare, film_, camera = held(unit), held(unit, film(1, 2)), stating(held(unit), "BE00471193")
    found = further_of([bare.pk, film_.pk, camera.pk])
    assert {key: set(told) for key, told in found.items()} == {film_.pk: {"imprints"}, camera.pk: {"camera"}}
    assert found[camera.pk]["camera"] == {"model": "nikon d810", "serial": "be00471193"}


@pytest.mark.usefixtures("database")
def test_a_medium_of_which_more_is_known_is_told_anew_and_once() -> None:
    anke = acting(introduce().anke)
    medium = held(anke.unit)
    series = series_with(anke, medium)
    say(anke.unit, "series", series.pk, open_to("IT", level=Level.HIT), anke.person, NOON)
    publish(series, NOON)
    assert not SharedImprint.objects.exists()
    keep_imprints(looks(anke.unit), [(medium, decoded(film(1, 2)))])
    stating(medium, "BE00471193")
    for version in (2, 2):
        publish(series, NOON)
        assert Shared.objects.get(kind=Kind.MEDIA).version == version
        assert SharedImprint.objects.count() == 1
    assert SharedPrint.objects.exclude(camera=None).count() == 1
