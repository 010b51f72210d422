"""Other nodes as rows: what a room needs of them, without homes and without a network."""

from dataclasses import replace
from typing import Any

from django.db import transaction

from havre.network.meet import accept, meet
from havre.network.models import Peer
from havre.sealing.peer import introduced
from havre.sealing.sign import Signer
from tests.cast import NOON, Cast
from tests.sealing.wire import NODES, SEEDS, introduction


def file_of(country: str, **other: object) -> str:
    """The introduction of a node, with other fields where they are given."""
    return introduced(replace(introduction(country), **other), Signer(SEEDS[country]))  # type: ignore[arg-type]


def met(cast: Cast, country: str = "FR", **other: Any) -> Peer:
    """A node whose introduction was read here, at Belgium's."""
    with transaction.atomic():
        return meet(file_of(country, **other), NODES["BE"], cast.anke, NOON)


def accepted(cast: Cast, country: str = "FR", **other: Any) -> Peer:
    """A node that was accepted too."""
    peer = met(cast, country, **other)
    accept(peer, cast.anke, NOON)
    return peer
