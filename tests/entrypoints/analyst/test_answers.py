"""What every answer carries, and how an error looks."""

import json
from html import unescape

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError, OperationalError
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.utils.translation import override

from havre.assessments.mapping import labels
from havre.care.models import Pause
from havre.care.rules import OnPause
from havre.cases.upload import LARGEST
from havre.entrypoints.analyst import signed_in
from havre.entrypoints.analyst.answers import HEADERS, STATUS, begun, errors, failed, headers, sentence, status_of
from havre.errors import Broken, HavreError, Invalid, NotFound, Refused, Unavailable
from havre.flows.begin import add_colleague
from havre.flows.dossier import open_dossier
from havre.flows.ordering import order_files
from havre.settings import Settings
from havre.units.acting import either
from havre.units.models import RoleName
from tests.cast import NOON, node
from tests.web import visiting


def test_every_answer_says_what_it_may_load_and_is_kept_by_nobody(database: Settings) -> None:
    with node(database) as here:
        answer = visiting(here, None).get("/")
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert "no-store" in answer.headers["Cache-Control"]


def test_who_asks_for_the_head_alone_is_sent_nothing_else() -> None:
    answer = headers(lambda _request: HttpResponse(b"a page", headers={"Content-Length": "6"}))
    asked = [answer(RequestFactory().generic(method, "/")) for method in ("GET", "HEAD")]
    assert [(list(each), each.headers["Content-Length"]) for each in asked] == [([b"a page"], "6"), ([b""], "6")]


def test_nothing_inline_is_ever_allowed() -> None:
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert HEADERS["Content-Security-Policy"].startswith("default-src 'none';")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Invalid("a date is wrong"), 400),
        (Refused("you may not"), 403),
        (NotFound("there is no such series"), 404),
        (Broken("rows contradict"), 500),
        (Unavailable("the disk is full"), 503),
    ],
)
def test_an_error_is_one_sentence(error: HavreError, status: int) -> None:
    answer = failed(RequestFactory().get("/desk"), error)
    assert answer.status_code == status
    assert f"<p>{str(error)[0].upper()}{str(error)[1:]}.</p>" in answer.content.decode()


def test_every_kind_of_error_has_its_answer() -> None:
    assert set(STATUS) == {kind for kind in HavreError.__subclasses__() if kind.__module__ == "havre.errors"}


def test_what_an_error_repeats_is_escaped() -> None:
    answer = failed(RequestFactory().get("/desk"), Invalid("no case <script>alert(1)</script>"))
    assert b"<script>alert" not in answer.content


def test_a_piece_of_a_page_gets_a_piece() -> None:
    asked = RequestFactory().get("/desk", headers={"HX-Request": "true"})
    assert b"<html" not in failed(asked, Invalid("wrong")).content


def test_a_database_that_is_gone_and_a_fault_of_ours_are_said_and_what_was_asked_is_printed_nowhere(
    capsys: pytest.CaptureFixture[str],
) -> None:
    middleware = errors(lambda request: failed(request, Invalid("unused")))
    asked = RequestFactory().get("/desk")
    gone = middleware.process_exception(asked, DatabaseError("connection refused at db.example"))
    assert gone is not None
    assert gone.status_code == 503
    assert b"db.example" not in gone.content
    for language, said in (("en", "This page failed"), ("fr", "Cette page a échoué"), ("nl", "Deze pagina is mislukt")):
        with override(language):
            try:
                HEADERS["Wren, born in Ghent"]
            except KeyError as error:
                broken = middleware.process_exception(asked, error)
        assert broken is not None
        assert (broken.status_code, said in unescape(broken.content.decode())) == (500, True)
        assert b"Wren" not in broken.content
    told = capsys.readouterr().err.splitlines()
    assert [line.partition(" at test_answers.py:")[0] for line in told] == ["havre pages: KeyError"] * 3
    assert "Wren" not in " ".join(told)
    for no_error in (Http404(), PermissionDenied(), SuspiciousOperation()):
        assert middleware.process_exception(asked, no_error) is None


JSON = "application/json"


def posted(client: Client, language: str, address: str, values: object, kind: str = "") -> str:
    """The sentence with which an act is refused to a script."""
    headers = {"Accept": JSON, "Accept-Language": language}
    sent = client.post(address, json.dumps(values), kind, headers=headers) if kind else None
    answer = sent or client.post(address, values, headers=headers)
    told = answer.json()
    return str(told["files"][0]["sentence"] if "files" in told else told["sentence"])


