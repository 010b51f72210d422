"""What a public process may do for a provider, with the database alone and no key: show its own record under its code,
and take what it contests as a letter to the unit.
"""

import os
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
    figures: dict[str, Any]
    sources: list[dict[str, Any]]


def record_under(door: Door, code: Code, at: datetime) -> Shown:
    """The record of this code. Raises NotFound where there is none, in the same words as for any other code."""
    rows = AccessCode.objects.filter(digest=code.digest, record__edition__unit=door.unit_id)
    held = rows.select_related("record__edition", "record__provider").first()
    if held is None:
        raise no_such_code()
    AccessCode.objects.filter(pk=held.pk, read_at=None).update(read_at=at)
    record, edition = held.record, held.record.edition
    return Shown(
        record.provider.name,
        edition.begins,
        edition.ends,
        edition.publish_after,
        edition.published_at,
        record.figures,
        record.sources,
    )


def contest(door: Door, code: Code, told: Told, at: datetime, random: Random = os.urandom) -> Code:
    """What a provider says is wrong of its record, as a sealed letter; the new code with which it follows that."""
    record_under(door, code, at)
    follows = new_code(random)
    write_letter(
        door, follows, LetterKind.CHALLENGE, replace(told, about=f"{OF_RECORD}{code.digest.hex()}"), at, random=random
    )
    return follows
