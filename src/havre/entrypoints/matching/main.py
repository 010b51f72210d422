"""What the web server calls: the lists of a feed, in a folder, looked after behind those who ask."""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from gunicorn.errors import AppImportError

from havre.entrypoints.matching.app import App
from havre.entrypoints.matching.clients import clients_of
from havre.errors import HavreError
from havre.flows.match_uploads import EVERY, Lists, subscription

NAMED = "HAVRE_MATCH"
"""Under this name the command hands over what it was told."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an operator chose."""

    folder: str
    feed: str
    token: str = ""
    """The file of the token."""
    clients: str = ""
    every: float = EVERY
    hma_compat: bool = False
    proxy: str = ""

    def environment(self) -> Mapping[str, str]:
        """As it is handed over."""
        return {NAMED: json.dumps(asdict(self))}


def application(told: Told) -> App:
    """What answers. Raises Invalid where something that was told is wrong."""
    clients = clients_of(Path(told.clients) if told.clients else None)
    lists = Lists(subscription(told.folder, told.feed, token=told.token, proxy=told.proxy))
    lists.watch(told.every)
    return App(lists, clients, time.monotonic, hma_compat=told.hma_compat)


def named() -> App:
    """What answers for the environment: what `havre match serve` starts. What is wrong is said in one sentence."""
    try:
        return application(Told(**json.loads(os.environ[NAMED])))
    except HavreError as error:
        raise AppImportError(str(error)) from error