@pytest.mark.parametrize(
    ("language", "label", "upload", "series", "role"),
    [
        (
            "fr",
            f"L'étiquette « zzz » n'existe pas : choisissez parmi {', '.join(labels())}.",
            "film.mp4 dépasse 10 Gio : copiez-le sur le serveur et versez-le à partir de là.",
            "Il n'y a pas de série « 999 » : la liste des séries les montre toutes.",
            "Cette page demande le rôle administrateur : adressez-vous à un administrateur de votre service.",
        ),
        (
            "nl",
            f"Het label “zzz” bestaat niet: kies uit {', '.join(labels())}.",
            "film.mp4 is groter dan 10 GiB: kopieer het naar de server en breng het van daar in.",
            "Er is geen reeks “999”: de lijst van reeksen toont ze alle.",
            "Deze pagina vereist de rol beheerder: vraag het aan een beheerder van uw eenheid.",
        ),
    ],
    ids=["fr", "nl"],
)
def test_what_a_room_refuses_is_said_in_the_language_of_the_page(
    database: Settings, language: str, label: str, upload: str, series: str, role: str
) -> None:
    with node(database) as here:
        open_dossier(here.home, here.anke, "A", "a warrant", "a test")
        order = order_files(here.home, here.bram, "A")
        bram = visiting(here, here.bram.person)
        assert posted(bram, language, "/triage/judge", {"stack": "1", "label": "zzz", "once": "a"}) == label
        files = {"order": order.pk, "files": [{"name": "film.mp4", "size": LARGEST + 1}]}
        assert posted(bram, language, "/uploads", files, JSON) == upload
        for address, said in (("/series/999", series), ("/people", role)):
            page = bram.get(address, headers={"Accept-Language": language}).text
            assert f"<p>{said}</p>" in unescape(page)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fr",
            "bram ne peut pas ajouter une personne : il faut pour cela le rôle administrateur",
        ),
        (
            "nl",
            "bram heeft niet het recht om een persoon toe te voegen: daarvoor is de rol beheerder nodig",
        ),
    ],
)
def test_what_somebody_may_not_do_is_said_in_their_language(database: Settings, language: str, said: str) -> None:
    with node(database) as here, override(language), pytest.raises(Refused) as told:
        add_colleague(here.home, here.bram, "dora", "", [])
    assert str(told.value) == said


def test_what_works_without_django_is_said_in_the_language_of_the_page_too() -> None:
    inner = Broken("the sealed bytes were altered or cut off in chunk %(number)s", number=3)
    error = Broken("stored file %(blob)s: %(error)s", blob="7a", error=inner)
    assert str(error) == "stored file 7a: the sealed bytes were altered or cut off in chunk 3"
    with override("fr"):
        assert (
            sentence(error) == "Fichier conservé 7a : les octets scellés ont été modifiés ou tronqués dans le bloc 3."
        )
    with override("nl"):
        assert sentence(Invalid("choose at least one")) == "Kies er minstens één."
    assert sentence(error) == "Stored file 7a: the sealed bytes were altered or cut off in chunk 3."


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "a date is wrong", "A date is wrong"),
        ("fr", "évaluez d'abord", "Évaluez d'abord"),
        ("fr", "d'autres attendent", "D'autres attendent"),
        ("fr", "« zzz » n'existe pas", "« zzz » n'existe pas"),
        ("nl", "ijk het toestel", "IJk het toestel"),
        ("en", "ijk is a word", "Ijk is a word"),
        ("nl", "één is genoeg", "Één is genoeg"),
        ("en", "photo.jpg is too large", "photo.jpg is too large"),
        ("en", "a/b.bin is too large", "a/b.bin is too large"),
        ("en", "12 pixels", "12 pixels"),
        ("en", "", ""),
    ],
)
def test_a_sentence_begins_with_a_capital_and_a_name_as_it_is_written(language: str, text: str, said: str) -> None:
    with override(language):
        assert begun(text) == said


def test_a_kind_of_a_kind_of_error_has_its_number() -> None:
    assert status_of(OnPause(Pause(until=NOON))) == 403


