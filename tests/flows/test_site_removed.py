"""A capture is taken away whole, whatever cut that off, and the same file is read anew afterwards."""

from pathlib import Path

import pytest

from havre.audit.models import Entry
from havre.errors import NotFound
from havre.flows import site_removed as flow
from havre.flows.site_removed import remove_capture
from havre.settings import Settings
from havre.sites import rows
from havre.sites.models import Capture, Captured, Content
from havre.sites.queries import seen_at
from tests.captures import digest, listed, read
from tests.cast import node


def test_a_capture_is_removed_whole_and_can_be_read_anew(
    database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(Exception):
        pass

    monkeypatch.setattr(rows, "REMOVED", 3)
    file = listed(tmp_path / "a.csv", range(10))
    with node(database) as here, monkeypatch.context() as patched:
        read(here, listed(tmp_path / "b.csv", [1, 2]), "Quay")
        number = read(here, file, "Quay")["capture"]
        assert isinstance(number, int)
        for acting, name, wrong in ((here.chiara, "Quay", number), (here.bram, "Quay", 10**30), (here.bram, "x", 1)):
            with pytest.raises(NotFound):
                remove_capture(here.home, acting, name, wrong)

        times = iter(range(99))
        real = rows.remove_some

        def some(capture: Capture) -> int:
            if next(times) == 5:
                raise KilledError
            return real(capture)

        patched.setattr(flow, "remove_some", some)
        with pytest.raises(KilledError):
            remove_capture(here.home, here.bram, "Quay", number)
        assert 0 < Captured.objects.filter(capture=number).count() < 10
        assert seen_at(here.bram.person, bytes.fromhex(digest(9))) == []

        anew = read(here, file, "Quay")
        assert (anew["again"], anew["good"], anew["media"]) == (False, 10, 10)
        remove_capture(here.home, here.bram, "Quay", number)
        assert Capture.objects.count() == 2
        assert (Captured.objects.count(), Content.objects.count()) == (12, 12)
        assert not Captured.objects.filter(capture=number).exists()
        assert Entry.objects.filter(verb="erasure", thing__startswith=f"capture {number} ").count() == 3
