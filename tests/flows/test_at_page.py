"""Work on a page: one's own unit's alone, with a reason that can be kept."""

import pytest

from havre.errors import Invalid, NotFound
from havre.flows.at_page import LONGEST_REASON, alone, at_page, held, members_for, policy_for, said, thing_of
from havre.units.models import RoleName
from tests.cast import NOON, Node
from tests.hotline.reported import page_of, reported


def test_a_page_is_held_with_the_policy_of_its_country(begun: Node) -> None:
    reported(begun)
    with at_page(begun.home, begun.anke, page_of().pk) as desk:
        assert (desk.page, desk.policy.name, desk.at) == (page_of(), "BE", NOON)
        assert held(desk.page) == desk.page
    assert members_for(begun.home).has("NL")
    own = begun.home.settings.home / "policies"
    own.mkdir()
    (own / "BE.toml").write_text("nothing", "utf-8")
    with pytest.raises(Invalid, match="is not TOML"):
        policy_for(begun.home, begun.anke.unit)


def test_another_units_page_is_none(begun: Node) -> None:
    reported(begun)
    with pytest.raises(NotFound), at_page(begun.home, begun.chiara, page_of().pk):
        pass
    assert thing_of(page_of()) == f"page {page_of().pk}"


def test_a_reason_is_one_line_that_can_be_kept() -> None:
    assert said("  a \n b ", must=True) == "a b"
    for wrong in ("", " \n", "a\x00b", "x" * (LONGEST_REASON + 1)):
        with pytest.raises(Invalid):
            said(wrong, must=True)
    assert said("", must=False) == ""


def test_alone_is_who_has_no_colleague_that_may_judge(begun: Node) -> None:
    assert not alone(begun.anke.unit, begun.anke.person.pk)
    assert alone(begun.chiara.unit, begun.chiara.person.pk)
    begun.bram.person.roles.all().delete()
    begun.bram.person.roles.create(name=RoleName.AUDITOR, given_at=NOON)
    assert alone(begun.anke.unit, begun.anke.person.pk)
