"""Whoever said that something is wrong says more: it stands beside what they said first, sealed, for whoever decides.

Said after the decision, it brings the challenge back to those who decide.
"""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from havre.corrections.models import Added, Challenge, State
from havre.errors import Invalid
from havre.flows.challenge import in_danger, thing_of, told_by
from havre.hotline.models import Letter
from havre.hotline.telling import Told

if TYPE_CHECKING:
    from havre.flows.take_letters import Desk


def add_to_challenge(desk: "Desk", letter: Letter, told: Told) -> None:
    """What somebody adds stands with what they said first. Raises Invalid where nothing was taken in that they add to.

    That a child is in danger now counts at the page, as if somebody reported it.
    """
    found = Challenge.objects.select_related("page", "receipt").filter(receipt=letter.receipt_id)
    challenge = found.exclude(state=State.WITHDRAWN).first()
    if challenge is None or challenge.told is None:
        raise Invalid(_("this adds to what was not taken in"))
    if told != told_by(desk.home, challenge):  # the same form sent twice adds nothing
        Added.objects.create(challenge=challenge, told=bytes(letter.sealed), at=letter.at)
        if challenge.state != State.WAITING:
            challenge.again_at = challenge.again_at or letter.at
        challenge.danger = challenge.danger or told.danger
        challenge.save(update_fields=["again_at", "danger"])
        if told.danger:
            in_danger(desk.home, challenge, letter.at, desk.at)
        detail = {"act": "added to by who challenged", "danger": told.danger, "again": challenge.again_at is not None}
        desk.log(thing_of(challenge), detail)
        desk.taken.additions += 1
    letter.taken_at, letter.sealed = desk.at, b""
    letter.save(update_fields=["taken_at", "sealed"])
