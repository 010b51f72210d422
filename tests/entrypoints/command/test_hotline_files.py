"""`havre hotline reporter` gives platforms keys, and `havre hotline files` shows what they sent."""

import pytest

from havre.hotline.models import Partner
from havre.hotline.partners import key_digest
from havre.settings import Settings
from tests.cast import node
from tests.conftest import Havre
from tests.hotline.tipped import finished


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_platform_gets_a_key_files_and_is_read(database: Settings, havre: Havre) -> None:
    with node(database):
        pass
    havre("--as", "anke", "hotline", "open")
    said = havre("--as", "anke", "hotline", "reporter", "add", "Platform", "--json").json
    partner = Partner.objects.get()
    assert (said["reporter"], bytes(partner.digest), partner.tipline) == ("Platform", key_digest(said["key"]), True)
    tip = finished(partner, database.tips)
    havre("hotline", "tend")
    (row,) = havre("--as", "anke", "hotline", "reporter", "list", "--json").json
    assert (row["reporter"], row["open"], row["finished"], row["revoked"]) == ("Platform", 0, 1, False)
    assert havre("--as", "anke", "hotline", "partner", "list", "--json").json == []
    told = havre("--as", "anke", "hotline", "files", 1, "--json").json
    assert (told["cybertip"], told["keep_until"], len(told["files"])) == (tip.number, "2027-03-02", 1)
    # What an intake makes of them is in tests/flows/test_platform_tips.py.
    assert "there is no case 'C'" in havre("--as", "anke", "hotline", "files", 1, "--case", "C").stderr
    plain = havre("--as", "anke", "hotline", "files", 1)
    assert "to be kept until 2027-03-02, the platform does not say" in plain.stdout
    assert "file 1: boat.jpg, 6 bytes" in plain.stdout
    assert "fileViewedByEsp: true" in plain.stdout
    assert "counts no more" in havre("--as", "anke", "hotline", "reporter", "revoke", "Platform").stdout
    assert "no partner of this name" in havre("--as", "anke", "hotline", "partner", "revoke", "Platform").stderr
    other = havre("--as", "anke", "hotline", "partner", "add", "Platform")
    assert "reported in another way before" in other.stderr
    havre("--as", "anke", "hotline", "receive", "--url", "https://site.example/a")
    assert "No platform sent this report" in havre("--as", "anke", "hotline", "files", 2).stdout
    assert havre("--as", "anke", "hotline", "files", 2, "--json").json == {"files": []}
