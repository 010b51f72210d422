"""Keepers of the log prove it, export it and read it, and each of that is in it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from havre.audit.models import Entry
from havre.audit.proof_file import read_proof
from havre.audit.prove import verify_inclusion
from havre.audit.queries import Sought
from havre.errors import Invalid, NotFound, Refused
from havre.flows.logbook import (
    export_log,
    last_entries,
    newest_note,
    prove,
    prove_entry,
    read_entry,
    search_log,
    signed_checkpoints,
    verify_log,
)
from havre.flows.proof import verify_export
from havre.sealing.sign import read_note
from havre.settings import Settings
from tests.cast import Node, node


@pytest.fixture
def begun(database: Settings) -> Iterator[Node]:
    with node(database) as found:
        yield found


def test_a_log_that_is_whole_is_proven_and_that_is_logged(begun: Node) -> None:
    before = Entry.objects.count()
    proof = verify_log(begun.home, begun.anke)
    assert (proof.sound, proof.trusted, proof.verdict.entries) == (True, True, before)
    assert json.loads(Entry.objects.order_by("-index")[0].detail)["act"] == "verified"


def test_an_altered_log_is_named_and_nothing_is_added_to_it(begun: Node) -> None:
    Entry.objects.filter(index=2).update(reason="another")
    before = Entry.objects.count()
    proof = verify_log(begun.home, begun.anke)
    assert (proof.sound, proof.verdict.first_altered, Entry.objects.count()) == (False, 2, before)


def test_every_checkpoint_seen_must_be_in_the_log(begun: Node, tmp_path: Path) -> None:
    verifier = begun.home.signer.verifier
    first = newest_note(begun.home, begun.anke)
    second = newest_note(begun.home, begun.anke)
    assert prove(verifier, [first, second]).sound
    altered = first.replace("number", "nomber")
    assert not prove(verifier, [altered, second]).sound
    assert not prove(verifier, [second, altered]).sound


def test_a_checkpoint_is_signed_and_covers_its_own_making(begun: Node) -> None:
    checkpoint = read_note(newest_note(begun.home, begun.anke), begun.home.signer.verifier)
    assert checkpoint.size == Entry.objects.count()


def test_an_exported_log_ends_with_its_own_disclosure(begun: Node, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    told = export_log(begun.home, begun.anke, file)
    proof = verify_export(file, str(told["key"]))
    assert (proof.sound, proof.verdict.entries) == (True, Entry.objects.count())
    assert Entry.objects.order_by("-index")[0].verb == "disclosure"
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Refused, match="is there already"):
        export_log(begun.home, begun.anke, file)


def test_the_last_entries_are_those_of_the_own_unit(begun: Node) -> None:
    newest_note(begun.home, begun.chiara)
    mine = last_entries(begun.home, begun.anke, 100)
    assert {entry["person"] for entry in mine} == {"anke"}
    assert json.loads(mine[0]["detail"])["act"] == "read"
    assert {entry["person"] for entry in last_entries(begun.home, begun.chiara, 100)} == {"chiara"}
    with pytest.raises(Invalid):
        last_entries(begun.home, begun.anke, 0)


def test_an_analyst_alone_reads_none_of_it(begun: Node, tmp_path: Path) -> None:
    for ask in (verify_log, newest_note):
        with pytest.raises(Refused, match="auditor"):
            ask(begun.home, begun.bram)
    with pytest.raises(Refused, match="auditor"):
        export_log(begun.home, begun.bram, tmp_path / "log")
    assert not (tmp_path / "log").exists()


def test_the_log_is_searched_within_the_own_unit_and_the_search_is_logged(begun: Node) -> None:
    newest_note(begun.home, begun.chiara)
    found = search_log(begun.home, begun.anke, Sought(verb="consultation"), 100)
    assert {entry.person for entry in found.entries} == {"anke"}
    assert json.loads(found.entries[0].detail) == {"act": "searched", "verb": "consultation"}
    assert not search_log(begun.home, begun.anke, Sought(person="chiara"), 100).entries


def test_one_entry_is_read_and_proven_and_both_are_logged(begun: Node) -> None:
    assert read_entry(begun.home, begun.anke, 0).index == 0
    proof, verifier = read_proof(prove_entry(begun.home, begun.anke, 0))
    assert verify_inclusion(proof, begun.home.signer.verifier).size == Entry.objects.count()
    assert verifier == begun.home.signer.verifier
    assert [entry.verb for entry in Entry.objects.order_by("-index")[:2]] == ["disclosure", "consultation"]


def test_another_units_entry_is_neither_read_nor_proven(begun: Node) -> None:
    newest_note(begun.home, begun.chiara)
    other = Entry.objects.filter(person="chiara").latest("index").index
    for ask in (read_entry, prove_entry):
        with pytest.raises(NotFound, match="has no entry"):
            ask(begun.home, begun.anke, other)


def test_checkpoints_are_listed_with_their_notes(begun: Node) -> None:
    found = signed_checkpoints(begun.home, begun.anke, 3)
    assert read_note(found[0].note, begun.home.signer.verifier).size == Entry.objects.count()


def test_only_the_auditor_searches_and_proves(begun: Node) -> None:
    for ask in (
        lambda: search_log(begun.home, begun.bram, Sought(), 1),
        lambda: read_entry(begun.home, begun.bram, 0),
        lambda: prove_entry(begun.home, begun.bram, 0),
        lambda: signed_checkpoints(begun.home, begun.bram, 1),
    ):
        with pytest.raises(Refused, match="auditor"):
            ask()
