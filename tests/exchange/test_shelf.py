"""The index of the board follows the database."""

from pathlib import Path
from uuid import UUID

import pytest

from havre.exchange.board import put, withdraw
from havre.exchange.models import SharedPrint
from havre.exchange.shelf import open_board, rows_after
from havre.restrictions.model import CLOSED, Owner
from tests.cast import NOON

PEER = Owner("ab" * 8, "ACCCE", "AU")


@pytest.mark.usefixtures("database")
def test_it_holds_what_may_be_matched_and_what_is_withdrawn_is_not_found(tmp_path: Path) -> None:
    put(PEER, "media", UUID(int=1), {"pdq": ["0a" * 32], "quality": 90}, CLOSED, 1, NOON)
    put(PEER, "media", UUID(int=2), {"pdq": ["0b" * 32], "quality": 10}, CLOSED, 1, NOON)
    assert [len(pdq) for _, pdq in rows_after(0)] == [32]
    hits = open_board(tmp_path).index.search(bytes.fromhex("0a" * 32))
    assert [hit.distance for hit in hits] == [0]
    withdraw(PEER, UUID(int=1), 2, NOON)
    assert not SharedPrint.objects.filter(pk=hits[0].record).exists()
    assert open_board(tmp_path).index.search(bytes.fromhex("0a" * 32)) == []
    put(PEER, "media", UUID(int=3), {"pdq": ["0c" * 32], "quality": 90}, CLOSED, 1, NOON)
    assert len(open_board(tmp_path).index.search(bytes.fromhex("0c" * 32), 0)) == 1
