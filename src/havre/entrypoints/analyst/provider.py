"""The identity provider of a unit that has its own (OpenID Connect): it says who comes, never who works here."""

from typing import Any
from urllib.parse import urlsplit

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.openid_connect import views
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
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


class Provided(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Whoever the provider names is matched to somebody of its unit, or stays outside."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the person: by the provider's subject, the first time by the name it gives them."""
        claims, account = sociallogin.account.extra_data, sociallogin.account
        sociallogin.email_addresses = []
        person = _person(sociallogin, claims)
        if person is None:
            raise ImmediateHttpResponse(_refused(request))
        account.extra_data = {}  # who signs in is enough: nothing else of theirs is kept
        if sociallogin.is_existing:
            account.save()
        else:
            sociallogin.connect(request, person)
        sociallogin.state[SECOND_FACTOR] = _two_factors(claims.get("id_token", {}))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        """Never: administrators add people."""
        return False

    def on_authentication_error(self, request: HttpRequest, *_told: Any, **_more: Any) -> None:
        """Back to the start, with what to do."""
        raise ImmediateHttpResponse(_refused(request))


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
    return named or "mfa" in (told.get("amr") or [])


def _refused(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("Your identity provider did not let you in here. Ask an administrator of your unit."))
    return redirect("sign_in")


@require_POST
def to_provider(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """To the provider, to sign in: never to connect what it says to whoever is signed in."""
    given = request.POST.copy()
    given["process"] = "login"
    request.POST = given  # type: ignore[assignment]
    response: HttpResponseBase = views.login(request, provider_id)
    return response


ADDRESSES = [
    path("sign-in/<slug:provider_id>/go", to_provider, name="openid_connect_login"),
    path("sign-in/<slug:provider_id>/back", views.callback, name="openid_connect_callback"),
]