def test_roles_are_told_apart_by_a_word_of_the_language() -> None:
    with override("fr"):
        assert either([RoleName.SUPERVISOR, RoleName.ADMINISTRATOR]) == "superviseur ou administrateur"
    assert either([RoleName.ANALYST, RoleName.SUPERVISOR]) == "analyst or supervisor"


def test_a_reason_that_was_written_down_in_english_is_said_in_the_language_of_the_sentence_around_it() -> None:
    why = "not media: the content is of no kind that is examined"
    error = Invalid("%(path)s can't be searched for: %(why)s", path="a.txt", why=why)
    assert sentence(error) == f"a.txt can't be searched for: {why}."
    with override("nl"):
        assert why not in sentence(error)
        assert sentence(error).endswith("geen media: de inhoud is van geen soort die wordt onderzocht.")


@pytest.mark.parametrize(
    ("language", "said", "stale"),
    [
        ("en", "There is no such page", "Nothing was done: this page was opened before you last signed in"),
        ("fr", "Cette page n'existe pas", "Rien n'a été fait"),
        ("nl", "Deze pagina bestaat niet", "Er is niets gedaan"),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_django_would_answer_by_itself_is_a_sentence_with_a_way_back(
    database: Settings, language: str, said: str, stale: str
) -> None:
    with node(database) as here:
        asked = {"Accept-Language": language}
        for browser in (visiting(here, here.anke.person), visiting(here, None)):
            answer = browser.get("/nowhere", headers=asked)
            text = unescape(answer.text)
            assert (answer.status_code, said in text, 'href="/desk"' in text) == (404, True, True)
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = visiting(here, here.anke.person).cookies
        strict.get("/desk", headers=asked)
        refused = strict.post("/language", {"language": "nl"}, headers=asked)
        text = unescape(refused.text)
        assert (refused.status_code, stale in text, 'href="/desk"' in text) == (403, True, True)
        assert strict.post("/triage/judge", {}, headers=asked | {"Accept": JSON}).json()["sentence"].startswith(stale)


@pytest.mark.parametrize(
    ("language", "cookie", "elsewhere"),
    [
        ("en", "your browser sent no cookie", "this was sent from no page of this address"),
        ("fr", "votre navigateur n'a envoyé aucun cookie", "cela ne vient d'aucune page de cette adresse"),
        ("nl", "uw browser stuurde geen cookie", "dit komt van geen pagina van dit adres"),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_whoever_sends_no_cookie_or_comes_from_elsewhere_is_not_told_that_they_signed_in_since(
    database: Settings, language: str, cookie: str, elsewhere: str
) -> None:
    with node(database) as here:
        visiting(here, None)
        strict, asked = Client(enforce_csrf_checks=True), {"Accept-Language": language}
        assert cookie in unescape(strict.post("/", {"login": "anke"}, headers=asked).text)
        strict.get("/", headers=asked)
        from_there = asked | {"Origin": "https://elsewhere.example"}
        assert elsewhere in unescape(strict.post("/", {"login": "anke"}, headers=from_there).text)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The database does not answer"),
        ("fr", "La base de données ne répond pas"),
        ("nl", "De databank antwoordt niet"),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_whoever_is_signed_in_while_no_database_says_so_is_told_that_it_does_not_answer(
    database: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str, said: str
) -> None:
    def silent(_key: str) -> list[Session]:
        raise OperationalError("no connection to db.example")

    with node(database) as here:
        browser = visiting(here, here.anke.person)
        browser.raise_request_exception = False
        monkeypatch.setattr(signed_in, "_session", silent)
        for address in ("/desk", "/nowhere"):
            asked = {"Accept-Language": language}
            answer = browser.get(address, headers=asked)
            assert (answer.status_code, said in unescape(answer.text)) == (503, True)
            assert 'href="/desk"' in answer.text
            assert "db.example" not in answer.text
            assert browser.get(address, headers=asked | {"Accept": JSON}).json()["sentence"].startswith(said)
            piece = unescape(browser.get(address, headers=asked | {"HX-Request": "true"}).text)
            assert (said in piece, "<html" in piece) == (True, False)
    assert "db.example" not in capsys.readouterr().err


def test_what_cannot_be_read_is_a_sentence_too(database: Settings) -> None:
    with node(database) as here:
        answer = visiting(here, here.anke.person).post("/triage/judge", b"x", "multipart/form-data")
        assert (answer.status_code, "What was sent cannot be read" in answer.text) == (400, True)
