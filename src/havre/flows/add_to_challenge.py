"""Whoever said that something is wrong says more: it stands with what they said first, sealed, for whoever decides."""

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from havre.corrections.models import Challenge, State
from havre.errors import Invalid
from havre.flows.challenge import thing_of
from havre.hotline.letters import bound
from havre.hotline.models import Letter, LetterKind
from havre.hotline.telling import Told, body_of, told_in, told_of
from havre.sealing.receipt import Random
from havre.sealing.secret import seal_to, unseal_from

if TYPE_CHECKING:
    from havre.flows.take_letters import Desk


def add_to_challenge(desk: "Desk", letter: Letter, told: Told, random: Random = os.urandom) -> None:
    """What somebody adds stands with what they said first, for whoever decides. Raises Invalid where it is too late."""
    challenge = Challenge.objects.filter(receipt=letter.receipt_id, state=State.WAITING).first()
    if challenge is None or challenge.told is None:
        raise Invalid(_("this adds to what was not taken in, or was decided already"))
    key = bound(bytes(letter.receipt.digest), LetterKind.CHALLENGE)
    before = told_in(unseal_from(desk.opener, bytes(challenge.told), key))
    if told != before:
        said = (told.about if told.about != before.about else "", told.seen, told.contact)
        more = "\n".join(filter(None, said))
        both = told_of(replace(before, seen=f"{before.seen}\n\n{letter.at:%Y-%m-%d %H:%M} UTC\n{more}"))
        challenge.told = seal_to(desk.opener.public_key().public_bytes_raw(), body_of(both), key, random)
        challenge.save(update_fields=["told"])
        desk.log(thing_of(challenge), {"act": "added to by who challenged"})
        desk.taken.additions += 1
    letter.taken_at, letter.sealed = desk.at, b""
    letter.save(update_fields=["taken_at", "sealed"])
