"""`havre notices …`: what waits, what is sent, and that another time is for demonstrations alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from havre.entrypoints.command.takedowns import moment
from havre.errors import Invalid
from havre.flows.notice_contacts import verify_contact
from havre.notices.models import Notice
from havre.settings import Settings
from tests.cast import NOON, node
from tests.conftest import Havre
from tests.notices.standing import HOST, contact, routed
from tests.simulators.smtp import SENDER, smtp


def test_a_time_is_utc_unless_it_says_otherwise() -> None:
    assert moment("2026-03-02T12:00") == NOON
    assert moment("2026-03-02T13:00+01:00") == NOON
    with pytest.raises(Invalid, match="is no time"):
        moment("noon")
    assert moment("2026-03-02").tzinfo is UTC


@pytest.mark.parametrize("backend", ["sqlite"])
def test_from_a_contact_to_gone(database: Settings, havre: Havre) -> None:
    later = (datetime.now(UTC) + timedelta(hours=25)).isoformat()
    with node(database) as here:
        page = routed(here)
        added = havre("--as", "anke", "notices", "contacts", "add", HOST, "--kind", "host", "--email",
                      "abuse@host.example", "--answers-for", "photos.example", "--json")  # fmt: skip
        assert added.json["verified"] is None
        refused = havre("--as", "anke", "notices", "draft", page.pk)
        assert refused.exit == 1
        assert "nobody has verified" in refused.stderr
        verify_contact(here.home, here.anke, HOST)
        (made,) = havre("--as", "anke", "notices", "draft", page.pk, "--json").json
        reference = made["reference"]
        (waits,) = havre("--as", "anke", "notices", "due", "--json").json
        assert (waits["step"], waits["reference"]) == ("confirm", reference)
        havre("--as", "bram", "notices", "confirm", reference)
        with smtp() as server:
            mail = f"smtp://127.0.0.1:{server.server_address[1]}?from={SENDER}"
            sent = havre("notices", "send", "--json", HAVRE_MAIL=mail).json
            again = havre("notices", "send", "--at", later, "--json", HAVRE_MAIL=mail).json
            assert (sent["left"], again["left"], again["raised"], len(server.taken)) == (1, 1, 0, 2)
        real = havre("notices", "send", "--at", later, HAVRE_MAIL="smtps://mail.example?from=a@b.example")
        assert "for demonstrations" in real.stderr
        shown = havre("--as", "anke", "notices", "show", reference, "--json").json
        assert [each["outcome"] for each in shown["transmissions"]] == ["taken", "taken"]
        assert havre("--as", "anke", "notices", "gone", reference, "--json").json["gone"] is True
        assert Notice.objects.get().state == "removed"
        assert havre("--as", "anke", "notices", "times", "--json").json[0]["gone"] == 1
        assert havre("--as", "anke", "notices", "list", "--json").json == []


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_credential_is_read_from_a_file_and_many_pages_from_another(
    database: Settings, havre: Havre, tmp_path: Path
) -> None:
    with node(database) as here:
        contact(here, api="https://api.host.example/n")
        pages = [routed(here, f"https://photos.example/{name}").pk for name in "ab"]
        token, named = tmp_path / "token", tmp_path / "pages"
        token.write_text("tok3n-of-platform\n")
        named.write_text(f"{pages[0]}\n\nnowhere\n{pages[1]}\n")
        words = ("--as", "anke", "notices", "contacts", "credential", HOST)
        assert "say where the token is" in havre(*words).stderr
        assert havre(*words, "--from", str(token), "--json").json == {"name": HOST, "credential": True}
        listed = havre("--as", "anke", "notices", "contacts", "list", "--json")
        assert ("tok3n" in listed.stdout, listed.json[0]["credential"]) == (False, True)
        assert havre(*words, "--remove", "--json").json["credential"] is False
        done = havre("--as", "anke", "notices", "draft", "--from", str(named), "--json").json
        assert (done["pages"], done["drafted"], done["same"], len(done["notices"])) == (3, 2, 0, 2)
        assert [(each["place"], each["page"]) for each in done["wrong"]] == [(2, "nowhere")]
