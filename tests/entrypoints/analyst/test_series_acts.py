"""What the forms of a series' page do: every one answers in a sentence, keeps what was typed, and needs a token."""

import re
from pathlib import Path

import pytest
from django.test import Client

from havre.entrypoints.analyst.node import serve
from havre.entrypoints.analyst.series_acts import ACTS
from havre.flows.identify import identify_victim
from havre.restrictions.keep import say
from havre.restrictions.model import Level, Restriction
from havre.restrictions.models import Kind
from havre.series.models import Claim, Comment, Life, Member, Move, Series, Stamp, Status
from havre.settings import Settings
from havre.victims.models import Offender, Victim
from tests.cast import NOON, Node, node
from tests.entrypoints.analyst.test_merging import mark
from tests.series.many import series_of
from tests.web import visiting


def act(here: Node, what: str, **fields: object) -> tuple[int, str]:
    """The form is sent by Anke; what is answered, and the page after it."""
    client = visiting(here, here.anke.person)
    answer = client.post(f"/series/1/{what}", fields)
    if answer.status_code != 302:
        return answer.status_code, answer.text
    return 302, client.get(answer.headers["Location"].partition("#")[0]).text


def said(text: str) -> str:
    found = re.search(r'<p class="said[^>]*>([^<]*)</p>', text)
    return found[1] if found else ""


def test_the_way_of_a_series_by_forms(database: Settings) -> None:
    with node(database) as here:
        series_of(here.anke.person, 5)
        series = Series.objects.get()
        assert said(act(here, "name", name="Blue tiles")[1]) == "It is called Blue tiles now."
        assert said(act(here, "claim")[1]).startswith("You work on it now.")
        assert said(act(here, "comment", text="The tiles are from Delft.")[1]) == "Your comment stands below."
        comment = Comment.objects.get()
        assert said(act(here, "uncomment", thing=comment.pk)[1]) == "Nobody is shown that comment any more."
        assert said(act(here, "confirm")[1]) == "Confirmed: 5 files stay together."
        assert said(act(here, "step", step="exchange")[1]) == "Step done: Exchange."
        assert said(act(here, "move", to="located", why="the tiles")[1]) == "It is located now."
        assert Move.objects.get(became=Life.LOCATED).reason == "the tiles"
        assert said(act(here, "release")[1]) == "Nobody works on it now."
        assert said(act(here, "victim", pseudonym="Wren", age="7-10", sex="female", country="be")[1]) == (
            "Wren is recorded."
        )
        victim = Victim.objects.get()
        assert said(act(here, "identified", thing=victim.pk, identified_by="GB")[1]) == (
            "Wren is recorded as identified."
        )
        _, text = act(here, "safeguarded", thing=victim.pk)
        assert said(text) == "Wren is safe."
        assert "Safeguarded" in text
        offender = {"pseudonym": "Heron", "age": "30-44", "sex": "male", "relation": "parent", "status": "suspected"}
        assert said(act(here, "offender", **offender)[1]) == "Heron is recorded."
        assert said(act(here, "pursue", thing=Offender.objects.get().pk, status="arrested")[1]) == "Heron is recorded."
        assert Offender.objects.get().status == "arrested"
        series.refresh_from_db()
        assert (series.name, series.life, series.status) == ("Blue tiles", Life.SAFEGUARDED, Status.CONFIRMED)


FORM = re.compile(r'action="/series/1/identified">(.*?)</form>')
FIELD = re.compile(r'name="(thing|was|identified_by)" value="([^"]*)"')


def on_page(text: str) -> dict[str, object]:
    """What the form of who is identified would send."""
    form = FORM.search(text)
    assert form is not None
    return dict(FIELD.findall(form[1]))


def test_a_page_from_before_a_colleagues_word_does_not_put_it_aside(database: Settings) -> None:
    with node(database) as here:
        series_of(here.anke.person, 3)
        act(here, "confirm")
        act(here, "victim", pseudonym="Wren", age="unknown", sex="unknown")
        for colleague in ("FR", "IT"):
            old = on_page(visiting(here, here.anke.person).get("/series/1").text)
            identify_victim(here.home, here.bram, "S1", Victim.objects.get().pk, colleague)
            status, text = act(here, "identified", **old | {"identified_by": "GB"})
            assert (status, said(text)) == (
                403,
                f"A colleague said meanwhile that Wren is identified by the police of {colleague}: look, and say it "
                "again where that is wrong.",
            )
            assert Victim.objects.get().identified_by == colleague
            assert on_page(text) == {"thing": old["thing"], "was": colleague, "identified_by": "GB"}  # as typed
            assert "<details open><summary>Correct it</summary>" in text
            assert '<details id="victim-form"><summary>' in text  # it is not that form's
            assert act(here, "identified", **old | {"identified_by": colleague})[0] == 302  # both say the same
        assert act(here, "identified", **on_page(text))[0] == 302  # who has seen it may correct it
        assert Victim.objects.get().identified_by == "GB"


