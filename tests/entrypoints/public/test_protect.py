"""The pages of self-service: what is sent is checked and sealed; nothing typed is lost; one code, one page."""

import re

import pytest
from django.test import Client

from havre.entrypoints.public.protect import given_by
from havre.feeds.models import Feed
from havre.hotline.letters import STANDING, bound, seal_answer
from havre.hotline.models import Answer, Door, Letter, LetterKind, Receipt
from havre.sealing.secret import seal_to, unseal_from
from havre.selfservice.given import Allowed, Given, allowed_in, given_in
from havre.units.found import add_person
from havre.units.models import RoleName
from tests.cast import NOON
from tests.entrypoints.public.conftest import OPENER
from tests.entrypoints.public.shown import code_on, hidden, posted, sent, text
from tests.sealing.wire import chance
from tests.selfservice.made import HASHES, hashed, lines

GOOD = {"hashes": HASHES, "who": "me", "tell": "1"}
CHOOSE = "protect/choose"


def handed() -> list[Given]:
    """What letters hold, opened as their unit opens them."""
    rows = Letter.objects.order_by("id").select_related("receipt")
    return [
        given_in(unseal_from(OPENER, bytes(each.sealed), bound(bytes(each.receipt.digest), each.kind))) for each in rows
    ]


def test_what_is_sent_is_sealed_with_what_is_allowed(visitor: Client, door: Door) -> None:
    answer = sent(visitor, "nl", CHOOSE, **GOOD)
    assert (answer.status_code, "Klaar" in text(answer)) == (200, True)
    files = (hashed(1), hashed(2, prints=3))
    assert handed() == [Given(files, "me", platforms=False, tell=True, language="nl")]
    assert Receipt.objects.get().digest == code_on(answer).digest


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hashes": ""}, "Choose a picture or film first."),
        ({"hashes": "x"}, "no hashes of pictures"),
        ({"hashes": HASHES.replace("pdq 80", "pdq 20")}, "of no use"),
        ({"who": ""}, "Say who is in them."),
        ({"who": "Anna"}, "Say who is in them."),
        ({"tell": ""}, "Say yes to at least one"),
    ],
)
def test_what_must_be_mended_is_said_and_nothing_is_lost(
    visitor: Client, door: Door, change: dict[str, str], said: str
) -> None:
    answer = sent(visitor, "en", CHOOSE, **GOOD | change)
    assert (answer.status_code, said in text(answer), Letter.objects.count()) == (422, True, 0)
    assert hidden(answer)["hashes"] == (GOOD | change)["hashes"]


def test_under_its_code_lie_answers_and_more_is_added(visitor: Client, door: Door) -> None:
    code = code_on(sent(visitor, "en", CHOOSE, **GOOD))
    page = posted(visitor, "/en/follow", code=str(code))
    assert ("have come in" in text(page), "Add more" in text(page), "Tell us more" in text(page)) == (True, True, False)
    more = posted(visitor, "/en/follow", **hidden(page) | {"act": "more", "hashes": lines(hashed(3))})
    assert "We have got the new numbers too." in text(more)
    assert [each.files for each in handed()][1] == (hashed(3),)
    wrong = posted(visitor, "/en/follow", **hidden(page) | {"act": "more", "hashes": "x"})
    assert (wrong.status_code, Letter.objects.count()) == (422, 2)
    receipt = Receipt.objects.get()
    Answer.objects.create(receipt=receipt, sealed=seal_answer(bytes(receipt.sealing), "It was found."), at=NOON)
    assert "It was found." in text(posted(visitor, "/en/follow", code=str(code)))
    gone = text(posted(visitor, "/en/follow", code=str(code), act="withdraw"))
    assert ("You took it back" in gone, "are told to erase them" in gone, "what you wrote" in gone) == (
        True,
        True,
        False,
    )
    assert "nothing waits under this code" in text(posted(visitor, "/en/follow", code=str(code))).lower()


def test_who_may_use_them_is_changed_under_the_code(visitor: Client, door: Door) -> None:
    code = code_on(sent(visitor, "en", CHOOSE, **GOOD))
    page = posted(visitor, "/en/follow", code=str(code))
    early = posted(visitor, "/en/follow", code=str(code), act="allow", tell="1")
    for untold, status in ((page, 200), (early, 422)):
        said = ("not counted them yet" in text(untold), "Who may use the numbers?" in text(untold))
        assert (untold.status_code, *said, Letter.objects.count()) == (status, True, False, 1)
    body = b'{"pictures": 3, "films": 1, "platforms": false, "tell": true}'
    Receipt.objects.update(standing=seal_to(code.sealing, body, STANDING, chance(1)))
    page = posted(visitor, "/en/follow", code=str(code))
    form = {name: value for name, value in hidden(page).items() if name in ("code", "puzzle")} | {"act": "allow"}
    nobody = posted(visitor, "/en/follow", **form)
    assert (nobody.status_code, "Or take it all back" in text(nobody), Letter.objects.count()) == (422, True, 1)
    analyst = add_person("anke", door.unit, NOON, [RoleName.ANALYST])
    Feed.objects.create(unit=door.unit, made_by=analyst, made_at=NOON)
    changed = posted(visitor, "/en/follow", **form, platforms="1")
    assert "We have got your change." in text(changed)
    assert re.findall(r'name="(\w+)" value="1"( checked)?', changed.content.decode()) == [
        ("platforms", " checked"),
        ("tell", ""),
    ]
    letter = Letter.objects.select_related("receipt").get(kind=LetterKind.CONSENT)
    body = unseal_from(OPENER, bytes(letter.sealed), bound(bytes(letter.receipt.digest), letter.kind))
    assert allowed_in(body) == Allowed(platforms=True, tell=False)


