"""A partner's key is made at the terminal, shown once, and taken back."""

from havre.hotline.models import Partner
from havre.settings import Settings
from tests.conftest import Havre


def test_a_key_is_made_listed_and_taken_back(havre: Havre, database: Settings) -> None:
    assert havre("init", "--country", "BE", "--unit", "Police", "--person", "anke").exit == 0
    made = havre("hotline", "partner", "add", "Line IT", "--json").json
    assert (made["partner"], len(made["key"])) == ("Line IT", 58)
    assert "take it back first" in havre("hotline", "partner", "add", "Line IT").stderr
    (row,) = havre("hotline", "partner", "list", "--json").json
    assert (row["partner"], row["revoked"]) == ("Line IT", False)
    assert havre("hotline", "partner", "revoke", "Line IT", "--json").json == {"partner": "Line IT", "revoked": True}
    assert "Line IT" in havre("hotline", "partner", "list").stdout
    assert Partner.objects.get().revoked_at is not None
    assert havre("hotline", "partner", "revoke", "Line IT").exit == 1
    assert havre("hotline", "partner", "add", "Line IT").stdout.startswith("havre-")
