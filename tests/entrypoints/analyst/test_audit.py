"""The log on screen: for the auditor alone, of the own unit alone, and looking at it is in it."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from havre.audit.models import Entry
from havre.flows.home import log
from havre.flows.proof import check_proof
from havre.settings import Settings
from tests.cast import Node, node
from tests.web import visiting


def written(here: Node, count: int = 1) -> None:
    for number in range(count):
        log(here.home, here.bram, "consultation", f"series S{number}", {"act": "looked", "name": "Blue tiles"})
        log(here.home, here.chiara, "consultation", "series S77 Tegola", {"act": "guardato"})


def test_the_auditor_sees_who_saw_what_and_why_in_the_own_unit(database: Settings) -> None:
    with node(database) as here:
        written(here)
        answer = visiting(here, here.anke.person).get("/audit")
        assert answer.status_code == 200
        assert "series S0" in answer.text
        assert "bram" in answer.text
        assert "a test" in answer.text
        assert "Tegola" not in answer.text
        assert "guardato" not in answer.text
        assert "Tegola" in visiting(here, here.chiara.person).get("/audit").text  # there was something to leak


def test_whoever_is_no_auditor_sees_nothing_of_it(database: Settings) -> None:
    with node(database) as here:
        for address in ("/audit", "/audit/entries/0", "/audit/checkpoints"):
            assert visiting(here, here.bram.person).get(address).status_code == 403
        assert visiting(here, here.bram.person).post("/audit/entries/0/proof").status_code == 403


def test_looking_at_the_log_is_in_the_log(database: Settings) -> None:
    with node(database) as here:
        visiting(here, here.anke.person).get("/audit?person=bram&verb=change")
        last = Entry.objects.order_by("-index")[0]
        assert (last.person, last.thing) == ("anke", "log")
        assert json.loads(last.detail) == {"act": "searched", "person": "bram", "verb": "change"}


def test_what_is_sought_stands_in_the_address_and_in_the_form(database: Settings) -> None:
    with node(database) as here:
        written(here, 3)
        text = visiting(here, here.anke.person).get("/audit?thing=S1&since=2026-03-02&until=2026-03-02").text
        assert "series S1" in text
        assert "series S2" not in text
        assert 'name="thing" value="S1"' in text
        assert "series S1" not in visiting(here, here.anke.person).get("/audit?thing=S1&since=2026-03-03").text


@pytest.mark.parametrize("asked", ["verb=looking", "since=soon", "before=-1", "before=x", "until=2026-13-01"])
def test_what_cannot_be_sought_is_one_sentence_and_nothing_typed_is_lost(database: Settings, asked: str) -> None:
    with node(database) as here:
        answer = visiting(here, here.anke.person).get(f"/audit?person=someone&{asked}")
        assert answer.status_code == 400
        assert 'value="someone"' in answer.text
        assert 'role="alert"' in answer.text


def test_older_entries_follow_and_a_page_costs_the_same_however_long_the_log(database: Settings) -> None:
    with node(database) as here:
        written(here, 3)
        client, asked = visiting(here, here.anke.person), []
        for count in (0, 100):
            written(here, count)
            with CaptureQueriesContext(
                connection,
            ) as caught:
                text = client.get("/audit").text
            asked.append(len(caught))
        assert asked[0] == asked[1]
        before = text.partition('href="?before=')[2].partition('"')[0]
        older = client.get(f"/audit?before={before}").text
        assert f'/audit/entries/{before}"' in text
        assert f'/audit/entries/{before}"' not in older


def test_a_downloaded_proof_is_verified_with_the_file_and_the_key_alone(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        written(here)
        index = Entry.objects.get(thing="series S0").index
        client = visiting(here, here.anke.person)
        page = client.get(f"/audit/entries/{index}").text
        key = here.home.signer.verifier.text()
        assert f"havre audit check-proof entry-{index}.json --key" in page
        assert key in page
        answer = client.post(f"/audit/entries/{index}/proof")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="entry-{index}.json"'
        (tmp_path / "proof.json").write_bytes(answer.content)
        shown = check_proof(tmp_path / "proof.json", key)
        assert (shown.entry.thing, shown.trusted) == ("series S0", True)
        last = Entry.objects.order_by("-index")[0]
        assert (last.verb, last.thing) == ("disclosure", f"entry {index}")


def test_an_entry_of_another_unit_is_as_absent_as_none(database: Settings) -> None:
    with node(database) as here:
        written(here)
        other = Entry.objects.get(thing__contains="Tegola").index
        client = visiting(here, here.anke.person)
        for unseen, absent in (
            (client.get(f"/audit/entries/{other}"), client.get("/audit/entries/9999")),
            (client.post(f"/audit/entries/{other}/proof"), client.post("/audit/entries/9999/proof")),
        ):
            assert (unseen.status_code, absent.status_code) == (404, 404)
            assert unseen.text.replace(str(other), "N") == absent.text.replace("9999", "N")


def test_checkpoints_are_shown_with_their_signed_notes(database: Settings) -> None:
    with node(database) as here:
        written(here)
        client = visiting(here, here.anke.person)
        text = client.get("/audit/checkpoints").text
        assert f"— {here.home.signer.verifier.name} " in text
        assert "previous " in text
        assert "Tegola" not in text
