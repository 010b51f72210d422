"""How a person signs in: passkeys, an authenticator app, recovery codes, the password."""

import base64
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from allauth.mfa.webauthn.internal.auth import WebAuthn, begin_registration
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _

from havre.entrypoints.analyst.pages import Visit, page
from havre.entrypoints.analyst.proofs import NewPasskey, NewPassword
from havre.entrypoints.analyst.sessions import two_factors
from havre.entrypoints.analyst.trying import tried
from havre.errors import Invalid, NotFound
from havre.flows.sign_in import told
from havre.units.models import Person, RoleName

SECRET = "app"  # noqa: S105 - a name
"""Where the session keeps the secret of an app that is being set up, sealed."""

KINDS = Authenticator.Type


@page(*RoleName, unfinished=True)
def second_factor(visit: Visit) -> HttpResponse:
    """What this person signs in with; the first thing they see where a second factor is still missing."""
    own = list(Authenticator.objects.filter(user=visit.person).order_by("created_at"))
    codes = next((each for each in own if each.type == KINDS.RECOVERY_CODES), None)
    given = {
        "passkeys": [
            {"id": each.pk, "name": each.wrap().name, "kept": each} for each in own if each.type == KINDS.WEBAUTHN
        ],
        "app": next((each for each in own if each.type == KINDS.TOTP), None),
        "left": len(codes.wrap().get_unused_codes()) if codes else None,
        "password": visit.person.has_usable_password(),
        "finished": two_factors(visit.request.session),
    }
    return visit.show("second_factor.html", given)


@page(*RoleName, fresh=True, unfinished=True)
def add_passkey(visit: Visit) -> HttpResponse:
    """Another passkey."""
    _must_be_able(visit)
    form = NewPasskey(data=visit.request.POST, user=visit.person) if visit.request.method == "POST" else None
    if form is not None and form.is_valid():
        made = WebAuthn.add(visit.person, form.cleaned_data["name"][:100], form.cleaned_data["credential"])
        return _added(visit, made.instance)
    options = {"creation_options": begin_registration(visit.person, passwordless=True)}
    return visit.show("passkey.html", {"form": form, "options": options}, status=400 if form else 200)


@page(*RoleName, fresh=True)
def remove(visit: Visit, number: int) -> HttpResponse:
    """One of this person's own passkeys, or their app, no longer signs in; never the last."""
    own = Authenticator.objects.filter(user=visit.person).exclude(type=KINDS.RECOVERY_CODES)
    found = own.filter(pk=number).first()
    if found is None:
        raise NotFound(_("You have nothing of that kind to remove."))
    if own.count() == 1:
        raise Invalid(_("This is your only second factor. Add another first."))
    if visit.request.method == "POST":
        found.delete()
        told(visit.home, visit.acting(), "second factor removed", kind=found.type)
    return redirect("second_factor")


@page(*RoleName, fresh=True, unfinished=True)
def app(visit: Visit) -> HttpResponse:
    """Set up an authenticator app: a picture to scan, then a code that proves it was scanned."""
    _must_be_able(visit)
    secret, problem = _secret(visit), ""
    if Authenticator.objects.filter(user=visit.person, type=KINDS.TOTP).exists():
        raise Invalid(_("You have an authenticator app already. Remove it first."))
    if visit.request.method == "POST":
        code = visit.request.POST.get("code", "")
        if tried(visit.request, visit.person.name, lambda: validate_totp_code(secret, code)):
            del visit.request.session[SECRET]
            return _added(visit, TOTP.activate(visit.person, secret).instance)
        problem = _("This code is wrong. Look whether the clock of your phone is right, and type the next one.")
    url = get_adapter().build_totp_url(visit.person, secret)
    picture = base64.b64encode(get_adapter().build_totp_svg(url).encode()).decode()
    given: dict[str, object] = {"secret": secret, "picture": f"data:image/svg+xml;base64,{picture}", "problem": problem}
    return visit.show("app.html", given, status=400 if problem else 200)


@page(*RoleName, fresh=True)
def codes(visit: Visit) -> HttpResponse:
    """Recovery codes: shown once, when they are made; new ones replace the old."""
    if not visit.person.has_usable_password():
        raise Invalid(_("Recovery codes go with a password. Choose one first, or add a second passkey."))
    if visit.request.method == "POST":
        Authenticator.objects.filter(user=visit.person, type=KINDS.RECOVERY_CODES).delete()
        RecoveryCodes.activate(visit.person)
        told(visit.home, visit.acting(), "recovery codes made")
        return redirect("codes")
    made = Authenticator.objects.filter(user=visit.person, type=KINDS.RECOVERY_CODES).first()
    if made is None or made.wrap().did_view:
        return redirect("second_factor")
    made.wrap().mark_as_viewed()
    return visit.show("codes.html", {"codes": made.wrap().get_unused_codes()})


@page(*RoleName, fresh=True)
def password(visit: Visit) -> HttpResponse:
    """Another password; every other session ends."""
    form = NewPassword(data=visit.request.POST, person=visit.person) if visit.request.method == "POST" else None
    if form is not None and form.is_valid():
        visit.person.set_password(form.cleaned_data["password"])
        visit.person.save(update_fields=["password"])
        update_session_auth_hash(visit.request, visit.person)
        told(visit.home, visit.acting(), "password changed")
        messages.success(visit.request, _("Your password was changed. Your other sessions have ended."))
        return redirect("second_factor")
    return visit.show("password.html", {"form": form}, status=400 if form else 200)


def _must_be_able(visit: Visit) -> None:
    """Whoever has a second factor already must have shown it: a password alone adds none."""
    if not two_factors(visit.request.session) and Authenticator.objects.filter(user=visit.person).exists():
        raise Invalid(_("Sign out, and sign in with the second factor that you have."))


def _secret(visit: Visit) -> str:
    session, sealing = visit.request.session, get_adapter()
    if SECRET not in session:
        session[SECRET] = sealing.encrypt(generate_totp_secret())
    return str(sealing.decrypt(session[SECRET]))


def _added(visit: Visit, made: Authenticator) -> HttpResponse:
    """Keep that they have shown it, and lead to the recovery codes where there are none yet."""
    told(visit.home, visit.acting(), "second factor added", kind=made.type)
    record_authentication(visit.request, visit.person, "mfa", id=made.pk, type=made.type)
    if not _makes_codes(visit.person):
        messages.success(visit.request, _("Done. You can sign in with it from now on."))
        return redirect("second_factor")
    RecoveryCodes.activate(visit.person)
    return redirect("codes")


def _makes_codes(person: Person) -> bool:
    held = Authenticator.objects.filter(user=person, type=KINDS.RECOVERY_CODES)
    return person.has_usable_password() and not held.exists()


def _at(place: str, shown: Any, name: str) -> Any:
    return path(f"settings/{place}", shown, name=name)


ADDRESSES = [
    _at("sign-in", second_factor, "second_factor"),
    _at("passkey", add_passkey, "add_passkey"),
    _at("sign-in/<int:number>/remove", remove, "remove_factor"),
    _at("app", app, "app"),
    _at("codes", codes, "codes"),
    _at("password", password, "password"),
]
