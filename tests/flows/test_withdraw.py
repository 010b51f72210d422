"""Knowledge taken back: afterwards everything is as if it had never been known."""

import random
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from havre.audit.models import Entry
from havre.cases.models import Item
from havre.errors import NotFound, Refused
from havre.fingerprints.pdq import fingerprint
from havre.flows.dossier import open_dossier
from havre.flows.home import Home
from havre.flows.intake import take_in
from havre.flows.know import know
from havre.flows.read_list import read_list
from havre.flows.series import propose
from havre.flows.series_shown import show_series
from havre.flows.source import alone
from havre.flows.withdraw import withdraw
from havre.matches.models import Knowledge, Source
from havre.series.models import Link, Member
from havre.settings import Settings
from havre.units.acting import Acting
from tests.cast import NOON, SANDBOX, node
from tests.conftest import PROOF
from tests.folders import digests, folder, number, scene, smaller, turned
from tests.pictures import gradient

Told = list[tuple[str, str, str, bool, list[str | None]]]


def judge(home: Home, acting: Acting, path: Path, label: str = "pertinent") -> dict[str, Any]:
    return know(home, acting, str(path), label, workers=1)


def take(home: Home, acting: Acting, path: Path, case: str = "C") -> None:
    take_in(home, acting, case, str(path), workers=1)


def told(acting: Acting) -> Told:
    """Every item of the unit with what it is and the labels it rests on."""
    items = Item.objects.filter(intake__case__unit=acting.unit).order_by("id")
    return [(item.path, item.outcome, item.apart, item.stack, sorted(_labels(item), key=str)) for item in items]


def _labels(item: Item) -> list[str | None]:
    return [match.knowledge.label if match.knowledge else None for match in item.matches.select_related("knowledge")]