def test_a_split_takes_whole_stacks_and_a_merge_undoes_it(database: Settings) -> None:
    with node(database) as here:
        series_of(here.anke.person, 6)
        media = list(Member.objects.order_by("medium").values_list("medium", flat=True))
        _, text = act(here, "split", stack=media[4:], why="another room")
        assert said(text).startswith("2 files are apart now. Now in: S")
        other = Member.objects.get(medium=media[4]).series
        assert set(other.members.values_list("medium", flat=True)) >= {media[4], media[5]}
        for series in Series.objects.all():
            word = Restriction(Level.OPEN, countries=frozenset({"IT", f"B{'EG'[series.number % 2]}"}))
            say(here.anke.unit, Kind.SERIES, series.pk, word, here.anke.person, NOON)
        _, text = act(here, "merge", other=other.reference)
        _, text = act(here, "merge", other=other.reference, read=mark(text))
        assert said(text).startswith("Both are one now")
        assert said(text).endswith("only whom both let in may know of it now.")
        assert Member.objects.values("series").distinct().count() == 1


def test_a_rejected_series_lets_its_files_go(database: Settings) -> None:
    with node(database) as here:
        series_of(here.anke.person, 3)
        _, text = act(here, "reject", why="a stock photograph")
        assert said(text) == "Rejected: its files are not proposed together again."
        assert "a stock photograph" in text
        assert Series.objects.get(number=1).status == Status.REJECTED
        status, text = act(here, "claim")
        assert (status, "that word stays" in text) == (403, True)


WRONG: tuple[tuple[str, dict[str, str], int, str], ...] = (
    ("name", {"name": "x" * 81}, 400, "80 characters"),
    ("move", {"to": "nowhere"}, 400, "Choose what the series is now"),
    ("move", {"to": "located", "why": "typed words"}, 403, "Confirm first that the media"),
    ("step", {"step": "find"}, 400, "by itself"),
    ("step", {"step": ""}, 400, "Choose the step"),
    ("comment", {"text": " "}, 400, "Write the comment first"),
    ("split", {}, 400, "Select the stacks"),
    ("merge", {"other": "S1"}, 400, "another series"),
    ("release", {}, 400, "Nobody works on S1"),
    ("victim", {"pseudonym": "Wren", "age": "12"}, 400, "Age band is one of"),
    ("victim", {"pseudonym": "Wren", "identified": "yes", "identified_by": ""}, 400, "which country"),
    ("offender", {"pseudonym": "x" * 41}, 400, "40 characters"),
)


@pytest.mark.parametrize(("what", "fields", "status", "sentence"), WRONG)
def test_what_does_not_work_is_said_on_the_page_and_nothing_typed_is_lost(
    database: Settings, what: str, fields: dict[str, str], status: int, sentence: str
) -> None:
    with node(database) as here:
        series_of(here.anke.person, 3)
        answered, text = act(here, what, **fields)
        assert answered == status
        assert sentence in said(text)
        assert "<title>Problem: S1" in text
        for name, typed in fields.items():
            if typed.strip() and name not in ("to", "step", "age", "identified"):
                assert typed in text
        assert [table.objects.count() for table in (Victim, Offender, Stamp)] == [0, 0, 0]


@pytest.mark.parametrize("what", [*sorted(ACTS), "explode"])
def test_another_units_series_and_unknown_acts_are_absent(database: Settings, what: str) -> None:
    with node(database) as here:
        series_of(here.anke.person, 3)
        unseen = visiting(here, here.chiara.person).post(f"/series/1/{what}", {"thing": "1", "other": "S1"})
        own = {"to": "withdrawn", "step": "alert", "stack": "1", "name": "x", "text": "x", "pseudonym": "x"}
        full = visiting(here, here.chiara.person).post(f"/series/1/{what}", {"thing": "1", "other": "S1", **own})
        assert full.status_code == 404
        assert unseen.status_code in (400, 404)
        assert (Series.objects.get().life, Series.objects.get().name) == (Life.UNIDENTIFIED, "")
        assert [table.objects.count() for table in (Claim, Comment, Move)] == [0, 0, 0]


def test_forms_need_a_token_and_a_link_does_nothing(database: Settings) -> None:
    with node(database) as here:
        series_of(here.anke.person, 3)
        serve(here.home)
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = visiting(here, here.anke.person).cookies
        assert strict.post("/series/1/claim").status_code == 403
        assert visiting(here, here.anke.person).get("/series/1/claim").status_code == 302
        assert not Claim.objects.exists()


@pytest.mark.parametrize("field", ["name", "text", "why", "pseudonym", "other", "country", "identified_by"])
def test_what_is_typed_is_text_wherever_it_is_shown(database: Settings, tmp_path: Path, field: str) -> None:
    with node(database) as here:
        series_of(here.anke.person, 3)
        nasty = "<i onload=x>"
        for what in ("name", "comment", "move", "victim", "offender", "merge", "reject"):
            _, text = act(here, what, **{"to": "withdrawn", field: nasty})
            assert nasty not in text
        assert "<i onload" not in visiting(here, here.anke.person).get("/series?which=over").text
