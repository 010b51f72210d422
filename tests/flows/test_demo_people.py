"""The people of a demonstration sign in with what is printed."""

from allauth.mfa.models import Authenticator

from havre.flows.demo_people import demo_sign_in
from havre.flows.sealed_text import open_text
from havre.settings import Settings
from tests.cast import node


def test_a_demo_person_gets_the_same_sign_in_each_time(database: Settings) -> None:
    with node(database) as here:
        shown = demo_sign_in(here.home, here.bram.person)
        assert demo_sign_in(here.home, here.bram.person) == shown
        here.bram.person.refresh_from_db()
        assert here.bram.person.check_password(shown.password)
        totp, codes = Authenticator.objects.filter(user=here.bram.person).order_by("-type")
        assert open_text(here.home, totp.data["secret"]) == shown.totp_secret
        assert [open_text(here.home, code) for code in codes.data["migrated_codes"]] == shown.recovery_codes
        assert len(set(shown.recovery_codes)) == 10
        assert demo_sign_in(here.home, here.chiara.person).totp_secret != shown.totp_secret
