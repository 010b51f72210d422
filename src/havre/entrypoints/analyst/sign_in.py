"""Signing in and out: one page that offers passkey and password, then the second step."""

from typing import Any

from allauth.account.internal.flows.logout import logout
from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from havre.entrypoints.analyst.node import now, served
from havre.entrypoints.analyst.proofs import Code, Passkey, PasskeyAlone
from havre.entrypoints.analyst.provider import allow_form, offered
from havre.flows.sign_in import sign_out
from havre.units.acting import Acting
from havre.units.models import Person


class SignIn(LoginView):  # type: ignore[misc]
    """Passkey or password."""

    template_name = "analyst/sign_in.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page; its button may lead to the unit's identity provider."""
        return allow_form(super().dispatch(request, *args, **kwargs))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With where to go then, and the unit's own identity provider."""
        given: dict[str, Any] = super().get_context_data(**kwargs)
        return given | {"next": _next(self.request), "provider": offered()}


class ByPasskey(LoginWebAuthnView):  # type: ignore[misc]
    """A passkey alone: it knows its owner, so it is both factors."""

    form_class = PasskeyAlone

    def form_invalid(self, form: Any) -> HttpResponse:  # noqa: ARG002
        """Back to the start, with what to do."""
        messages.error(self.request, _("This passkey was not accepted. Use another, or your password."))
        return HttpResponseRedirect(reverse("sign_in"))


class SecondStep(AuthenticateView):  # type: ignore[misc]
    """After the password."""

    template_name = "analyst/second_step.html"
    form_class = Code
    webauthn_form_class = Passkey


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    if isinstance(request.user, Person):
        sign_out(served(), Acting(request.user, now))
    logout(request, show_message=False)
    return redirect("sign_in")


def _next(request: HttpRequest) -> str:
    return request.POST.get("next", request.GET.get("next", ""))


ADDRESSES = [
    path("", SignIn.as_view(), name="sign_in"),
    path("", SignIn.as_view(), name="account_login"),
    path("sign-in/passkey", ByPasskey.as_view(), name="mfa_login_webauthn"),
    path("sign-in/second", SecondStep.as_view(), name="mfa_authenticate"),
    path("sign-out", end, name="sign_out"),
]
