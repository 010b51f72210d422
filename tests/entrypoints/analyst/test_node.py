"""The home that a process serves."""

import pytest
from django.conf import settings as django_conf

from havre.configured import NO_SECRET
from havre.entrypoints.analyst import node as served_node
from havre.entrypoints.analyst.node import serve, served
from havre.errors import Unavailable
from havre.settings import Settings
from tests.cast import node


def test_no_home_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served_node, "_served", [])
    with pytest.raises(Unavailable, match="no home is served"):
        served()


def test_the_secret_is_the_nodes_own_and_stays(database: Settings) -> None:
    with node(database) as here:
        serve(here.home)
        secret = django_conf.SECRET_KEY
        assert served() is here.home
        assert len(secret) == 64
        assert secret != NO_SECRET
        serve(here.home)
        assert secret == django_conf.SECRET_KEY
