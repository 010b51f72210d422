"""Hashes come through the door, lie with the unit, and are erased when they are taken back."""

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid
from havre.flows import self_report
from havre.flows.open_door import open_door
from havre.flows.self_report import hashes_withdrawn
from havre.flows.take_letters import Taken, take_in
from havre.hotline import letters
from havre.hotline.letters import door_of, follow, keep_letter, write_letter
from havre.hotline.models import Letter, LetterKind, Receipt
from havre.hotline.telling import Told
from havre.sealing.receipt import Code, new_code
from havre.selfservice.door import write_allowed, write_hashes
from havre.selfservice.given import Allowed, Given, body_of
from havre.selfservice.models import Finding, Protected, State, Submission
from havre.selfservice.standing import Standing, standing_in
from tests.cast import NOON, Node, noon
from tests.sealing.wire import chance
from tests.selfservice.made import given, hashed
from tests.selfservice.test_life import medium


def sent(begun: Node, said: Given, seed: int = 1, *, more: bool = False) -> Code:
    """Hashes left at the door."""
    code = new_code(chance(seed))
    write_hashes(open_door(begun.home, begun.anke), code, said, NOON, more=more)
    return code


def taken(begun: Node) -> Taken:
    """All that waits, taken in."""
    return take_in(begun.home, begun.anke.unit, noon)


def withdrawn(begun: Node, code: Code) -> Taken:
    """Its owner takes it back."""
    write_letter(open_door(begun.home, begun.anke), code, LetterKind.WITHDRAWAL, Told(), NOON)
    return taken(begun)


def allowed(begun: Node, code: Code, platforms: bool, tell: bool, *, slow: bool = False) -> None:
    """Its owner says anew who may use it."""
    write_allowed(open_door(begun.home, begun.anke), code, Allowed(platforms, tell), NOON, slow=slow)


def standing(code: Code) -> Standing | None:
    """What whoever holds the code reads of it."""
    return standing_in(follow(door_of(), code).standing)


def test_hashes_lie_with_the_unit_as_their_owner_allowed(begun: Node) -> None:
    sent(begun, given(1, 2, platforms=False, tell=True))
    assert taken(begun) == Taken(hashes=1)
    submission = Submission.objects.get()
    assert (submission.number, submission.who, submission.platforms, submission.tell) == (1, "me", False, True)
    assert [(each.md5, each.prints, each.state) for each in submission.files.order_by("pk")] == [
        (made.md5, [[80, made.prints[0].value]], State.HELD) for made in (hashed(1), hashed(2))
    ]
    assert bytes(Letter.objects.get().sealed) == b""
    written = "".join(Entry.objects.values_list("detail", flat=True))
    assert ("hashes came" in written, hashed(1).md5 in written) == (True, False)


def test_more_lies_beside_them_and_the_same_only_once(begun: Node) -> None:
    sent(begun, given(1))
    sent(begun, given(1, 2), more=True)
    assert taken(begun) == Taken(hashes=2)
    sent(begun, given(3), seed=2)
    assert taken(begun) == Taken(hashes=1)
    assert [each.files.count() for each in Submission.objects.order_by("number")] == [2, 1]


