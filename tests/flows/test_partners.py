"""A partner's key is shown once, kept as a digest, and taken back."""

import json

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, NotFound, Refused
from havre.flows.open_door import open_door
from havre.flows.partners import add_partner, partners, revoke_partner
from havre.hotline.models import Partner
from havre.hotline.partners import partner_of
from tests.cast import Node


def test_a_key_counts_from_when_it_is_made_until_it_is_taken_back(begun: Node) -> None:
    door = open_door(begun.home, begun.anke)
    key = add_partner(begun.home, begun.anke, " Line IT ")
    assert partner_of(door, key).name == "Line IT"
    assert key.encode() not in bytes(Partner.objects.get().digest)
    with pytest.raises(Invalid, match="take it back first"):
        add_partner(begun.home, begun.anke, "Line IT")
    revoke_partner(begun.home, begun.anke, "Line IT")
    with pytest.raises(Refused):
        partner_of(door, key)
    with pytest.raises(NotFound):
        revoke_partner(begun.home, begun.anke, "Line IT")
    again = add_partner(begun.home, begun.anke, "Line IT")
    assert (partner_of(door, again).name, Partner.objects.count(), again != key) == ("Line IT", 1, True)
    assert [each.revoked_at for each in partners(begun.home, begun.anke)] == [None]
    told = " ".join(entry.detail for entry in Entry.objects.all())
    assert [json.loads(entry.detail).get("act") for entry in Entry.objects.order_by("index")][-4:] == [
        "gave a partner a key",
        "took a partner's key back",
        "gave a partner a key",
        "saw which partners report",
    ]
    assert key not in told


def test_analysts_give_no_keys_and_other_units_see_none(begun: Node) -> None:
    with pytest.raises(Refused):
        add_partner(begun.home, begun.bram, "Line IT")
    with pytest.raises(Invalid, match="needs a name"):
        add_partner(begun.home, begun.anke, "a\nb")
    add_partner(begun.home, begun.anke, "Line IT")
    assert partners(begun.home, begun.chiara) == []
    with pytest.raises(NotFound):
        revoke_partner(begun.home, begun.chiara, "Line IT")
