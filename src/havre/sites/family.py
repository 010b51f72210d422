"""What a family declares of a child's pictures. Without its consent nothing is kept of it and nothing is listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from havre.addresses.address import address_of
from havre.errors import Invalid, Refused
from havre.sites.models import Family, FamilyDigest, Site
from havre.sites.rows import KINDS
from havre.units.models import Person

MOST_DIGESTS = 10_000


@dataclass(frozen=True, slots=True)
class Declared:
    """What a family says, through a person of the unit."""

    consent_on: date
    page: str = ""
    digests: Sequence[bytes] = ()


def declare(site: Site, said: Declared, platform: str, contact: str, by: Person, at: datetime) -> Family:
    """A family's declaration; `contact` is sealed already. Raises Invalid where nothing of it tells a picture."""
    if said.consent_on > at.date():
        raise Invalid(_("the family can't have consented in the future"))
    if not said.page and not said.digests:
        raise Invalid(_("give the family's page, or the digests of pictures that are theirs"))
    if len(said.digests) > MOST_DIGESTS or any(len(digest) not in KINDS.values() for digest in said.digests):
        raise Invalid(_("give at most %(most)s digests, SHA-256, SHA-1 or MD5") % {"most": MOST_DIGESTS})
    newest = site.families.order_by("-number").values_list("number", flat=True).first()
    family = Family.objects.create(
        site=site,
        number=1 + (newest or 0),
        page=str(address_of(said.page)).rstrip("/") if said.page else "",
        platform=platform,
        contact=contact,
        consent_on=said.consent_on,
        by=by,
        at=at,
    )
    FamilyDigest.objects.bulk_create(
        [FamilyDigest(family=family, digest=digest) for digest in dict.fromkeys(said.digests)]
    )
    return family


def withdraw(family: Family, on: date) -> bool:
    """The family consents no more: its page, contact and digests are gone; whether it consented until now."""
    family.digests.all().delete()
    first = family.withdrawn_on is None
    family.page = family.platform = family.contact = ""
    family.withdrawn_on = family.withdrawn_on or on
    family.save(update_fields=["page", "platform", "contact", "withdrawn_on"])
    return first


def must_consent(family: Family) -> None:
    """Raises Refused where the family consents no more."""
    if family.withdrawn_on is not None:
        raise Refused(
            _("family %(family)s withdrew its consent on %(day)s: nothing is listed of it")
            % {"family": family.reference, "day": family.withdrawn_on.isoformat()}
        )
