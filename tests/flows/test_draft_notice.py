"""Nothing is written of a page that does not stand judged actionable, nor to anybody its route does not mean."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from havre.errors import Invalid, NotFound, Refused
from havre.flows import draft_notice
from havre.flows.begin import add_colleague
from havre.flows.draft_notice import (
    Wording,
    begin_again,
    confirm,
    draft,
    draft_all,
    drafted,
    goes_by_itself,
    overturned,
    raise_rung,
    retract,
    retract_notice,
)
from havre.flows.home import durable, take_turn
from havre.flows.judge_page import overturn
from havre.flows.notice_contacts import Contact, add_contact
from havre.flows.notice_route import way_of
from havre.flows.one_letter import message_id
from havre.hotline.models import Finding, Judgement, Page, Verdict
from havre.hotline.models import State as PageState
from havre.notices.models import Act, First, Kind, Letter, Notice, Outcome, State, Transmission
from havre.units.models import RoleName
from havre.units.queries import person_named
from tests.cast import NOON, Node, acting
from tests.notices.standing import HOST, at, contact, judged, ladder_of_contacts, outcome, page_of, routed


def drafts(here: Node, page: Page, **given: Any) -> list[Notice]:
    return draft(here.home, here.anke, str(page.pk), **given)


@pytest.mark.parametrize("state", [PageState.RECEIVED, PageState.NOT_ACTIONABLE])
def test_nothing_is_written_of_a_page_that_was_not_judged_actionable(begun: Node, state: PageState) -> None:
    ladder_of_contacts(begun)
    page = routed(begun)
    Page.objects.update(state=state)
    for to in ("", HOST, "The upstream", "The registrar", "The coordinator", "The publication"):
        with pytest.raises(Refused, match="does not stand judged actionable"):
            drafts(begun, page, to=to)
    assert Notice.objects.count() == 0


def test_one_person_is_not_enough_where_the_policy_wants_two(begun: Node) -> None:
    contact(begun)
    page = routed(begun)
    Judgement.objects.filter(person=begun.bram.person).delete()
    with pytest.raises(Refused, match="a second person must judge"):
        drafts(begun, page)
    Judgement.objects.create(page=page, person=begun.bram.person, verdict=Verdict.NOT_ACTIONABLE, at=NOON)
    with pytest.raises(Refused, match="does not stand judged actionable"):
        drafts(begun, page)
    assert Notice.objects.count() == 0


def test_nothing_is_written_before_the_page_has_a_route(begun: Node) -> None:
    contact(begun)
    page = judged(begun, page_of(begun.anke.unit, state=PageState.TRIAGED))
    with pytest.raises(Refused, match="names nobody to write to"):
        drafts(begun, page)


def test_nobody_is_written_to_whom_nobody_verified_at_any_rung(begun: Node) -> None:
    page = routed(begun)
    for kind in ("host", "upstream", "registrar", "coordinator", "publication"):
        said = Contact(kind, kind, "BE", f"{kind}@far.example", answers_for=("photos.example",))
        add_contact(begun.home, begun.anke, said)
        with pytest.raises(Refused, match="nobody has verified"):
            drafts(begun, page, to=kind)
    with pytest.raises(Refused, match="nobody has verified"):
        drafts(begun, page)
    assert Notice.objects.count() == 0


def test_where_nobody_is_known_it_says_whom_to_add(begun: Node) -> None:
    with pytest.raises(Invalid, match=r"no contact is known as host for photos\.example"):
        drafts(begun, routed(begun))


def test_belgiums_hotline_does_not_write_to_the_host_but_to_whom_its_route_names(begun: Node) -> None:
    contact(begun)
    police = contact(begun, "Federal Police of the test", "police", answers_for=())
    follows = outcome(writes=False, recipients=[("police", police.name)], acts=["inform"])
    page = routed(begun, follows=follows)
    with pytest.raises(Refused, match="nothing is written to Example Hosting"):
        drafts(begun, page, to=HOST)
    (notice,) = drafts(begun, page)
    assert (notice.recipient, notice.act, notice.hours) == (police, Act.INFORM, 72)
    with durable():
        take_turn()
        assert raise_rung(begun.home, begun.anke, notice) is None
    assert (notice.state, notice.trouble) == (State.UNANSWERED, "")


def test_above_whoever_runs_a_short_address_nobody_is_written_to(begun: Node) -> None:
    shipped = Path(draft_notice.__file__).parents[1] / "hotline" / "policies"
    own = begun.home.settings.home / "policies" / "BE.toml"
    own.parent.mkdir()
    own.write_text((shipped / "default.toml").read_text("utf-8"), "utf-8")
    page = routed(begun, kind="shortener")
    Finding.objects.create(page=page, kind="leads to", value="https://real.example/x", by=begun.anke.person, at=NOON)
    contact(begun, "Short Addresses")
    contact(begun, "The one that has it", answers_for=("real.example",))
    made = {name: drafts(begun, page, to=name)[0] for name in ("Short Addresses", "The one that has it")}
    for notice in made.values():
        with durable():
            take_turn()
            assert raise_rung(begun.home, begun.anke, notice) is None
    assert (made["Short Addresses"].state, made["Short Addresses"].trouble) == (State.UNANSWERED, "")
    assert "upstream" in made["The one that has it"].trouble


def test_police_and_host_are_written_to_where_the_route_says_both(begun: Node) -> None:
    ladder_of_contacts(begun)
    contact(begun, "National police", "police", answers_for=())
    follows = outcome(
        ("host", 24), recipients=[("police", "National police"), ("host", "")], acts=["remove", "preserve"]
    )
    made = drafts(begun, routed(begun, follows=follows))
    assert [(each.recipient.kind, each.act, each.preserve) for each in made] == [
        ("police", "inform", False),
        ("host", "remove", True),
    ]


def test_drafted_twice_it_is_one_and_another_units_page_is_none(begun: Node) -> None:
    contact(begun)
    page = routed(begun)
    assert drafts(begun, page) == drafts(begun, page) == list(Notice.objects.all())
    with pytest.raises(NotFound):
        draft(begun.home, begun.chiara, str(page.pk))
    with pytest.raises(NotFound):
        drafts(begun, page, to="Nobody")
    with pytest.raises(NotFound):
        draft(begun.home, begun.anke, "https://photos.example/\x00")


def test_it_keeps_what_somebody_decided_of_the_letters(begun: Node) -> None:
    contact(begun)
    (notice,) = drafts(begun, routed(begun), wording=Wording("Article 383bis", named=False))
    assert (notice.basis, notice.named, notice.holder, notice.country) == (
        "Article 383bis",
        False,
        "photos.example",
        "BE",
    )
    with pytest.raises(Invalid, match="one line"):
        drafts(begun, notice.page, wording=Wording("a\nb"))


def test_a_person_confirms_the_first_of_each_kind_and_those_after_go_by_themselves(begun: Node) -> None:
    contact(begun)
    (first,) = drafts(begun, routed(begun))
    (beside,) = drafts(begun, routed(begun, "https://photos.example/b"))
    assert (first.due_at, beside.due_at) == (None, None)
    confirm(begun.home, begun.bram, first.reference)
    (after,) = drafts(begun, routed(begun, "https://photos.example/c"))
    assert list(Notice.objects.order_by("pk").values_list("due_at", flat=True)) == [NOON] * 3
    assert (after.confirmed_by, First.objects.get().by) == (None, begun.bram.person)
    assert goes_by_itself(begun.anke, Kind.HOST, Act.REMOVE)
    assert not goes_by_itself(begun.chiara, Kind.HOST, Act.REMOVE)
    assert not goes_by_itself(begun.anke, Kind.HOST, Act.PRESERVE)


def test_a_second_person_confirms_where_the_policy_names_the_kind(begun: Node) -> None:
    folder = begun.home.settings.home / "policies"
    folder.mkdir()
    shipped = (__import__("importlib.resources").resources.files("havre.hotline") / "policies" / "BE.toml").read_text()
    (folder / "BE.toml").write_text(
        shipped.replace('two_people = ["actionable"]', 'two_people = ["actionable", "host"]')
    )
    contact(begun)
    (notice,) = drafts(begun, routed(begun))
    with pytest.raises(Refused, match="another person"):
        confirm(begun.home, begun.anke, notice.reference)
    assert confirm(begun.home, begun.bram, notice.reference).due_at == NOON


def test_confirmed_again_nothing_changes_and_what_is_over_waits_for_nobody(begun: Node) -> None:
    contact(begun)
    (notice,) = drafts(begun, routed(begun))
    confirm(begun.home, begun.bram, notice.reference)
    confirm(begun.home, at(begun.anke, NOON + timedelta(hours=1)), notice.reference)
    assert Notice.objects.get().confirmed_at == NOON
    retract_notice(begun.home, begun.anke, notice.reference, "wrong page")
    with pytest.raises(Invalid, match="does not wait"):
        confirm(begun.home, begun.bram, notice.reference)


def test_an_overturned_judgement_takes_its_notices_back_in_the_same_moment(begun: Node) -> None:
    contact(begun)
    (notice,) = drafts(begun, routed(begun))
    add_colleague(begun.home, begun.anke, "dirk", "", [RoleName.SUPERVISOR])
    about = {"notice": notice, "number": 1, "how": "mail", "to": "a@b.example", "due_at": NOON, "begun_at": NOON}
    Transmission.objects.create(**about, message_id="<hn.1@unit.example>", outcome=Outcome.TAKEN)
    overturn(begun.home, acting(person_named("dirk")), notice.page_id, "a holiday picture")
    notice.refresh_from_db()
    queued = Transmission.objects.get(letter=Letter.RETRACTION)
    assert (notice.state, queued.to, queued.outcome) == (State.RETRACTED, "a@b.example", Outcome.BEGUN)
    assert queued.message_id == message_id(notice.reference, 2, "<x@unit.example>")


def test_what_never_left_is_taken_back_without_a_letter(begun: Node) -> None:
    contact(begun)
    (notice,) = drafts(begun, routed(begun))
    with durable():
        take_turn()
        retract(begun.home, begun.anke, notice, "wrong")
        overturned(begun.home, begun.anke, notice.page)
    assert Transmission.objects.count() == 0
    with pytest.raises(Invalid, match="say why"):
        retract_notice(begun.home, begun.anke, notice.reference, " ")


def test_what_was_gone_begins_anew_and_an_analyst_alone_may_draft(begun: Node) -> None:
    contact(begun)
    (notice,) = drafts(begun, routed(begun))
    Notice.objects.update(state=State.REMOVED, raised_at=NOON, acknowledged_at=NOON)
    notice.refresh_from_db()
    later = NOON + timedelta(days=3)
    begin_again(notice, later)
    assert (notice.state, notice.due_at, notice.raised_at, notice.acknowledged_at) == ("reappeared", later, None, None)
    add_colleague(begun.home, begun.anke, "eva", "", [RoleName.AUDITOR])
    with pytest.raises(Refused, match="may not"):
        draft(begun.home, acting(person_named("eva")), str(notice.page_id))
    way = way_of(begun.home, begun.anke, notice.page)
    with durable():
        take_turn()
        assert drafted(begun.home, begun.anke, way, way.ladder.first[0], notice.recipient, Wording()) == notice


def test_of_many_pages_the_good_go_on_and_the_bad_come_back_with_place_and_reason(begun: Node) -> None:
    contact(begun)
    good = [routed(begun, f"https://photos.example/{name}") for name in ("a", "b")]
    unjudged = page_of(begun.anke.unit, "https://photos.example/c")
    elsewhere = routed(begun, "https://other.example/d")
    theirs = page_of(begun.chiara.unit, "https://photos.example/e")
    drafts(begun, good[1])
    named = [str(good[0].pk), "no page\x00", str(unjudged.pk), str(good[1].pk), str(elsewhere.pk), str(theirs.pk)]
    done = draft_all(begun.home, begun.anke, named)
    assert (done.pages, done.drafted, done.same) == (6, 1, 1)
    assert [(place, page) for place, page, _because in done.wrong] == [
        *((2, "no page\x00"), (3, str(unjudged.pk)), (5, str(elsewhere.pk)), (6, str(theirs.pk)))
    ]
    assert done.pages == done.drafted + done.same + len(done.wrong)
    assert "no contact is known as host for other.example" in done.wrong[2][2]
    assert done.wrong[0][2] == done.wrong[3][2]  # another unit's page is no page
    assert [each.page for each in done.notices] == [good[0]]
    assert Notice.objects.count() == 2
    assert draft_all(begun.home, begun.anke, named[:1]).same == 1
    with pytest.raises(Invalid, match="one line"):
        draft_all(begun.home, begun.anke, named, wording=Wording("a\nb"))


def test_it_is_taken_back_at_every_address_that_ever_had_it_once_each(begun: Node) -> None:
    contact(begun)
    (notice,) = drafts(begun, routed(begun))
    sent = [("mail", "old@b.example", "taken"), ("mail", "old@b.example", "taken"), ("mail", "new@b.example", "taken")]
    sent += [("api", "https://api.b.example/n", "perhaps taken"), ("mail", "never@b.example", "dropped")]
    for number, (how, to, became) in enumerate(sent, start=1):
        told = {"notice": notice, "number": number, "how": how, "to": to, "due_at": NOON, "begun_at": NOON}
        Transmission.objects.create(**told, message_id=f"<hn.{number}@unit.example>", outcome=became)
    retract_notice(begun.home, begun.anke, notice.reference, "wrong page")
    retract_notice(begun.home, begun.anke, notice.reference, "wrong page")
    back = Transmission.objects.filter(letter=Letter.RETRACTION).order_by("number")
    assert [(each.number, each.how, each.to) for each in back] == [
        *((6, "mail", "old@b.example"), (7, "mail", "new@b.example"), (8, "api", "https://api.b.example/n"))
    ]
    assert len({each.message_id for each in back}) == 3