def test_under_one_code_lie_so_many_and_no_more(begun: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(self_report, "MOST_UNDER_A_CODE", 3)
    sent(begun, given(1, 2))
    sent(begun, given(3, 4, 5), more=True)
    taken(begun)
    assert Protected.objects.count() == 3


def test_taken_back_everything_is_erased_and_the_code_opens_nothing(begun: Node) -> None:
    code = sent(begun, given(1, 2))
    other = sent(begun, given(3), seed=2)
    taken(begun)
    assert withdrawn(begun, code).withdrawals == 1
    first = Submission.objects.get(number=1)
    assert set(first.files.values_list("state", "md5", "sha256")) == {(State.WITHDRAWN, "", "")}
    assert (first.who, first.withdrawn_at is not None) == ("", True)
    assert not Receipt.objects.filter(digest=code.digest).exists()
    assert Submission.objects.get(receipt__digest=other.digest).files.get().state == State.HELD


def test_taken_back_before_anybody_looked_nothing_is_ever_opened(begun: Node) -> None:
    code = sent(begun, given(1))
    assert withdrawn(begun, code).withdrawals == 1
    assert (Submission.objects.count(), Letter.objects.count()) == (0, 0)


def test_of_a_report_nothing_is_withdrawn_here(begun: Node) -> None:
    code = new_code(chance(1))
    write_letter(open_door(begun.home, begun.anke), code, LetterKind.REPORT, Told(seen="x"), NOON)
    assert (taken(begun).reports, withdrawn(begun, code).withdrawals) == (1, 1)
    assert Submission.objects.count() == 0
    assert hashes_withdrawn.__doc__


def test_a_letter_that_says_nothing_is_kept_apart(begun: Node) -> None:
    door, code = open_door(begun.home, begun.anke), new_code(chance(1))
    keep_letter(door, code, LetterKind.HASHES, b"{}", {"at": NOON})
    keep_letter(door, new_code(chance(2)), LetterKind.HASHES, body_of(given(1, platforms=False)), {"at": NOON})
    assert taken(begun).trouble == 2
    assert [each.trouble for each in Letter.objects.order_by("id")] == [
        "this letter says nothing that Havre can read",
        "nobody said who may use these hashes",
    ]


def test_whoever_holds_the_code_reads_how_much_they_gave(begun: Node) -> None:
    code = sent(begun, given(1, 2))
    assert standing(code) is None
    taken(begun)
    assert standing(code) == Standing(2, 0, platforms=True, tell=False)
    sent(begun, Given((hashed(2), hashed(3, prints=3)), language="fr"), more=True)
    assert taken(begun) == Taken(hashes=1)
    assert standing(code) == Standing(2, 1, platforms=True, tell=False)
    withdrawn(begun, code)
    assert bytes(Receipt.objects.get().standing) == b""


def test_who_may_use_them_is_said_anew_and_what_was_found_is_forgotten(begun: Node) -> None:
    code = sent(begun, given(1, platforms=False, tell=True))
    taken(begun)
    Finding.objects.create(file=Protected.objects.get(), medium=medium(begun.anke.unit), at=NOON)
    Protected.objects.update(looked_at=NOON)
    allowed(begun, code, platforms=True, tell=True)
    assert (taken(begun), Finding.objects.count()) == (Taken(consents=1), 1)
    allowed(begun, code, platforms=True, tell=False)
    taken(begun)
    assert Submission.objects.values_list("platforms", "tell").get() == (True, False)
    assert (Finding.objects.count(), Protected.objects.get().looked_at) == (0, None)
    assert standing(code) == Standing(1, 0, platforms=True, tell=False)
    assert '"platforms":true,"tell":false' in Entry.objects.order_by("-index")[0].detail.replace(" ", "")


def test_what_is_said_last_counts_though_it_is_taken_in_first(begun: Node) -> None:
    code = sent(begun, given(1, platforms=True, tell=True))
    allowed(begun, code, platforms=True, tell=True, slow=True)
    allowed(begun, code, platforms=False, tell=True, slow=True)
    assert taken(begun) == Taken(hashes=1, consents=2)
    assert Submission.objects.get().platforms is False
    other = new_code(chance(9))
    write_letter(open_door(begun.home, begun.anke), other, LetterKind.REPORT, Told(seen="x"), NOON)
    allowed(begun, other, platforms=True, tell=True)
    assert taken(begun) == Taken(reports=1, trouble=1)


def test_a_no_is_kept_however_many_letters_lie_under_the_code(begun: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "MOST_LETTERS", 1)
    code = sent(begun, given(1, platforms=True, tell=True))
    with pytest.raises(Invalid, match="very much"):
        allowed(begun, code, platforms=True, tell=True)
    allowed(begun, code, platforms=False, tell=True)
    taken(begun)
    assert Submission.objects.values_list("platforms", "tell").get() == (False, True)
