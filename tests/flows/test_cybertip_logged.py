"""What leaves from a node is in its log before it does, and only some may send it."""

import pytest

from havre.audit.models import Entry
from havre.errors import Refused
from havre.flows.cybertip_logged import logged
from havre.units.models import Role, RoleName
from tests.cast import Node


def test_a_report_is_logged_as_a_disclosure(begun: Node) -> None:
    logged(begun.home, begun.bram)("sending", {"to": "hotline.example", "files": 2})
    entry = Entry.objects.filter(verb="disclosure", thing="cybertip").get()
    assert entry.person == "bram"
    assert "hotline.example" in entry.detail


def test_only_analysts_and_supervisors_report(begun: Node) -> None:
    Role.objects.filter(person=begun.bram.person).update(name=RoleName.AUDITOR)
    with pytest.raises(Refused, match="report to a hotline"):
        logged(begun.home, begun.bram)
