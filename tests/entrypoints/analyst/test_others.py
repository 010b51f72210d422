"""Pages of what others hold: as far as their sources let a unit know, and never a word more."""

import re
from uuid import UUID

from havre.exchange.board import put
from havre.exchange.models import Shared
from havre.exchange.rules import reference
from havre.flows.identify import record_victim, safeguard_victim
from havre.flows.theirs import identify_theirs, say_theirs
from havre.network.models import Receipt, Told
from havre.restrictions.model import Level, Owner, also
from havre.series.models import Series
from havre.settings import Settings
from havre.victims.record import Child
from tests.cast import NOON, Cast, node
from tests.exchange.shared import confirmed, held_too, shared
from tests.network.known import accepted
from tests.web import visiting

HOSTILE = "<img src=x onerror=alert(1)>"


def its_reference() -> str:
    """How others call Belgium's series."""
    return reference(Shared.objects.get(kind="series", country="BE"))


def test_the_series_page_shows_who_else_holds_it_and_what_they_put_beside_it(database: Settings) -> None:
    with node(database) as here:
        series, _ = shared(here, "IT")
        own = held_too(here, series)
        browser = visiting(here, here.chiara.person)
        page = browser.get(f"/series/{own.number}").text
        assert its_reference() in page
        assert "Federal Police (BE)" in page
        assert "identical" in page
        say_theirs(here.home, here.chiara, its_reference(), HOSTILE)
        theirs = visiting(here, here.anke.person).get(f"/series/{series.number}").text
        assert "&lt;img src=x" in theirs
        assert HOSTILE not in theirs


def test_a_hit_shows_whom_to_contact_and_no_name(database: Settings) -> None:
    with node(database) as here:
        series, _ = shared(here, "IT", level=Level.HIT)
        own = held_too(here, series)
        page = visiting(here, here.chiara.person).get(f"/series/{own.number}").text
        assert "Federal Police (BE)" in page
        assert "You may know only that it is held" in page
        assert "Green chair" not in page
        assert its_reference() not in page


def test_a_series_of_others_is_opened_and_worked_on(database: Settings) -> None:
    with node(database) as here:
        shared(here, "IT")
        browser, ref = visiting(here, here.chiara.person), its_reference()
        page = browser.get(f"/others/{ref}")
        assert (page.status_code, "Green chair" in page.text) == (200, True)
        assert browser.post(f"/others/{ref}/claim").status_code == 302
        assert browser.post(f"/others/{ref}/claim").status_code == 302  # renewed
        browser.post(f"/others/{ref}/comment", {"text": "which harbour?", "asks": "yes"})
        browser.post(f"/others/{ref}/clue", {"name": "red box", "kind": "sign", "countries": "it", "certainty": "sure"})
        assert browser.post(f"/others/{ref}/clue", {"name": "", "kind": "sign"}).status_code == 400
        browser.post(f"/others/{ref}/identify", {"country": "IT", "safe": "yes"})
        kinds = ["claim", "question", "clue", "identification"]
        assert [row.kind for row in Shared.objects.filter(country="IT").order_by("pk")] == kinds
        shown = browser.get(f"/others/{ref}").text
        for word in ("which harbour?", "red box", "Request"):
            assert word in shown
        assert Series.objects.get(unit=here.anke.unit).life == "safeguarded"
        for ticked in ('value="yes" checked>', 'name="was_safe"', 'required value="IT"'):
            assert ticked in shown
        browser.post(f"/others/{ref}/identify", {"country": "FR"})  # as a page that was open before would
        assert Series.objects.get(unit=here.anke.unit).life == "safeguarded"
        assert 'required value="FR"' in browser.get(f"/others/{ref}").text
        browser.post(f"/others/{ref}/identify", {"country": "FR", "was_safe": "yes"})
        assert Series.objects.get(unit=here.anke.unit).life == "identified"
        assert browser.post(f"/others/{ref}/no-such-act").status_code == 404


def test_what_is_closed_is_as_absent(database: Settings) -> None:
    with node(database) as here:
        shared(here, "FR")
        browser, ref = visiting(here, here.chiara.person), its_reference()
        theirs, absent = browser.get(f"/others/{ref}"), browser.get("/others/BE-00000000")
        assert theirs.status_code == absent.status_code == 404
        assert theirs.text.replace(ref, "") == absent.text.replace("BE-00000000", "")


