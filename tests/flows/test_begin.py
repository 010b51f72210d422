"""A node begins once; whoever administers it adds units and people, and cannot reach into another unit."""

from pathlib import Path

import pytest

from havre.audit.models import Entry
from havre.errors import Invalid, Refused, Unavailable
from havre.flows.begin import ALL_ROLES, add_colleague, add_unit, begin_node, change_role
from havre.flows.home import Home
from havre.flows.logbook import prove
from havre.media.keys import create_unit_key
from havre.settings import Settings
from havre.units.models import Person, RoleName, Unit
from tests.cast import Node, acting, noon
from tests.databases import connected


def roles_of(person: Person) -> list[str]:
    return sorted(person.roles.values_list("name", flat=True))


def test_a_node_begins_with_one_unit_and_one_person_who_is_everything(database: Settings) -> None:
    anke = begin_node(database, "be", "Federal Police", "anke", noon, "to begin")
    assert (anke.name, str(anke.unit), roles_of(anke)) == ("anke", "Federal Police (BE)", sorted(ALL_ROLES))
    assert database.home.stat().st_mode & 0o777 == 0o700
    assert database.keys.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in database.keys.iterdir()} == {0o600}
    (entry,) = Entry.objects.all()
    assert (entry.person, entry.unit, entry.verb, entry.reason) == ("anke", "Federal Police", "change", "to begin")
    assert prove(Home(database).signer.verifier, []).sound


def test_a_node_begins_once(database: Settings) -> None:
    begin_node(database, "BE", "Federal Police", "anke", noon, "")
    keys = {path.name: path.read_bytes() for path in database.keys.iterdir()}
    with pytest.raises(Invalid, match="has been begun already"):
        begin_node(database, "IT", "Polizia Postale", "chiara", noon, "")
    assert {path.name: path.read_bytes() for path in database.keys.iterdir()} == keys
    assert (Unit.objects.count(), Person.objects.count()) == (1, 1)


def test_a_beginning_that_was_wrong_can_be_tried_again(database: Settings) -> None:
    with pytest.raises(Invalid, match="two-letter code"):
        begin_node(database, "Belgium", "Federal Police", "anke", noon, "")
    assert not Unit.objects.exists()
    assert begin_node(database, "BE", "Federal Police", "anke", noon, "").name == "anke"


def test_a_home_that_cannot_be_made_is_told(database: Settings, tmp_path: Path) -> None:
    in_the_way = tmp_path / "a file"
    in_the_way.touch()
    with pytest.raises(Invalid, match=r"no home can be made at .*/a file/home: Not a directory"):
        begin_node(Settings(home=in_the_way / "home"), "BE", "Federal Police", "anke", noon, "")


def test_a_database_that_cannot_be_reached_is_told(home: Settings) -> None:
    nowhere = Settings(home=home.home, database="postgresql://nobody@127.0.0.1:1/nothing")
    with connected(nowhere), pytest.raises(Unavailable, match=r"the database can't be prepared .*HAVRE_DATABASE"):
        begin_node(nowhere, "BE", "Federal Police", "anke", noon, "")


def test_a_unit_gets_its_own_key_and_first_person(begun: Node) -> None:
    austria = add_unit(begun.home, begun.anke, "Bundeskriminalamt", "AT")
    dora = add_colleague(begun.home, begun.anke, "dora", austria.name, ALL_ROLES)
    assert (dora.unit, roles_of(dora)) == (austria, sorted(ALL_ROLES))
    fresh = Home(begun.home.settings)
    units = [begun.anke.unit, begun.chiara.unit, austria]
    assert len({fresh.keys.unit(str(unit.pk)) for unit in units}) == 3


def test_whoever_is_no_administrator_adds_nobody(begun: Node) -> None:
    for add in (
        lambda: add_unit(begun.home, begun.bram, "Bundeskriminalamt", "AT"),
        lambda: add_colleague(begun.home, begun.bram, "dora", "", []),
        lambda: change_role(begun.home, begun.bram, "bram", RoleName.ADMINISTRATOR, holds=True),
    ):
        with pytest.raises(Refused, match="needs the role administrator"):
            add()
    assert Person.objects.count() == 3


def test_only_the_unit_that_began_the_node_adds_people_to_others(begun: Node) -> None:
    added = add_colleague(begun.home, begun.anke, "dario", "Polizia Postale", [RoleName.ANALYST])
    assert added.unit == begun.chiara.unit
    with pytest.raises(Refused, match="chiara adds people to Polizia Postale alone"):
        add_colleague(begun.home, begun.chiara, "spy", "Federal Police", ALL_ROLES)
    with pytest.raises(Invalid, match="there is no unit 'Nobody'"):
        add_colleague(begun.home, begun.anke, "spy", "Nobody", ALL_ROLES)


def test_a_key_left_by_a_beginning_that_was_cut_is_taken(database: Settings) -> None:
    create_unit_key(database, "1")
    left = (database.keys / "unit-1").read_bytes()
    anke = begin_node(database, "BE", "Federal Police", "anke", noon, "")
    assert (anke.unit.pk, (database.keys / "unit-1").read_bytes()) == (1, left)


def test_roles_are_changed_inside_a_unit_alone(begun: Node) -> None:
    change_role(begun.home, begun.anke, "bram", RoleName.SUPERVISOR, holds=True)
    change_role(begun.home, begun.anke, "bram", RoleName.ANALYST, holds=False)
    assert roles_of(begun.bram.person) == ["supervisor"]
    with pytest.raises(Invalid) as theirs:
        change_role(begun.home, begun.anke, "chiara", RoleName.ANALYST, holds=False)
    with pytest.raises(Invalid) as nobody:
        change_role(begun.home, begun.anke, "eve", RoleName.ANALYST, holds=False)
    assert str(theirs.value) == str(nobody.value).replace("eve", "chiara")
    assert roles_of(begun.chiara.person) == sorted(ALL_ROLES)


def test_every_change_of_people_is_in_the_log(begun: Node) -> None:
    change_role(begun.home, begun.anke, "bram", RoleName.AUDITOR, holds=True)
    said = [(entry.person, entry.verb, entry.thing) for entry in Entry.objects.order_by("index")]
    assert said == [
        ("anke", "change", "node"),
        ("anke", "change", "person bram"),
        ("anke", "change", "unit Polizia Postale"),
        ("anke", "change", "person chiara"),
        ("anke", "change", "person bram"),
    ]


def test_what_was_refused_leaves_no_line_of_a_change(begun: Node) -> None:
    before = Entry.objects.count()
    with pytest.raises(Invalid, match="last administrator"):
        change_role(begun.home, begun.anke, "anke", RoleName.ADMINISTRATOR, holds=False)
    with pytest.raises(Invalid, match="already somebody"):
        add_colleague(begun.home, acting(begun.anke.person), "bram", "", [])
    assert Entry.objects.count() == before
