"""Families declare, consent, and consent no more."""

from datetime import date

import pytest

from havre.errors import Invalid, Refused
from havre.settings import Settings
from havre.sites.family import Declared, declare, must_consent, withdraw
from havre.sites.models import Family, FamilyDigest
from tests.cast import NOON, introduce
from tests.sites.held import site_of

DAY = date(2026, 2, 1)


def test_a_declaration_is_kept_until_the_consent_is_withdrawn(database: Settings) -> None:
    anke = introduce().anke
    site = site_of(anke, "quay")
    said = Declared(DAY, "https://pier.example/anna/", [bytes(32), bytes(16), bytes(32)])
    family = declare(site, said, "pier", "sealed", anke, NOON)
    assert (family.reference, family.page, family.digests.count()) == ("F1", "https://pier.example/anna", 2)
    must_consent(family)
    assert [withdraw(family, day) for day in (date(2026, 3, 1), date(2026, 3, 2))] == [True, False]
    family.refresh_from_db()
    assert (family.page, family.platform, family.contact, family.withdrawn_on) == ("", "", "", date(2026, 3, 1))
    assert FamilyDigest.objects.count() == 0
    with pytest.raises(Refused, match="F1 withdrew its consent on 2026-03-01"):
        must_consent(family)
    assert declare(site, Declared(DAY, digests=[bytes(20)]), "", "", anke, NOON).reference == "F2"


def test_without_consent_or_anything_that_tells_a_picture_nothing_is_kept(database: Settings) -> None:
    anke = introduce().anke
    site = site_of(anke, "quay")
    for said in (
        Declared(date(2027, 1, 1), "https://pier.example/anna"),
        Declared(DAY),
        Declared(DAY, "no address at all"),
        Declared(DAY, digests=[b"short"]),
    ):
        with pytest.raises(Invalid):
            declare(site, said, "", "", anke, NOON)
    assert Family.objects.count() == 0
