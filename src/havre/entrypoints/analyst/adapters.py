"""What django-allauth asks Havre: how a try is counted, what a session is, how secrets are kept."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from havre.entrypoints.analyst.node import now, served
from havre.entrypoints.analyst.provider import SECOND_FACTOR
from havre.entrypoints.analyst.sessions import begin_session, keep_language
from havre.entrypoints.analyst.trying import tried
from havre.flows.sealed_text import open_text, seal_text
from havre.flows.sign_in import sign_in
from havre.units.acting import Acting
from havre.units.models import Person
from havre.units.queries import preference_of

PROOFS = {
    "password": "password",
    "totp": "code",
    "recovery_codes": "recovery code",
    "webauthn": "passkey",
    "socialaccount": "provider",
}
"""How the log calls what somebody showed."""


class Doors(DefaultAccountAdapter):  # type: ignore[misc]
    """Tries are counted, the log is told, sessions are bounded; nobody makes an account."""

    error_messages = {  # noqa: RUF012 - allauth's name
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy("Name or password is wrong."),
        "incorrect_password": gettext_lazy("This password is wrong."),
    }

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The person with this name and password who still works here, or nobody."""
        name = str(credentials.get("username", ""))
        return tried(request, name, lambda: authenticate(request, **credentials))

    def login(self, request: HttpRequest, user: Person) -> None:
        """A session begins: the log first."""
        sign_in(served(), Acting(user, now), _proofs(request, user), self.get_client_ip(request))
        super().login(request, user)
        begin_session(request.session, request.headers.get("User-Agent", ""), preference_of(user).theme)
        Session.objects.filter(expire_date__lte=now()).delete()

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse:
        """Where they go; the pages then speak their language."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        keep_language(response, preference_of(user).language)
        return response

    def pre_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse | None:
        """Whoever has left stays outside; a provider's second factor counts."""
        shown = (kwargs.get("signal_kwargs") or {}).get("sociallogin")
        if shown is not None and shown.state.get(SECOND_FACTOR):
            record_authentication(request, user, "mfa", type="provider")
        return super().pre_login(request, user, **kwargs)  # type: ignore[no-any-return]

    def get_login_stages(self) -> list[str]:
        """The second factor."""
        return [f"{SecondStep.__module__}.{SecondStep.__name__}"]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """One page offers them all."""
        return [{"id": "again", "description": "", "url": reverse("again")}] if user.is_authenticated else []

    def is_reauthentication_required(self, **_given: Any) -> bool:
        """Pages say so themselves: `@page(fresh=True)`."""
        return False

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:  # noqa: ARG002
        """Whoever has left stays outside."""
        messages.error(request, _("That did not work. Ask an administrator of your unit."))
        return redirect("sign_in")

    def add_message(self, request: HttpRequest, level: int, *args: Any, **given: Any) -> None:
        """Nothing: pages say themselves what was done, in their own words."""

    def is_safe_url(self, url: str) -> bool:
        """Whether somebody may be led there: to this host alone."""
        return url_has_allowed_host_and_scheme(url, {self.request.get_host()}, require_https=self.request.is_secure())

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Never: administrators add people."""
        return False


def _proofs(request: HttpRequest, person: Person) -> list[str]:
    kinds = (record.get("type") or record["method"] for record in get_authentication_records(request, person))
    return list(dict.fromkeys(PROOFS.get(kind, kind) for kind in kinds))


class SecondStep(AuthenticateStage):  # type: ignore[misc]
    """The second factor, unless the unit's identity provider asked for one."""

    def _should_handle(self, request: HttpRequest) -> bool:
        shown = {record.get("type") for record in get_authentication_records(request, self.login.user)}
        return "provider" not in shown and super()._should_handle(request)


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets lie sealed."""

    error_messages = {  # noqa: RUF012 - allauth's name
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This was not accepted. Try again."),
    }

    def encrypt(self, text: str) -> str:
        """As it lies in the database."""
        return seal_text(served(), text)

    def decrypt(self, encrypted_text: str) -> str:
        """As it was."""
        return open_text(served(), encrypted_text)

    def get_totp_issuer(self) -> str:
        """What an authenticator app shows."""
        return "Havre"

    def generate_authenticator_name(self, user: Person, type: str) -> str:  # noqa: A002, ARG002
        """What a passkey is called until it is given a name."""
        return _("Passkey")