def seized(path: Path, chance: random.Random) -> Path:
    """A folder in which scenes come again: as the same bytes, mirrored, smaller; and what is flat or broken."""
    pictures: dict[str, Any] = {"flat": gradient(1, 160, 160), "note": b"no media"}
    for at in range(12 if PROOF else 8):
        pixels = scene(chance.randrange(4))
        pictures[f"{at:02}"] = chance.choice([pixels, pixels, turned(pixels), smaller(pixels)])
    folder(path, **pictures)
    whole = (path / "00.png").read_bytes()
    (path / "damaged.png").write_bytes(whole[: len(whole) * 2 // 3])
    return path


@pytest.mark.parametrize("seed", range(3 if PROOF else 2))
def test_after_a_withdrawal_every_item_is_what_it_would_have_been_without(
    seed: int, database: Settings, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    with node(database) as here, closing(Home(database, begun=SANDBOX)) as home:
        sources = [seized(tmp_path / f"seized{at}", chance) for at in range(2)]
        listed = tmp_path / "list.txt"
        listed.write_text("".join(f"{digests(f)['sha1']}\n" for f in sorted(sources[0].glob("0*.png"))))
        stays = folder(tmp_path / "stays", a=scene(0), b=scene(9))
        goes = folder(tmp_path / "goes", a=turned(scene(0)), b=scene(1), c=gradient(1, 160, 160), d=smaller(scene(2)))
        label, other = chance.choice(["pertinent", "not-pertinent"]), chance.choice(["us-abuse", "us-comparison"])
        for acting in (here.anke, here.chiara):
            open_dossier(home, acting, "C", "a warrant", "a test")
            judge(home, acting, stays, other)
        judged = judge(home, here.anke, goes, label)
        for acting in (here.anke, here.chiara):
            for source in (*sources, listed):
                take(home, acting, source)
        assert told(here.anke) != told(here.chiara)

        answer = withdraw(home, here.anke, str(judged["source"]))

        assert told(here.anke) == told(here.chiara)
        assert answer["changed"] > 0
        assert sum(answer["moves"].values()) == answer["judged_again"]


def test_a_withdrawal_says_how_many_items_changed_and_how_and_logs_it(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        open_dossier(here.home, here.anke, "C", "a warrant", "a test")
        judged = folder(tmp_path / "judged", a=scene(1))
        judge(here.home, here.anke, judged)
        take(here.home, here.anke, folder(tmp_path / "in", a=scene(1), b=turned(scene(1)), c=scene(2)))
        assert Counter(outcome for _, outcome, *_ in told(here.anke)) == {"known": 1, "near": 1, "new": 1}

        answer = withdraw(here.home, here.anke, str(judged))

        assert answer["moves"] == {"known → new": 1, "near → repeat": 1}
        assert (answer["entries"], answer["judged_again"], answer["changed"]) == (1, 2, 2)
        newest = Entry.objects.order_by("-index").first()
        assert newest is not None
        assert (newest.verb, newest.thing) == ("change", f"source {answer['source']}")


def test_known_stays_known_by_what_another_source_says(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        open_dossier(here.home, here.anke, "C", "a warrant", "a test")
        first = judge(here.home, here.anke, folder(tmp_path / "one", a=scene(1)), "us-abuse")
        judge(here.home, here.anke, folder(tmp_path / "two", a=scene(1)), "us-comparison")
        take(here.home, here.anke, folder(tmp_path / "in", a=scene(1)))

        answer = withdraw(here.home, here.anke, str(first["source"]))

        assert (answer["judged_again"], answer["changed"]) == (1, 0)
        assert [(outcome, labels) for _, outcome, _, _, labels in told(here.anke)] == [("known", ["us-comparison"])]


def test_what_was_withdrawn_is_never_concluded_from_again(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        open_dossier(here.home, here.anke, "C", "a warrant", "a test")
        first = judge(here.home, here.anke, folder(tmp_path / "one", a=scene(1)))
        withdraw(here.home, here.anke, str(first["source"]))

        take(here.home, here.anke, folder(tmp_path / "in", a=scene(1), b=turned(scene(1))))

        assert [outcome for _, outcome, *_ in told(here.anke)] == ["new", "repeat"]
        with pytest.raises(NotFound):
            withdraw(here.home, here.anke, str(first["source"]))


def test_a_withdrawal_that_was_cut_off_goes_on(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        open_dossier(here.home, here.anke, "C", "a warrant", "a test")
        first = judge(here.home, here.anke, folder(tmp_path / "one", a=scene(1)))
        take(here.home, here.anke, folder(tmp_path / "in", a=scene(1)))
        Source.objects.filter(id=first["source"]).update(withdrawn_at=here.anke.now())

        answer = withdraw(here.home, here.anke, str(first["source"]))

        assert answer["moves"] == {"known → new": 1}


def test_another_units_source_is_not_there(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        first = judge(here.home, here.anke, folder(tmp_path / "one", a=scene(1)))

        with pytest.raises(NotFound) as theirs:
            withdraw(here.home, here.chiara, str(first["source"]))
        with pytest.raises(NotFound) as absent:
            withdraw(here.home, here.chiara, "999")

        assert str(theirs.value).replace(f"'{first['source']}'", "'999'") == str(absent.value)
        assert Source.objects.get(id=first["source"]).withdrawn_at is None


def test_a_source_being_worked_on_is_left_alone(database: Settings, tmp_path: Path) -> None:
    with node(database) as here:
        file = tmp_path / "list.txt"
        file.write_text(number(1)["md5"] + "\n")
        source = Source.objects.get(id=read_list(here.home, here.anke, str(file), label="pertinent")["source"])

        with alone(here.home, source), pytest.raises(Refused):
            withdraw(here.home, here.anke, str(source.pk))


def linked(acting: Acting) -> list[tuple[str, str]]:
    """The files that live series hold together, by their names."""
    members = Member.objects.filter(series__unit=acting.unit).order_by("medium")
    found = members.values_list("series__number", "medium__exhibits__item__path")
    return [(f"S{number}", path.rpartition("/")[2]) for number, path in found]


def test_a_series_that_rests_on_a_withdrawn_word_alone_falls_apart(database: Settings, tmp_path: Path) -> None:
    with node(database) as here, closing(Home(database, begun=SANDBOX)) as home:
        open_dossier(home, here.anke, "C", "a warrant", "a test")
        held = folder(tmp_path / "held", flat=gradient(1, 160, 160), seen=scene(1))
        source = Source.objects.create(
            unit=here.anke.unit, path="a list", format="csv", listing=b"", added_by=here.anke.person, added_at=NOON
        )
        claimed = {"sha256": bytes.fromhex(digests(held / "flat.png")["sha256"])}
        claimed |= {"pdq": fingerprint(scene(1)).pdq.value}
        Knowledge.objects.create(source=source, unit=source.unit, pertinent=True, pdq_quality=100, **claimed)
        take(home, here.anke, held)
        propose(home, here.anke)
        assert linked(here.anke) == [("S1", "flat.png"), ("S1", "seen.png")]  # the list says that they are alike

        withdraw(home, here.anke, str(source.pk))
        assert show_series(home, here.anke, "S1").to_json()["links"] == []
        propose(home, here.anke)
        assert (linked(here.anke), Link.objects.count()) == ([], 0)


def test_a_series_that_held_media_bear_out_outlives_a_withdrawal(database: Settings, tmp_path: Path) -> None:
    with node(database) as here, closing(Home(database, begun=SANDBOX)) as home:
        open_dossier(home, here.anke, "C", "a warrant", "a test")
        source = judge(home, here.anke, folder(tmp_path / "judged", a=scene(1)))["source"]
        take(home, here.anke, folder(tmp_path / "held", a=scene(1), b=turned(scene(1)), c=scene(2)))
        propose(home, here.anke)
        before = linked(here.anke)
        assert len(before) == 2
        withdraw(home, here.anke, str(source))
        propose(home, here.anke)
        assert linked(here.anke) == before
