"""What a public process may do for a provider, with the database alone and no key: show its own record under its code,
and take what it contests as a letter to the unit.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from havre.hotline.letters import no_such_code, write_letter
from havre.hotline.models import Door, LetterKind
from havre.hotline.telling import Told
from havre.platforms.models import AccessCode
from havre.sealing.receipt import Code, Random, new_code

OF_RECORD = "record "
"""How a letter begins to name the record that its code vouches for."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A provider's own record."""

    provider: str
    begins: datetime
    ends: datetime
    publish_after: datetime
    published_at: datetime | None
    figures: Mapping[str, Any]
    sources: Sequence[Mapping[str, Any]]


SHOWN = (
    *("record__provider__name", "record__edition__begins", "record__edition__ends"),
    *("record__edition__publish_after", "record__edition__published_at", "record__figures", "record__sources"),
)
"""Where what is shown stands; of the provider its name alone is read."""


def record_under(door: Door, code: Code, at: datetime) -> Shown:
    """The record of this code. Raises NotFound where there is none, in the same words as for any other code."""
    rows = AccessCode.objects.filter(digest=code.digest, record__edition__unit=door.unit_id)
    held = rows.values_list("pk", "read_at", *SHOWN).first()
    if held is None:
        raise no_such_code()
    if held[1] is None:
        AccessCode.objects.filter(pk=held[0], read_at=None).update(read_at=at)
    return Shown(*held[2:])


def contest(door: Door, code: Code, told: Told, at: datetime, random: Random = os.urandom) -> Code:
    """What a provider says is wrong of its record, as a sealed letter; the new code with which it follows that."""
    record_under(door, code, at)
    follows = new_code(random)
    write_letter(door, follows, LetterKind.CHALLENGE, contesting(code, told), at, random=random)
    return follows


def contesting(code: Code, told: Told) -> Told:
    """What is told, as said of the record of this code."""
    return replace(told, about=f"{OF_RECORD}{code.digest.hex()}")
