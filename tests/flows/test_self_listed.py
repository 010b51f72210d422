"""Hashes that their owner lets platforms have go to the list of what nobody saw; taken back, they leave it."""

from datetime import datetime, timedelta

import pytest

from havre.feeds.models import Benign, Entry, HashList
from havre.feeds.models import State as Listed
from havre.flows import self_listed
from havre.flows.feed_self import propose_unreviewed
from havre.flows.self_listed import KEPT, Tended, hashes_of, key_of, tend_self_service
from havre.flows.self_report import allow, take_back
from havre.hashlists.changes import every
from havre.hotline.models import Receipt
from havre.selfservice.given import Allowed, Given
from havre.selfservice.models import Protected, State, Submission
from havre.selfservice.standing import Standing
from tests.cast import NOON, Node, noon
from tests.feeds.published import lists_for
from tests.flows.fed import Fed
from tests.flows.test_self_report import allowed, sent, standing, taken, withdrawn
from tests.selfservice.made import given, hashed


def tended(begun: Node, at: datetime = NOON) -> Tended:
    """What the worker does at this time."""
    return tend_self_service(begun.home, lambda: at)


def states() -> list[str]:
    """How far each file is."""
    return list(Protected.objects.order_by("pk").values_list("state", flat=True))


def test_what_is_for_platforms_is_listed_as_seen_by_nobody_and_retracted(having_feed: Fed) -> None:
    here = having_feed.node
    code = sent(here, given(1, 2, platforms=True))
    sent(here, given(3, platforms=False, tell=True), seed=2)
    taken(here)
    assert tended(here) == Tended(listed=2)
    assert tended(here) == Tended()
    assert states() == [State.PROPOSED, State.PROPOSED, State.HELD]
    reader, _token = having_feed.reader("Platform", "unreviewed")
    having_feed.publish()
    (listed,) = lists_for(reader)
    told = {each.number: each for each in every(listed)}
    mine = [told[number] for number in Entry.objects.order_by("number").values_list("number", flat=True)]
    assert [(each.signals, each.reviewed, each.confirmed, each.retracted) for each in mine] == [
        (hashed(1).signals, False, 0, False),
        (hashed(2).signals, False, 0, False),
    ]
    withdrawn(here, code)
    assert tended(here) == Tended(retracted=2)
    having_feed.publish()
    gone = [each for each in every(lists_for(reader)[0]) if each.retracted]
    assert sorted(each.signals for each in gone) == sorted(each.signals for each in mine)  # what is to be deleted
    assert states() == [State.WITHDRAWN, State.WITHDRAWN, State.HELD]
    assert set(HashList.objects.exclude(name="unreviewed").values_list("entries", flat=True)) <= {None}


def test_what_collides_with_something_harmless_is_refused_and_the_rest_is_not(having_feed: Fed) -> None:
    here = having_feed.node
    pdq = int(hashed(1).prints[0].value, 16) ^ 0b1111
    Benign.objects.create(feed=having_feed.feed, source="a", pdq=pdq.to_bytes(32, "big"))
    sent(here, given(1, 2))
    taken(here)
    assert tended(here) == Tended(listed=1, refused=1)
    assert states() == [State.REFUSED, State.PROPOSED]
    assert Protected.objects.order_by("pk")[0].because
    assert tended(here) == Tended()


def test_platforms_are_not_let_have_it_any_more_and_then_again(having_feed: Fed) -> None:
    here = having_feed.node
    code = sent(here, given(1, platforms=True, tell=True))
    taken(here)
    assert tended(here) == Tended(listed=1)
    allowed(here, code, platforms=False, tell=True)
    taken(here)
    assert states() == [State.HELD]
    assert (tended(here), tended(here)) == (Tended(retracted=1), Tended())
    assert Submission.objects.get().listed is False
    allowed(here, code, platforms=True, tell=True)
    taken(here)
    assert (tended(here), states()) == (Tended(listed=1), [State.PROPOSED])
    assert list(Entry.objects.order_by("number").values_list("state", flat=True)) == ["retracted", "confirmed"]


def test_let_have_it_again_before_it_was_taken_back_it_stays(having_feed: Fed) -> None:
    here = having_feed.node
    code = sent(here, given(1, platforms=True, tell=True))
    taken(here)
    tended(here)
    for platforms in (False, True):
        allowed(here, code, platforms=platforms, tell=True)
        taken(here)
    assert (tended(here), states(), Entry.objects.count()) == (Tended(listed=1), [State.PROPOSED], 1)


