"""Pages of other lists come out of the sandbox as they were read, and what is none says why."""

import json
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import BinaryIO

import pytest

from havre.errors import Invalid
from havre.hashlists import hma, ncmec, ncmec_read, stopncii, threat_updates
from havre.hashlists.told import PageTold
from havre.matches.formats import FOLLOWED, SANDBOXED
from havre.matches.formats.told_lists import (
    Row,
    hma_rows,
    ncmec_rows,
    page_of,
    stopncii_rows,
    threatexchange_rows,
)
from tests.hashlists.sharing import several

LISTED = several(4)
LISTED.change(2, retracted=True)
AT = LISTED.settled
NCMEC = ncmec.entries(LISTED, {"size": "3"}, ncmec.Member(1, "x"), AT).body.replace(b"<id>1<", b"<no>1<")
NCMEC = NCMEC.replace(b"<no>1</id>", b"<no>1</no>")  # a record that can't be read
BODIES: dict[str, tuple[Callable[[BinaryIO], Iterator[Row]], bytes, Callable[[bytes], PageTold]]] = {
    "ncmec": (ncmec_rows, NCMEC, lambda body: ncmec_read.read(BytesIO(body))),
    "stopncii": (stopncii_rows, stopncii.hashes(LISTED, {"pageSize": "2"}, "x", AT).body, stopncii.read),
    "threatexchange": (
        threatexchange_rows,
        threat_updates.updates(LISTED, {"limit": "2"}, "https://a.example", AT).body,
        threat_updates.read,
    ),
    "hma": (hma_rows, hma.bank(LISTED, {"limit": "3"}).body, hma.read),
}


@pytest.mark.parametrize("kind", FOLLOWED)
def test_a_page_is_the_same_behind_the_sandbox(kind: str) -> None:
    rows, body, read = BODIES[kind]
    found = page_of(json.loads(json.dumps(row)) for row in rows(BytesIO(body)))
    assert (found.next, found.newest) == (read(body).next, read(body).newest)
    # The kind of a content is of no account for what is known by its hashes.
    assert [repr(each).replace("FILM", "PICTURE").replace("film", "picture") for each in found.told] == [
        repr(each).replace("FILM", "PICTURE").replace("film", "picture") for each in read(body).told
    ]
    assert found.next != ""


@pytest.mark.parametrize("kind", FOLLOWED)
def test_what_is_no_page_says_why(kind: str) -> None:
    with pytest.raises(Invalid):
        page_of(BODIES[kind][0](BytesIO(b"no")))


def test_every_list_has_its_reader_in_the_sandbox() -> None:
    assert {f"told-{kind}" for kind in FOLLOWED} <= SANDBOXED.keys()