def test_how_much_lies_there_and_who_may_use_it_is_read_under_the_code(visitor: Client, door: Door) -> None:
    code = code_on(sent(visitor, "en", CHOOSE, **GOOD))
    body = b'{"pictures": 3, "films": 1, "platforms": true, "tell": true}'
    Receipt.objects.update(standing=seal_to(code.sealing, body, STANDING, chance(1)))
    page = posted(visitor, "/en/follow", code=str(code))
    assert "You protect this many. Pictures: 3. Films: 1." in text(page)
    assert re.findall(r'name="tell" value="1"( checked)?', page.content.decode()) == [" checked"]
    posted(visitor, "/en/follow", code=str(code), act="allow")  # without lists the yes to platforms stays as it was
    letter = Letter.objects.select_related("receipt").get(kind=LetterKind.CONSENT)
    body = unseal_from(OPENER, bytes(letter.sealed), bound(bytes(letter.receipt.digest), letter.kind))
    assert allowed_in(body) == Allowed(platforms=True, tell=False)
    french = text(posted(visitor, "/fr/follow", code=str(code)))
    assert "Images : 3. Films : 1." in french.replace("\u00a0", " ")


def test_words_are_not_added_to_hashes_nor_hashes_to_a_report(visitor: Client, door: Door) -> None:
    code = code_on(sent(visitor, "en", CHOOSE, **GOOD))
    posted(visitor, "/en/follow", code=str(code), act="add", more="my name is Anna")
    report = code_on(sent(visitor, address="a.example"))
    posted(visitor, "/en/follow", code=str(report), act="more", hashes=HASHES)
    assert list(Letter.objects.order_by("id").values_list("kind", flat=True)) == ["hashes", "report"]


def test_platforms_are_asked_for_only_where_the_unit_has_lists(visitor: Client, door: Door) -> None:
    assert "Sites and apps" not in text(visitor.get("/en/protect")) + text(visitor.get(f"/en/{CHOOSE}"))
    answer = sent(visitor, "en", CHOOSE, **GOOD | {"tell": "", "platforms": "1"})
    assert (answer.status_code, Letter.objects.count()) == (422, 0)
    analyst = add_person("anke", door.unit, NOON, [RoleName.ANALYST])
    Feed.objects.create(unit=door.unit, made_by=analyst, made_at=NOON)
    assert "Sites and apps" in text(visitor.get("/en/protect"))
    assert sent(visitor, "en", CHOOSE, **GOOD | {"tell": "", "platforms": "1"}).status_code == 200
    assert [(each.platforms, each.tell) for each in handed()] == [(True, False)]


def test_nothing_is_promised_that_the_code_does_not_do(visitor: Client, door: Door) -> None:
    code = code_on(sent(visitor, "en", CHOOSE, **GOOD))
    Letter.objects.update(taken_at=NOON)
    mine = text(posted(visitor, "/en/follow", code=str(code)))
    assert ("have come in" in mine, "in use" in mine, "up to 200" in mine) == (True, False, True)
    for page in ("protect", CHOOSE):
        assert "the police." not in text(visitor.get(f"/en/{page}"))


def test_a_form_sent_twice_is_one_submission(visitor: Client, door: Door) -> None:
    form = hidden(visitor.get(f"/en/{CHOOSE}")) | GOOD
    codes = {str(code_on(posted(visitor, f"/en/{CHOOSE}", **form))) for _ in range(2)}
    assert (len(codes), Receipt.objects.count()) == (1, 1)
    posted(visitor, "/en/follow", code=codes.pop(), act="withdraw")
    assert code_on(posted(visitor, f"/en/{CHOOSE}", **form))
    assert Receipt.objects.count() == 2


def test_the_field_for_files_is_in_no_form_and_has_no_name(visitor: Client, door: Door) -> None:
    code = code_on(sent(visitor, "en", CHOOSE, **GOOD))
    pages = [visitor.get(f"/en/{CHOOSE}"), posted(visitor, "/en/follow", code=str(code))]
    for page in (each.content.decode() for each in pages):
        forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
        (field,) = re.findall(r"<input type=.file.[^>]*>", page)
        assert "name=" not in field
        assert [form for form in forms if "file" in form] == []


def test_a_form_of_another_kind_is_refused_before_it_is_read(visitor: Client, door: Door) -> None:
    answer = visitor.post(f"/en/{CHOOSE}", {"hashes": HASHES})  # multipart, as files are sent
    assert (answer.status_code, Letter.objects.count()) == (415, 0)


@pytest.mark.parametrize("page", ["protect", "guide", "guide/clean"])
def test_pages_that_only_tell_are_there_in_three_languages(visitor: Client, door: Door, page: str) -> None:
    for language in ("en", "fr", "nl"):
        answer = visitor.get(f"/{language}/{page}")
        assert (answer.status_code, "wasm" in answer.headers["Content-Security-Policy"]) == (200, False)


def test_nobody_is_asked_for_more_than_is_needed() -> None:
    given, problems = given_by({"hashes": HASHES, "who": "parent", "platforms": "1", "name": "Anna", "country": "BE"})
    assert (given, problems) == (Given((hashed(1), hashed(2, prints=3)), "parent", platforms=True), [])