def test_not_for_platforms_any_more_while_it_is_listed_it_does_not_stay_there(
    having_feed: Fed, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = having_feed.node
    sent(here, given(1, platforms=True, tell=True))
    taken(here)
    propose = propose_unreviewed

    def overtaken(*words: object, **more: object) -> object:
        allow(Submission.objects.get(), Allowed(platforms=False, tell=True), NOON)
        tended(here)
        return propose(*words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(self_listed, "propose_unreviewed", overtaken)
    assert tended(here) == Tended(listed=1, retracted=1)
    assert (states(), Entry.objects.get().state) == ([State.HELD], Listed.RETRACTED)
    assert tended(here) == Tended()


def test_without_a_feed_it_waits(begun: Node) -> None:
    sent(begun, given(1))
    taken(begun)
    assert (tended(begun), states()) == (Tended(), [State.HELD])


def test_so_much_a_day_and_the_rest_tomorrow(having_feed: Fed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_listed, "MOST_A_DAY", 2)
    sent(having_feed.node, given(1, 2, 3))
    taken(having_feed.node)
    assert tended(having_feed.node) == Tended(listed=2)
    assert tended(having_feed.node) == Tended()
    assert tended(having_feed.node, NOON + timedelta(days=1, hours=1)) == Tended(listed=1)
    assert states() == [State.PROPOSED] * 3


def test_taken_back_while_it_is_listed_it_does_not_stay_there(
    having_feed: Fed, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = having_feed.node
    sent(here, given(1))
    taken(here)
    propose = propose_unreviewed

    def overtaken(*words: object, **more: object) -> object:
        made = propose(*words, **more)  # type: ignore[arg-type]
        take_back(Submission.objects.get(), NOON)
        return made

    monkeypatch.setattr(self_listed, "propose_unreviewed", overtaken)
    assert (tended(here), states()) == (Tended(retracted=1), [State.WITHDRAWN])
    assert Entry.objects.get().state == Listed.RETRACTED
    assert tended(here) == Tended()


def test_taken_back_and_looked_over_before_it_is_proposed_it_does_not_stay_on_the_list(
    having_feed: Fed, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = having_feed.node
    sent(here, given(1, 2))
    taken(here)
    propose = propose_unreviewed

    def overtaken(*words: object, **more: object) -> object:
        monkeypatch.setattr(self_listed, "propose_unreviewed", propose)
        take_back(Submission.objects.get(), NOON)
        assert tended(here) == Tended()  # another worker's turn: nothing is there yet to be retracted
        return propose(*words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(self_listed, "propose_unreviewed", overtaken)
    tended(here)
    assert states() == [State.WITHDRAWN] * 2
    assert set(Entry.objects.values_list("state", flat=True)) == {Listed.RETRACTED}


def test_whoever_sends_much_takes_the_room_of_nobody(having_feed: Fed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_listed, "MOST_A_DAY", 2)
    sent(having_feed.node, given(1, 2, 3))
    sent(having_feed.node, given(4), seed=2)
    taken(having_feed.node)
    assert tended(having_feed.node) == Tended(listed=2)
    assert states() == [State.PROPOSED, State.HELD, State.HELD, State.PROPOSED]


def test_a_film_loses_the_frames_that_collide_and_is_refused_where_none_is_left(having_feed: Fed) -> None:
    here = having_feed.node
    film = hashed(1, prints=3)
    harmless = [bytes.fromhex(each.value) for each in film.prints]
    Benign.objects.create(feed=having_feed.feed, source="a", pdq=harmless[1])
    sent(here, Given((film,), platforms=True))
    taken(here)
    assert tended(here) == Tended(listed=1)
    listed = [value for method, _version, value in Entry.objects.get().signals if method == "pdq"]
    assert listed == [film.prints[0].value, film.prints[2].value]
    Benign.objects.bulk_create(Benign(feed=having_feed.feed, source="a", pdq=each) for each in harmless)
    sent(here, Given((film,), platforms=True), seed=2)
    taken(here)
    assert tended(here) == Tended(refused=1)


def test_after_five_years_it_is_erased_and_taken_from_the_list(having_feed: Fed) -> None:
    here = having_feed.node
    sent(here, given(1))
    taken(here)
    assert tended(here).listed == 1
    later = NOON + KEPT
    assert tended(here, later - timedelta(seconds=1)) == Tended()
    assert tended(here, later) == Tended(ended=1, retracted=1)
    assert (states(), Receipt.objects.get().withdrawn_at is not None) == ([State.WITHDRAWN], True)


def test_a_key_says_nothing_of_the_code(begun: Node) -> None:
    code = sent(begun, given(1))
    taken(begun)
    submission = Submission.objects.get()
    assert key_of(submission) == f"submission-{submission.pk}"
    assert str(code) not in key_of(submission)
    made = hashes_of(submission.files.get())
    assert (made.signals, made.quality, made.kind) == (hashed(1).signals, 80, hashed(1).kind)
    assert noon() == NOON


def test_who_was_never_told_how_theirs_stands_is_told(begun: Node) -> None:
    code = sent(begun, given(1, 2, platforms=True, tell=True))
    taken(begun)
    Receipt.objects.update(standing=b"")
    assert (tended(begun), tended(begun)) == (Tended(counted=1), Tended())
    assert standing(code) == Standing(2, 0, platforms=True, tell=True)
