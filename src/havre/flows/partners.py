"""Who of other hotlines and platforms may report by program: a key is made, shown once, and taken back."""

import os
from base64 import b32encode

from django.utils.translation import gettext as _

from havre.errors import Invalid, NotFound
from havre.flows.home import Home, consulted, durable, log, seal_log, take_turn
from havre.hotline.models import Partner
from havre.hotline.partners import key_digest
from havre.restrictions.visible import owned_by
from havre.sealing.receipt import Random
from havre.units.acting import Acting
from havre.units.models import RoleName

KEY_BYTES = 32
LONGEST_NAME = 200


def add_partner(home: Home, acting: Acting, name: str, random: Random = os.urandom, *, tipline: bool = False) -> str:
    """The key of a new partner, or a new key of one whose key was taken back; nobody can show it again.

    That of a platform opens the `tipline` alone.
    """
    acting.must_be(RoleName.ADMINISTRATOR, RoleName.SUPERVISOR, to="let partners report")
    said = name.strip()
    if not said or len(said) > LONGEST_NAME or not said.isprintable():
        raise Invalid(_("a partner needs a name of at most 200 letters"))
    key = "havre-" + b32encode(random(KEY_BYTES)).decode().rstrip("=").lower()
    kept = {"digest": key_digest(key), "made_at": acting.now(), "revoked_at": None, "tipline": tipline}
    with durable():
        take_turn()
        there = owned_by(acting.unit, Partner.objects).filter(name=said).first()
        if there is not None and there.revoked_at is None:
            raise Invalid(_("%(name)s has a key: take it back first") % {"name": said})
        if there is not None and there.tipline != tipline:
            raise Invalid(_("%(name)s reported in another way before: name it otherwise") % {"name": said})
        Partner.objects.update_or_create(unit=acting.unit, name=said, defaults=kept)
        detail: dict[str, object] = {"act": "gave a partner a key", "partner": said}
        log(home, acting, "change", f"unit {acting.unit.name}", detail | ({"tipline": True} if tipline else {}))
    seal_log(home, acting)
    return key


def revoke_partner(home: Home, acting: Acting, name: str, *, tipline: bool = False) -> None:
    """From now on this partner's key counts no more. Raises NotFound where nobody of that name has one."""
    acting.must_be(RoleName.ADMINISTRATOR, RoleName.SUPERVISOR, to="let partners report")
    with durable():
        take_turn()
        held = owned_by(acting.unit, Partner.objects).filter(name=name.strip(), revoked_at=None, tipline=tipline)
        if not held.update(revoked_at=acting.now()):
            raise NotFound(_("no partner of this name has a key"))
        detail = {"act": "took a partner's key back", "partner": name.strip()}
        log(home, acting, "change", f"unit {acting.unit.name}", detail)
    seal_log(home, acting)


def partners(home: Home, acting: Acting, *, tipline: bool = False) -> list[Partner]:
    """Every partner of the unit, by name; that somebody looked is written down."""
    acting.must_be(RoleName.ADMINISTRATOR, RoleName.SUPERVISOR, RoleName.AUDITOR, to="see which partners report")
    consulted(home, acting, f"unit {acting.unit.name}", {"act": "saw which partners report"})
    return list(owned_by(acting.unit, Partner.objects).filter(tipline=tipline).order_by("name"))
