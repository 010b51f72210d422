"""A unit takes reports from the public, or takes no more."""

import os

from havre.flows.home import Home, durable, log, seal_log, take_turn
from havre.hotline.models import Door
from havre.sealing.door import door_opener
from havre.sealing.receipt import Random
from havre.units.acting import Acting
from havre.units.models import RoleName

KEY_BYTES = 32


def open_door(home: Home, acting: Acting, random: Random = os.urandom) -> Door:
    """From now on the public may write to this unit; opened again, the key and what waits are the same."""
    acting.must_be(RoleName.ADMINISTRATOR, to="open the door to the public")
    opener = door_opener(home.keys.unit(str(acting.unit.pk)))
    values = {
        "sealing": opener.public_key().public_bytes_raw(),
        "token_key": random(KEY_BYTES),
        "opened_at": acting.now(),
    }
    with durable():
        take_turn()
        door, new = Door.objects.get_or_create(unit=acting.unit, defaults=values)
        if new or door.closed_at is not None:
            door.closed_at = None
            door.save(update_fields=["closed_at"])
            log(home, acting, "change", f"unit {acting.unit.name}", {"act": "opened its door to the public"})
    seal_log(home, acting)
    return door


def close_door(home: Home, acting: Acting) -> None:
    """The public may write to this unit no more; codes that people hold open what was answered until then."""
    acting.must_be(RoleName.ADMINISTRATOR, to="close the door to the public")
    with durable():
        take_turn()
        if Door.objects.filter(unit=acting.unit, closed_at=None).update(closed_at=acting.now()):
            log(home, acting, "change", f"unit {acting.unit.name}", {"act": "closed its door to the public"})
    seal_log(home, acting)