def test_the_source_reads_who_saw_its_series_and_others_find_nothing(database: Settings) -> None:
    with node(database) as here:
        shared(here, "IT")
        visiting(here, here.chiara.person).get(f"/others/{its_reference()}")
        browser = visiting(here, here.anke.person)
        text = browser.get("/series/1/seen").content.decode()
        assert "Polizia Postale (IT)" in text
        assert re.search(r"<td>\d+ \w{3} \d{4}, \d\d:\d\d</td>", text)
        assert "/series/1/seen" in browser.get("/series/1/share").content.decode()
        assert visiting(here, here.chiara.person).get("/series/1/seen").status_code == 404
        assert "Withdrawn from other nodes" not in text
        peer = accepted(Cast(here.anke.person, here.bram.person, here.chiara.person))
        row = Shared.objects.get(kind="series")
        Told.objects.create(peer=peer, ref=row.ref, told_at=NOON)  # France was told of it once, and may not know now
        assert "not yet" in browser.get("/series/1/seen").text
        Receipt.objects.create(peer=peer, ref=row.ref, number=1, digest="aa", answer="signed", at=NOON)
        peer.told.update(withdrawn_at=NOON)
        text = browser.get("/series/1/seen").text
        assert ("Node FR (FR)" in text, f"{NOON:%-d %b %Y, %H:%M}" in text, "not yet" in text) == (True, True, False)


def test_work_is_handed_to_another_unit_and_taken_up_there(database: Settings) -> None:
    with node(database) as here:
        series, _ = shared(here, "IT")
        source, italian = visiting(here, here.anke.person), visiting(here, here.chiara.person)
        assert "hand-unit" not in source.get("/series/1").text
        source.post("/series/1/claim")
        page = source.get("/series/1").text
        assert "Others may know of it" in page
        assert '<option value="Polizia Postale">IT</option>' in page
        wrong = source.post("/series/1/hand", {"unit": "Nobody"})
        assert (wrong.status_code, "There is no unit Nobody" in wrong.text, 'value="Nobody"' in wrong.text) == (
            400, True, True,
        )  # fmt: skip
        assert source.post("/series/1/hand", {"unit": "Polizia Postale"}).headers["Location"].endswith("#others")
        assert "Handed to Polizia Postale (IT)" in source.get("/series/1").text
        address = f"/others/{its_reference()}"
        assert "We go on with it" in italian.get(address).text
        assert "Handed to you" in italian.get("/notices").text
        italian.post(f"{address}/claim")
        assert series.claims.filter(released_at=None).count() == 0
        assert "We go on with it" not in italian.get(address).text
        assert italian.post(f"{address}/hand", {"unit": "Federal Police"}).status_code == 302
        assert "Handed to Federal Police (BE)" in italian.get(address).text
        assert italian.post(f"{address}/hand", {"unit": "Nobody"}).status_code == 400


def test_who_holds_the_same_goes_on_from_its_own_page(database: Settings) -> None:
    with node(database) as here:
        series, _ = shared(here, "IT")
        own = held_too(here, series)
        source, italian = visiting(here, here.anke.person), visiting(here, here.chiara.person)
        source.post("/series/1/claim")
        assert "We go on with it" not in italian.get("/series/1").text
        assert italian.post("/series/1/claim").status_code == 403
        source.post("/series/1/hand", {"unit": "Polizia Postale"})
        assert "We go on with it" in italian.get("/series/1").text
        assert italian.post("/series/1/claim").status_code == 302
        assert own.claims.get().by == here.chiara.person


def test_what_nobody_may_know_of_is_handed_to_nobody(database: Settings) -> None:
    with node(database) as here:
        confirmed(here.anke)
        browser = visiting(here, here.anke.person)
        browser.post("/series/1/claim")
        page = browser.get("/series/1").text
        assert "Let another unit know of it before you hand it over." in page
        assert "Seen by your unit alone" in page
        assert browser.post("/series/1/hand", {"unit": "Polizia Postale"}).status_code == 400


def test_two_words_on_who_the_child_is_stand_on_every_page_until_one_is_corrected(database: Settings) -> None:
    with node(database) as here:
        shared(here, "IT")
        source, italian = visiting(here, here.anke.person), visiting(here, here.chiara.person)
        record_victim(here.home, here.anke, "S1", Child("Wren"), identified_by="BE")
        address = f"/others/{its_reference()}"
        assert "Take back that it is identified" not in italian.get(address).text
        assert italian.post(f"{address}/unsay").status_code == 400
        assert italian.post(f"{address}/identify", {"country": "IT"}).status_code == 302
        apart, same = "They do not say the same", "Several units say whose police know the child, and say the same"
        for client, page in ((italian, address), (source, "/series/1")):
            assert apart in client.get(page).text
            notices = client.get("/notices").text
            assert "Identified otherwise" in notices
            assert "ask them; whoever is wrong records it anew or takes it back." in notices
        assert source.post("/series/1/identified", {"thing": "1", "identified_by": "IT"}).status_code == 302
        for client, page in ((italian, address), (source, "/series/1")):
            assert (apart in client.get(page).text, same in client.get(page).text) == (False, True)
            assert "Identified otherwise" not in client.get("/notices").text
        assert italian.post(f"{address}/unsay").status_code == 302
        assert same not in source.get("/series/1").text


