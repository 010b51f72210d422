"""The identity provider of a unit that has its own (OpenID Connect): it says who comes, never who works here."""

import secrets
import sys
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from havre.entrypoints.analyst.answers import POLICY
from havre.entrypoints.analyst.node import served
from havre.settings import Provider
from havre.units.models import Person

SECOND_FACTOR = "second_factor"
"""Where a sign-in keeps that the provider asked for two factors."""
NONCE = "provider_nonce"
"""Where a session keeps what the provider must repeat: an identity that was given to another session opens none."""


def offered() -> Provider | None:
    """The provider of this node, if it has one."""
    return served().settings.provider


def allow_form(response: HttpResponseBase) -> HttpResponseBase:
    """A page with the provider's button: its form leads there."""
    if provider := offered():
        where = urlsplit(provider.server)
        leads = f"form-action 'self' {where.scheme}://{where.netloc};"
        response.headers["Content-Security-Policy"] = POLICY.replace("form-action 'self';", leads)
    return response


class OfIssuer(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """What the provider says of itself counts only where it says it of the issuer that the operator named."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Its configuration, whose issuer is exactly the one named (OpenID Connect Discovery 1.0, section 4.3).

        A token's `iss` is compared with this one, so that it is the named one too.
        """
        told: Any = super().openid_config
        named, says = self.get_provider().app.settings["issuer"], told.get("issuer")
        if says != named:
            # Another's tokens would open this node: whoever can change that document could sign in as anybody.
            sys.stderr.write(f"havre pages: HAVRE_OIDC_SERVER is {named!r}, and the issuer found there is {says!r}\n")
            raise ImmediateHttpResponse(_back(self.request, _not_accepted()))
        found: dict[str, Any] = told
        return found


class ByIssuer(OpenIDConnectProvider):  # type: ignore[misc]
    """The provider, asked by nothing else."""

    oauth2_adapter_class = OfIssuer


class Provided(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Whoever the provider names is matched to somebody of its unit, or stays outside."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person: by the provider's subject, the first time by the name it gives them."""
        claims, account = sociallogin.account.extra_data, sociallogin.account
        sociallogin.email_addresses = []
        expected = request.session.pop(NONCE, "")
        if not expected or claims.get("id_token", {}).get("nonce") != expected:
            raise ImmediateHttpResponse(_back(request, _not_accepted()))
        person = _person(sociallogin, claims)
        if person is None:
            raise ImmediateHttpResponse(_back(request, _refused()))
        account.extra_data = {}  # who signs in is enough: nothing else of theirs is kept
        if sociallogin.is_existing:
            account.save()
        else:
            sociallogin.connect(request, person)
        sociallogin.state[SECOND_FACTOR] = _two_factors(claims.get("id_token", {}))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        """Never: administrators add people."""
        return False

    def on_authentication_error(self, request: HttpRequest, *_told: Any, **more: Any) -> None:
        """Back to the start, with what happened and what to do."""
        if more.get("error") == AuthError.CANCELLED:
            said = _("You stopped at your identity provider. Sign in again, or in another way.")
        elif isinstance(more.get("exception"), requests.RequestException):
            said = _silent()
        else:
            said = _not_accepted()
        raise ImmediateHttpResponse(_back(request, said))


def _person(sociallogin: SocialLogin, claims: dict[str, Any]) -> Person | None:
    """Whom the provider means: somebody of its unit who has not left, and whom no other of its subjects is."""
    told, shown = claims.get("id_token", {}), claims.get("userinfo", {})
    provider = offered()
    if provider is None or not told.get("sub") or told["sub"] != shown.get("sub", told["sub"]):
        return None
    here = Person.objects.filter(unit__name=provider.unit, left_at=None)
    if sociallogin.is_existing:
        return here.filter(pk=sociallogin.user.pk).first()
    name = told.get("preferred_username") or shown.get("preferred_username") or ""
    taken = SocialAccount.objects.values("user")
    return here.filter(name=name).exclude(pk__in=taken).first()


def _two_factors(told: dict[str, Any]) -> bool:
    """Whether the provider says that it asked for two factors (RFC 8176), or for what the operator named."""
    provider = offered()
    named = bool(provider and provider.acr and told.get("acr") == provider.acr)
    methods = told.get("amr")
    return named or (isinstance(methods, list) and "mfa" in methods)  # in a text, "no-mfa" would be it too


def _refused() -> str:
    return _("Your identity provider did not let you in here. Ask an administrator of your unit.")


def _not_accepted() -> str:
    return _(
        "What your identity provider sent is not accepted. Sign in again; if it stays so, tell who runs this server."
    )


def _silent() -> str:
    return _("Your identity provider does not answer now. Try again later, or sign in with a passkey or a password.")


def _back(request: HttpRequest, said: str) -> HttpResponse:
    messages.error(request, said)
    return redirect("sign_in")


@require_POST
def to_provider(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """To the provider, to sign in: never to connect what it says to whoever is signed in."""
    given = request.POST.copy()
    given["process"] = "login"
    request.POST = given  # type: ignore[assignment]
    nonce = request.session.setdefault(NONCE, secrets.token_urlsafe(24))  # the same for all tabs that are on their way
    request.GET = QueryDict(urlencode({"auth_params": urlencode({"nonce": nonce})}))
    return _asked(OAuth2LoginView, request, provider_id)


def from_provider(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Back from the provider, with what it says."""
    return _asked(OAuth2CallbackView, request, provider_id)


def _asked(
    view: type[OAuth2LoginView | OAuth2CallbackView], request: HttpRequest, provider_id: str
) -> HttpResponseBase:
    try:
        response: HttpResponseBase = view.adapter_view(OfIssuer(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    except requests.RequestException:
        return _back(request, _silent())
    return response


ADDRESSES = [
    path("sign-in/<slug:provider_id>/go", to_provider, name="openid_connect_login"),
    path("sign-in/<slug:provider_id>/back", from_provider, name="openid_connect_callback"),
]
