"""Who is it? Asked once more before a dangerous act; then that act goes on."""

from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.account.internal.flows.reauthentication import (
    STATE_SESSION_KEY,
    reauthenticate_by_password,
    resume_request,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, path, resolve, reverse
from django.utils.translation import gettext as _

from havre.entrypoints.analyst.pages import PAGES, Visit, page
from havre.entrypoints.analyst.proofs import CodeAgain, PasskeyAgain
from havre.entrypoints.analyst.provider import allow_form, offered
from havre.units.models import RoleName


@page(*RoleName, unfinished=True)
def again(visit: Visit) -> HttpResponseBase:
    """Password, code or passkey, whichever this person has."""
    kinds = set(Authenticator.objects.filter(user=visit.person).values_list("type", flat=True))
    form = _form(visit) if visit.request.method == "POST" else None
    if form is not None and form.is_valid():
        _accept(visit, form)
        if page_of_file := _page_of_file(visit):
            messages.success(visit.request, _("It is you. Ask for the file once more."))
            return redirect(page_of_file)
        return resume_request(visit.request) or redirect("desk")
    options = begin_authentication(visit.person) if Authenticator.Type.WEBAUTHN in kinds else None
    given = {
        "form": form,
        "password": visit.person.has_usable_password(),
        "codes": Authenticator.Type.TOTP in kinds,
        "options": {"request_options": options} if options else None,
        "provider": offered() if SocialAccount.objects.filter(user=visit.person).exists() else None,
        "next": visit.request.POST.get("next", visit.request.GET.get("next", "")),
    }
    return allow_form(visit.show("again.html", given, status=400 if form else 200))


def _page_of_file(visit: Visit) -> str:
    """Where a file was asked for, where that is the act that waits; nothing runs then. Empty for any other act."""
    try:
        asked = resolve(visit.request.POST.get("next", ""))
    except Resolver404:
        return ""
    declared = PAGES.get(getattr(asked.func, "havre_page", ""))
    if declared is None or not declared.file_from or visit.request.session.pop(STATE_SESSION_KEY, None) is None:
        return ""
    return reverse(declared.file_from, args=asked.args, kwargs=asked.kwargs)


def _form(visit: Visit) -> Any:
    given = visit.request.POST
    if "credential" in given:
        return PasskeyAgain(data=given, user=visit.person)
    return (CodeAgain if "code" in given else ReauthenticateForm)(data=given, user=visit.person)


def _accept(visit: Visit, form: Any) -> None:
    if isinstance(form, ReauthenticateForm):
        reauthenticate_by_password(visit.request)
    else:
        form.save()


ADDRESSES = [path("again", again, name="again")]
