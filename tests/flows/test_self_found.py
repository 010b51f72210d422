"""Somebody looks whether the unit holds a picture whose owner asked to be told; of others it is not looked for."""

from dataclasses import replace

import pytest

from havre.audit.models import Entry
from havre.errors import Refused
from havre.fingerprints.pdq_turned import turned
from havre.flows.self_found import find_submitted
from havre.flows.self_reported import list_submissions
from havre.media.models import Fingerprint, Medium
from havre.selfservice.given import Given
from tests.cast import Node
from tests.flows.fed import Fed
from tests.flows.test_self_report import sent, taken, withdrawn
from tests.selfservice.made import given, hashed


def held(here: Fed, seed: int, *, bits: int = 0) -> Medium:
    """A medium of the unit that looks like this picture but for so many bits."""
    medium = here.medium(to=None)
    pdq = int(hashed(seed).prints[0].value, 16) ^ ((1 << bits) - 1)
    Fingerprint.objects.filter(medium=medium).update(orientations=turned(pdq.to_bytes(32, "big")))
    return medium


def of_bytes(medium: Medium) -> Given:
    """What its owner hands over of the very file."""
    made = replace(hashed(7), md5=bytes(medium.md5).hex(), sha256=bytes(medium.sha256).hex())
    return Given((made,), tell=True)


def found(begun: Node) -> list[tuple[int, str, int | None]]:
    """What Anke finds."""
    rows = find_submitted(begun.home, begun.anke)
    return [(each["submission"], each["medium"], each["distance"]) for each in rows]


def test_the_same_file_and_the_same_picture_are_found_for_who_asked_to_be_told(having_feed: Fed) -> None:
    here = having_feed.node
    near, far, exact = held(having_feed, 1, bits=9), held(having_feed, 2, bits=80), having_feed.medium(to=None)
    sent(here, given(1, 2, tell=True))
    code = sent(here, of_bytes(exact), seed=2)
    sent(here, given(1, platforms=True, tell=False), seed=3)
    taken(here)
    expected = [(1, bytes(near.sha256).hex(), 9), (2, bytes(exact.sha256).hex(), None)]
    assert found(here) == expected
    assert bytes(far.sha256).hex() not in str(expected)
    last = Entry.objects.order_by("-index")[0]
    assert (last.verb, last.thing, '"found":2' in last.detail.replace(" ", "")) == ("consultation", "submissions", True)
    assert [each["found"] for each in list_submissions(here.home, here.anke)] == [1, 1, 0]
    withdrawn(here, code)
    assert found(here) == expected[:1]
    assert find_submitted(here.home, here.chiara) == []


def test_a_picture_turned_is_found(having_feed: Fed) -> None:
    medium = held(having_feed, 1)
    orientations = turned(bytes.fromhex(hashed(1).prints[0].value))
    Fingerprint.objects.filter(medium=medium).update(orientations=turned(orientations[32:64]))
    sent(having_feed.node, given(1, tell=True))
    taken(having_feed.node)
    assert found(having_feed.node) == [(1, bytes(medium.sha256).hex(), 0)]


def test_who_may_not_read_what_people_sent_finds_nothing(begun: Node) -> None:
    from havre.units.found import add_person
    from havre.units.models import RoleName
    from tests.cast import NOON, acting

    keeper = add_person("dirk", begun.anke.unit, NOON, [RoleName.ADMINISTRATOR])
    with pytest.raises(Refused):
        find_submitted(begun.home, acting(keeper))
