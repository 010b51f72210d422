"""What goes on behind the pages: orders end as intakes of the same kind would, whatever is killed or stops."""

import fcntl
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from havre.cases.models import Chunk, Intake, Item, Order, State
from havre.cases.order import TRIES, claim
from havre.errors import Unavailable
from havre.flows.dossier import close_dossier, open_dossier
from havre.flows.holding import held
from havre.flows.home import Home
from havre.flows.intake import take_in
from havre.flows.ordering import continue_order, order_files, order_folder, send_off, stop_order
from havre.flows.uploading import File, announced
from havre.flows.watch import Watch, watch
from havre.matches.queries import OUTCOMES
from havre.media.models import WorkUnit
from havre.settings import Settings
from tests.cast import NOON, SANDBOX, Node, noon
from tests.conftest import PROOF
from tests.sending import send
from tests.sources import lay, seizure
from tests.web import visiting

WHOLE = seizure(5, 40 if PROOF else 24)


def until(done: Callable[[], bool]) -> Callable[[float], bool]:
    """Waits for nothing; it is time to end once this is so."""
    return lambda _seconds: done()


def settled() -> bool:
    """Whether nothing waits any more."""
    open_orders = Order.objects.filter(state__in=[State.WAITING, State.RUNNING])
    return not open_orders.exists() and not WorkUnit.objects.exists()


def run(here: Node, done: Callable[[], bool] = settled) -> list[str]:
    """What the background told until everything was settled."""
    told: list[str] = []
    watch(here.home, noon, workers=1, wait=until(done), tell=told.append)
    return told


@pytest.fixture
def case(begun: Node, tmp_path: Path) -> Node:
    (tmp_path / "allowed").mkdir()
    settings = Settings(begun.home.settings.home, begun.home.settings.database, sources=(tmp_path / "allowed",))
    home = Home(settings, begun=SANDBOX)
    open_dossier(home, begun.anke, "A", "a warrant", "a test")
    return Node(home, begun.anke, begun.bram, begun.chiara)


def became(order: Order) -> Intake:
    """The intake that an order became."""
    order.refresh_from_db()
    assert order.intake is not None
    return order.intake


def counted(intake: Intake) -> dict[str, int]:
    """The counters of an intake."""
    intake.refresh_from_db()
    founded = Item.objects.filter(intake=intake, stack=True).count()
    return {str(outcome): getattr(intake, outcome) for outcome in OUTCOMES} | {"stacks": founded}


def outcomes(intake: Intake) -> list[tuple[str, str]]:
    return list(Item.objects.filter(intake=intake).order_by("position").values_list("path", "outcome"))


def test_a_folder_is_taken_in_and_its_counters_say_what_its_items_say(case: Node, tmp_path: Path) -> None:
    folder = lay(tmp_path / "allowed" / "seized", WHOLE.files)
    order = order_folder(case.home, case.bram, "A", str(folder))
    assert run(case) == []
    order.refresh_from_db()
    assert (order.state, order.trouble, became(order).begun_by) == (State.DONE, "", case.bram.person)
    assert counted(became(order)) == WHOLE.totals()
    assert became(order).found == len(WHOLE.files) == became(order).total


def test_what_is_sent_ends_as_the_same_folder_does_and_leaves_nothing_in_the_spool(case: Node, tmp_path: Path) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in list(WHOLE.files.items())[:6]:
            archive.writestr(name, content)
    files = {**WHOLE.files, "packed.zip": packed.getvalue()}
    client = visiting(case, case.bram.person)
    order = order_files(case.home, case.bram, "A")
    for name in reversed(files):
        send(client, order, name, files[name], chunk=20_000)
    send_off(case.home, case.bram, order.pk)
    assert Chunk.objects.count() > len(files)
    assert run(case) == []
    order.refresh_from_db()
    assert (order.state, order.trouble) == (State.DONE, "")
    sent = outcomes(became(order))

    other = open_dossier(case.home, case.chiara, "I", "a warrant", "a test")
    folder = lay(tmp_path / "same", files)
    totals = take_in(case.home, case.chiara, other.reference, str(folder), workers=1)
    laid = [
        (path.removeprefix(f"{folder}/"), outcome) for path, outcome in outcomes(Intake.objects.get(pk=totals.intake))
    ]
    assert sent == laid
    assert counted(became(order)) == totals.outcomes | {"stacks": totals.stacks}
    assert not Chunk.objects.exists()
    assert [path for path in case.home.settings.uploads.rglob("*") if path.is_file()] == []
    assert {upload.digest for upload in order.uploads.all()} == {_hex(content) for content in files.values()}


def _hex(content: bytes) -> str:
    from hashlib import sha256

    return sha256(content).hexdigest()