def test_a_page_of_others_from_before_a_colleagues_word_does_not_put_it_aside(database: Settings) -> None:
    with node(database) as here:
        shared(here, "IT")
        browser, ref = visiting(here, here.chiara.person), its_reference()
        address, just_now = f"/others/{ref}", f"A colleague said something of {ref} just now: look at it again"

        def read() -> str:
            found = re.findall(r'name="read" value="(\d+)"', browser.get(address).text)
            assert len(set(found)) == 1
            return str(found[0])

        def said() -> tuple[object, bool]:
            row = Shared.objects.filter(kind="identification", withdrawn_at=None).get()
            return row.body["country"], bool(row.body["safeguarded_at"])

        old = read()
        identify_theirs(here.home, here.chiara, ref, "FR", safe=True)
        stale = browser.post(f"{address}/identify", {"country": "ES", "read": old})
        assert (stale.status_code, just_now in stale.text, said()) == (403, True, ("FR", True))
        assert 'required value="ES"' in stale.text  # as it was typed
        assert 'name="safe" value="yes" checked' in stale.text  # nobody took that back
        assert browser.post(f"{address}/identify", {"country": "fr", "safe": "yes", "read": old}).status_code == 302
        old = read()
        identify_theirs(here.home, here.chiara, ref, "GB", safe=False)
        ticked = browser.post(f"{address}/identify", {"country": "FR", "safe": "yes", "was_safe": "yes", "read": old})
        assert (ticked.status_code, 'value="yes" checked' in ticked.text, said()) == (403, True, ("GB", False))
        gone = browser.post(f"{address}/unsay", {"read": old})
        assert (gone.status_code, just_now in gone.text, said()) == (403, True, ("GB", False))
        assert browser.post(f"{address}/identify", {"country": "ES", "read": read()}).status_code == 302
        assert said() == ("ES", False)
        old = read()
        assert browser.post(f"{address}/unsay", {"read": old}).status_code == 302
        assert browser.post(f"{address}/identify", {"country": "ES", "read": old}).status_code == 403
        assert browser.post(f"{address}/identify", {"country": "ES", "read": read()}).status_code == 302


def test_a_unit_of_another_node_that_is_called_the_same_is_another(database: Settings) -> None:
    with node(database) as here:
        series, _ = shared(here, "IT", "BE")
        row, namesake = Shared.objects.get(kind="series"), Owner("ee" * 32, "Polizia Postale", "IT")
        body = {"series": str(row.ref), "country": "FR"}
        put(namesake, "identification", UUID(int=3), body, also(row.condition.value, row.source), 1, NOON)
        italian, address = visiting(here, here.chiara.person), f"/others/{its_reference()}"
        assert "Take back that it is identified" not in italian.get(address).text  # that is not for it to do
        italian.post(f"{address}/identify", {"country": "IT"})
        for page in (italian.get(address).text, visiting(here, here.anke.person).get(f"/series/{series.number}").text):
            assert "They do not say the same" in page
            assert f"<bdi>Polizia Postale@{'ee' * 8} (IT)</bdi> · FR" in page
            assert "<bdi>Polizia Postale (IT)</bdi> · IT" in page


def test_the_series_page_says_by_whose_word_it_is_identified_and_safe(database: Settings) -> None:
    with node(database) as here:
        series, _ = shared(here, "IT")
        held_too(here, series)
        browser = visiting(here, here.chiara.person)
        assert "as told by" not in browser.get("/series/1").text
        wren = record_victim(here.home, here.anke, "S1", Child("Wren"), identified_by="BE")
        assert "The child is safe." not in browser.get("/notices").text
        safeguard_victim(here.home, here.anke, "S1", wren.pk)
        page, notices = browser.get("/series/1").text, browser.get("/notices").text
        assert "as told by Federal Police (BE)" in page
        assert "Safeguarded" in page
        assert "identified by BE; the child is safe" in page
        assert "Identified by BE." in notices
        assert "The child is safe." in notices
        assert "BE; the child is safe" in browser.get(f"/others/{its_reference()}").text
        assert "as told by" not in visiting(here, here.anke.person).get("/series/1").text
