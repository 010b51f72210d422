"""What waits for a unit from others, on the desk and on its page."""

from havre.assessments.facts import NOTHING
from havre.exchange.due import pass_over
from havre.exchange.models import About, Notice, PassedOver, Shared
from havre.exchange.rules import ANSWERED_WITHIN, reference
from havre.flows.identify import record_victim
from havre.flows.notices import escalate
from havre.flows.theirs import clue_theirs
from havre.linking.countries import constraint
from havre.settings import Settings
from havre.victims.record import Child
from tests.cast import NOON, Node, node
from tests.exchange.shared import confirmed, shared
from tests.exchange.test_support import alike
from tests.flows.test_baseline import YES, both, judged
from tests.web import visiting

ITALY = constraint({"kind": "country", "values": ["IT"], "certainty": "sure"})


def alerted(here: Node) -> Notice:
    """Italy is alerted, by a clue of its own."""
    shared(here, "IT")
    ref = reference(Shared.objects.get(kind="series"))
    clue_theirs(here.home, here.chiara, ref, "red <b>box", "sign", [ITALY])
    return Notice.objects.get(about=About.COUNTRY)


def test_the_desk_shows_a_country_alert_first(database: Settings) -> None:
    with node(database) as here:
        alerted(here)
        desk = visiting(here, here.chiara.person).get("/desk").text
        assert "Clues say that a child may be in your country" in desk
        assert "red &lt;b&gt;box" in desk
        assert "may be in your country" not in visiting(here, here.anke.person).get("/desk").text


def test_an_alert_is_acknowledged(database: Settings) -> None:
    with node(database) as here:
        notice = alerted(here)
        browser = visiting(here, here.chiara.person)
        assert f'data-notice="{notice.pk}"' in browser.get("/notices").text
        assert browser.get(f"/notices/{notice.pk}/read").status_code == 302
        notice.refresh_from_db()
        assert notice.read_at is None
        browser.post(f"/notices/{notice.pk}/read")
        notice.refresh_from_db()
        assert notice.read_by == here.chiara.person
        assert f'data-notice="{notice.pk}"' not in browser.get("/notices").text
        assert f'data-notice="{notice.pk}"' in browser.get("/notices?all=yes").text


def test_what_is_not_theirs_is_said_with_the_reason(database: Settings) -> None:
    with node(database) as here:
        notice = alerted(here)
        browser = visiting(here, here.chiara.person)
        assert browser.post(f"/notices/{notice.pk}/not-ours", {"because": " "}).status_code == 400
        nowhere = browser.post(f"/notices/{notice.pk}/not-ours", {"because": "no such box", "to": "FR"})
        assert nowhere.status_code == 400
        assert "obody in FR may know" in nowhere.text
        assert browser.post(f"/notices/{notice.pk}/not-ours", {"because": "no such box"}).status_code == 302
        notice.refresh_from_db()
        assert (notice.answer, notice.closed_at is not None) == ("no such box", True)
        assert "not ours: no such box" in visiting(here, here.anke.person).get("/series/1").text


def test_another_unit_neither_reads_nor_answers_it(database: Settings) -> None:
    with node(database) as here:
        notice = alerted(here)
        browser = visiting(here, here.anke.person)
        assert f'data-notice="{notice.pk}"' not in browser.get("/notices?all=yes").text
        for act in ("read", "not-ours"):
            assert browser.post(f"/notices/{notice.pk}/{act}", {"because": "x"}).status_code == 404
        notice.refresh_from_db()
        assert (notice.read_at, notice.closed_at) == (None, None)


def test_the_source_passes_on_no_notice_that_nobody_answered(database: Settings) -> None:
    with node(database) as here:
        alerted(here)
        escalate(here.home, NOON + ANSWERED_WITHIN)
        source = Notice.objects.get(about=About.COUNTRY, unit=here.anke.unit)
        browser = visiting(here, here.anke.person)
        page = browser.get("/notices").text
        assert f'data-notice="{source.pk}"' in page
        assert "/not-ours" not in page
        assert browser.post(f"/notices/{source.pk}/not-ours", {"because": "x"}).status_code == 400


def test_both_words_on_the_same_file_stand_beside_one_another(database: Settings) -> None:
    with node(database) as here:
        _own, ours, theirs = both(here)
        judged(here, here.anke, ours, "1", YES)
        judged(here, here.chiara, theirs, "5", NOTHING)
        text = visiting(here, here.chiara.person).get("/notices").text
        assert "Judged otherwise" in text
        assert "The same file is not Baseline to your unit, and Baseline to them." in text
        assert "is disputed: Baseline to BE, not to IT" in visiting(here, here.chiara.person).get("/series/1").text
        assert "Judged otherwise" not in visiting(here, here.anke.person).get("/notices").text


def test_how_many_files_could_not_be_compared_is_said_in_every_language(database: Settings) -> None:
    with node(database) as here:
        client = visiting(here, here.chiara.person)
        assert 'id="passed-over"' not in client.get("/notices").text
        media = [member.medium for member in confirmed(here.chiara, 2).members.select_related("medium")]
        unit = here.chiara.unit
        pass_over(unit, [PassedOver(unit=unit, medium=medium, at=NOON, why="spoilt") for medium in media])
        said = {
            "en": "2 files of your unit or of others",
            "fr": "2 fichiers de votre service",
            "nl": "2 bestanden van uw",
        }
        for language, words in said.items():
            client.post("/language", {"language": language})
            assert words in client.get("/notices").text
        assert "files of your unit" not in visiting(here, here.anke.person).get("/notices").text


def test_what_only_looks_alike_is_asked_and_the_answer_moves_the_series_or_does_not(database: Settings) -> None:
    with node(database) as here:
        own = alike(here, (7,))
        record_victim(here.home, here.anke, "S1", Child("Wren"), identified_by="BE")
        notice = Notice.objects.get(unit=here.chiara.unit, about=About.IDENTIFIED)
        browser = visiting(here, here.chiara.person)
        assert f"/notices/{notice.pk}/same" in browser.get("/notices").text
        assert browser.get(f"/notices/{notice.pk}/same").status_code == 302
        assert visiting(here, here.anke.person).post(f"/notices/{notice.pk}/same", {"same": "yes"}).status_code == 404
        held = Notice.objects.get(unit=here.chiara.unit, about=About.HELD)
        assert browser.post(f"/notices/{held.pk}/same", {"same": "yes"}).status_code == 400
        assert browser.post(f"/notices/{notice.pk}/same", {"same": "yes"}).status_code == 302
        own.refresh_from_db()
        assert own.life == "identified"
        assert f"/notices/{notice.pk}/same" not in browser.get("/notices").text


def test_whose_claim_another_node_refused_reads_whom_to_ask(database: Settings) -> None:
    with node(database) as here:
        shared(here, "IT")
        row = Shared.objects.get(kind="series")
        told = {"by": row.unit, "country": row.country, "reference": reference(row), "won": False, "another": True}
        Notice.objects.create(unit=here.chiara.unit, about=About.CONTESTED, shared=row, told=told, at=NOON)
        page = visiting(here, here.chiara.person).get("/notices").text
        assert "Another unit works on it; your claim is given back. Ask whose series it is." in page
        assert "Their claim holds" not in page
