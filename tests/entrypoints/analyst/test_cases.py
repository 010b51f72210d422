"""Cases are opened with their legal basis and purpose; nothing typed is lost."""

from havre.cases.models import Case
from havre.flows.dossier import open_dossier
from havre.settings import Settings
from tests.cast import node
from tests.web import visiting

TYPED = {"reference": "2026-17", "basis": "Warrant <b>17</b>", "purpose": "find the place"}


def test_a_case_is_opened(database: Settings) -> None:
    with node(database) as here:
        client = visiting(here, here.bram.person)
        assert client.post("/cases", TYPED).headers["Location"] == "/intakes/new"
        assert "Case 2026-17 is open." in client.get("/intakes/new").text
        page = client.get("/cases").text
        assert "Warrant &lt;b&gt;17&lt;/b&gt;" in page
        assert Case.objects.get().opened_by == here.bram.person


def test_what_is_missing_is_said_and_what_was_typed_stays(database: Settings) -> None:
    with node(database) as here:
        client = visiting(here, here.bram.person)
        for left_out in TYPED:
            answer = client.post("/cases", {**TYPED, left_out: " "})
            assert answer.status_code == 400
            assert 'role="alert"' in answer.text
            for name in set(TYPED) - {left_out}:
                assert TYPED[name].partition(" <")[0] in answer.text
        assert not Case.objects.exists()


def test_a_unit_sees_its_own_cases(database: Settings) -> None:
    with node(database) as here:
        open_dossier(here.home, here.chiara, "segreto", "un mandato", "una prova")
        assert "segreto" not in visiting(here, here.bram.person).get("/cases").text
        assert "segreto" in visiting(here, here.chiara.person).get("/cases").text
