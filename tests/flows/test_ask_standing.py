"""What comes is asked what is waited for: once, of the own unit, from where it ended the last time."""

from datetime import timedelta
from pathlib import Path

import pytest

from havre.alerts.models import Asked as Mark
from havre.alerts.models import Hit, Question, State
from havre.flows.ask_standing import answer_standing
from havre.flows.dossier import open_dossier
from havre.flows.intake import take_in
from havre.flows.search_asked import Question as ByLooks
from havre.flows.search_asked import of_digits, question_of
from havre.flows.search_stated import Asked
from havre.flows.standing import keep_asking, withdraw_question
from havre.flows.work import work
from havre.units.acting import Acting
from tests import films
from tests.cast import NOON, Node
from tests.exposures import NIKON, exposure, taken_at
from tests.folders import digests, medium, vics
from tests.pictures import photograph
from tests.sources import lay


@pytest.fixture
def case(begun: Node) -> Node:
    for acting in (begun.anke, begun.chiara):
        open_dossier(begun.home, acting, "A", "a warrant", "a test")
    return begun


def come(node: Node, folder: Path, acting: Acting | None = None, **files: bytes) -> None:
    take_in(node.home, acting or node.anke, "A", str(lay(folder, files)), workers=1)


def told() -> list[tuple[str, str, str]]:
    rows = Hit.objects.order_by("id").values_list("question__name", "item__path", "kind")
    return [(name, path.rsplit("/", 1)[1], kind) for name, path, kind in rows]


def looks_like(node: Node, folder: Path, content: bytes) -> ByLooks:
    return question_of(node.home, str(lay(folder, {"asked": content}) / "asked"))


def test_a_crop_a_digest_words_and_a_camera_are_told_when_they_come(case: Node, tmp_path: Path) -> None:
    rocket = films.whole("rocket")
    sha256 = digests(lay(tmp_path / "rocket", {"r": rocket}) / "r")["sha256"]
    coffee = looks_like(case, tmp_path / "asked", films.whole("coffee"))
    questions: dict[str, Asked | ByLooks] = {
        "coffee": coffee,
        "digest": of_digits(sha256),
        "words": Asked("harbour"),
        "camera": Asked(camera={"model": "d810"}),
        "time": Asked(since=NOON, until=NOON + timedelta(days=1)),
    }
    for name, asked in questions.items():
        keep_asking(case.home, case.bram, name, asked)
    crop, camera = films.cropped(photograph("coffee"), 0.4), exposure(1, NIKON, taken_at("10:00:00", "2026:03:02"))
    come(case, tmp_path / "in", a_crop=crop, b_rocket=rocket, c_harbour=films.whole("coins"), d_camera=camera)
    assert told() == [
        ("coffee", "a_crop", "near"),
        ("digest", "b_rocket", "identical"),
        ("words", "c_harbour", "written"),
        ("camera", "d_camera", "written"),
    ]


def test_what_was_told_is_not_told_again_and_a_further_place_is(case: Node, tmp_path: Path) -> None:
    keep_asking(case.home, case.anke, "words", Asked("harbour"))
    come(case, tmp_path / "one", harbour=films.whole("coins"))
    assert answer_standing(case.home, case.anke) == 0
    assert len(told()) == 1
    come(case, tmp_path / "two", harbour=films.whole("coins"))
    assert [name for _, name, _ in told()] == ["harbour", "harbour"]


def test_a_unit_is_asked_its_own_questions_of_its_own_media(case: Node, tmp_path: Path) -> None:
    keep_asking(case.home, case.chiara, "theirs", Asked("harbour"))
    come(case, tmp_path / "one", harbour=films.whole("coins"))
    assert told() == []
    come(case, tmp_path / "two", case.chiara, harbour=films.whole("rocket"))
    assert [hit.unit for hit in Hit.objects.all()] == [case.chiara.unit]


def test_what_was_there_before_the_first_question_is_not_asked_about(case: Node, tmp_path: Path) -> None:
    come(case, tmp_path / "one", harbour=films.whole("coins"))
    keep_asking(case.home, case.anke, "words", Asked("harbour"))
    assert answer_standing(case.home, case.anke) == 0
    assert Mark.objects.get(unit=case.anke.unit).item > 0


def test_a_question_whose_time_is_over_expires_and_a_withdrawn_one_is_silent(case: Node, tmp_path: Path) -> None:
    over = keep_asking(case.home, case.anke, "over", Asked("harbour"), lasts=timedelta(days=1))
    gone = keep_asking(case.home, case.anke, "gone", Asked("harbour"))
    keep_asking(case.home, case.anke, "stays", Asked("harbour"))
    withdraw_question(case.home, case.anke, gone.pk)
    tomorrow = Acting(case.anke.person, lambda: NOON + timedelta(days=1), "a test")
    come(case, tmp_path / "in", tomorrow, harbour=films.whole("coins"))
    assert [name for name, _, _ in told()] == ["stays"]
    assert Question.objects.get(pk=over.pk).state == State.EXPIRED


def test_what_is_looked_into_later_is_asked_about_then_and_once(case: Node, tmp_path: Path) -> None:
    keep_asking(case.home, case.anke, "film", looks_like(case, tmp_path / "asked", films.part(1, 2, 6)))
    take_in(case.home, case.anke, "A", str(lay(tmp_path / "in", {"film": films.film(1)})), workers=1, later=True)
    assert told() == []
    work(case.home, case.anke)
    assert told() == [("film", "film", "segment")]
    assert answer_standing(case.home, case.anke) == 0


def test_what_a_list_names_without_its_bytes_is_told_too(case: Node, tmp_path: Path) -> None:
    listed = medium(7)
    keep_asking(case.home, case.anke, "listed", of_digits(listed["MD5"]))
    take_in(case.home, case.anke, "A", str(vics(tmp_path / "list.json", listed, medium(8))), workers=1)
    (hit,) = Hit.objects.all()
    assert (hit.kind, hit.medium) == ("identical", None)


def test_a_region_alone_is_waited_for(case: Node, tmp_path: Path) -> None:
    whole = looks_like(case, tmp_path / "asked", films.whole("coffee"))
    keep_asking(case.home, case.anke, "region", whole, region=(150, 100, 300, 200))
    come(case, tmp_path / "in", crop=films.cropped(photograph("coffee"), 0.5), other=films.whole("rocket"))
    assert [name for _, name, _ in told()] == ["crop"]