def test_it_stops_when_asked_and_goes_on_to_the_same_end(
    case: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("havre.flows.taking.BATCH", 5)
    folder = lay(tmp_path / "allowed" / "seized", WHOLE.files)
    order = order_folder(case.home, case.bram, "A", str(folder))
    begun = claim("x", NOON, lambda _: False)
    assert begun is not None
    stop_order(case.home, case.anke, order.pk)
    background = Watch(case.home, noon, 1, lambda _: False, lambda _: None, "x")
    background.take(begun)
    order.refresh_from_db()
    assert (order.state, order.stop) == (State.STOPPED, False)
    assert 0 < became(order).found < len(WHOLE.files)
    continue_order(case.home, case.anke, order.pk)
    assert run(case) == []
    assert counted(became(order)) == WHOLE.totals()
    assert Intake.objects.count() == 1


def test_a_process_that_is_told_to_end_leaves_its_order_to_the_next(
    case: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("havre.flows.taking.BATCH", 5)
    order = order_folder(case.home, case.bram, "A", str(lay(tmp_path / "allowed" / "seized", WHOLE.files)))
    run(case, done=Item.objects.exists)
    assert 0 < became(order).found < len(WHOLE.files)
    assert order.state == State.WAITING
    assert run(case) == []
    assert counted(became(order)) == WHOLE.totals()


def test_an_order_whose_process_was_killed_is_taken_over_at_once_here_and_after_its_lease_elsewhere(
    case: Node, tmp_path: Path
) -> None:
    order = order_folder(case.home, case.bram, "A", str(lay(tmp_path / "allowed" / "s", WHOLE.files)))
    assert claim("killed", NOON, lambda _: False) == order
    assert claim("other", NOON + timedelta(minutes=2), lambda _: False) is None
    assert claim("other", NOON + timedelta(minutes=2), lambda holder: holder == "killed") == order
    assert claim("third", NOON + timedelta(minutes=6), lambda _: False) == order


def test_what_kills_whoever_takes_it_fails_after_some_tries(case: Node, tmp_path: Path) -> None:
    order = order_folder(case.home, case.bram, "A", str(lay(tmp_path / "allowed" / "s", WHOLE.files)))
    for _ in range(TRIES):
        assert claim("killed", NOON, lambda _: True) == order
    with held(case.home, "watch-killed", fcntl.LOCK_EX, "nobody else has this name"):
        pass  # what it held ended with it
    run(case)
    order.refresh_from_db()
    assert (order.state, order.trouble) == (State.FAILED, f"whoever ran it ended early, {TRIES} times")


def test_a_closed_case_fails_the_order_with_the_reason(case: Node, tmp_path: Path) -> None:
    order = order_folder(case.home, case.bram, "A", str(lay(tmp_path / "allowed" / "s", WHOLE.files)))
    close_dossier(case.home, case.anke, "A")
    run(case)
    order.refresh_from_db()
    assert order.state == State.FAILED
    assert "was closed" in order.trouble


def test_trouble_that_may_pass_puts_it_off_and_then_fails_it(
    case: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise Unavailable("the disk is full")

    order = order_folder(case.home, case.bram, "A", str(lay(tmp_path / "allowed" / "s", WHOLE.files)))
    monkeypatch.setattr("havre.flows.watch.take_in", full)
    at = NOON
    background = Watch(case.home, lambda: at, 1, lambda _: False, lambda _: None, "x")
    for number in range(TRIES):
        assert background.step()
        order.refresh_from_db()
        assert order.state == (State.WAITING if number < TRIES - 1 else State.FAILED)
        assert not background.step()
        at += timedelta(minutes=1)
    assert order.trouble == "the disk is full"


def test_a_unit_that_was_added_since_it_began_is_served(case: Node, tmp_path: Path) -> None:
    from havre.flows.begin import add_colleague, add_unit
    from havre.units.acting import Acting
    from havre.units.models import RoleName

    assert case.home.keys.unit(str(case.anke.unit.pk))
    other = Home(case.home.settings)
    unit = add_unit(other, case.anke, "Gendarmerie", "FR")
    fleur = Acting(add_colleague(other, case.anke, "fleur", unit.name, [RoleName.ANALYST, RoleName.SUPERVISOR]), noon)
    open_dossier(case.home, fleur, "F", "a warrant", "a test")
    order = order_folder(case.home, fleur, "F", str(lay(tmp_path / "allowed" / "s", WHOLE.files)))
    assert run(case) == []
    order.refresh_from_db()
    assert order.state == State.DONE


def test_names_sent_are_shown_as_they_are_and_lead_nowhere(case: Node) -> None:
    order = order_files(case.home, case.bram, "A")
    (found,) = announced(case.home, case.bram, order.pk, [File("a\0b/../<script>", 0, 1e30)])
    assert not isinstance(found, Exception)
    assert (found.name, found.modified_at) == ("a\\x00b/../<script>", None)
