"""A one-time link: the person it was made for chooses how they sign in."""

from typing import Any

from allauth.account.internal.flows.login import perform_login, perform_password_login
from allauth.account.models import Login
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.webauthn.internal.auth import WebAuthn, begin_registration
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from havre.entrypoints.analyst.node import now, served
from havre.entrypoints.analyst.proofs import NewPasskey, NewPassword
from havre.flows.people import take_up
from havre.units.models import Person
from havre.units.welcome import guest


def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Passkey or password; either ends whatever they signed in with before."""
    person = guest(token, now())
    by_passkey = "credential" in request.POST
    form = _form(request, person, by_passkey=by_passkey) if request.method == "POST" else None
    if form is not None and form.is_valid():
        return (_with_passkey if by_passkey else _with_password)(request, token, form)
    options = {"creation_options": begin_registration(person, passwordless=True)}
    given = {"person": person, "form": form, "options": options}
    return render(request, "analyst/welcome.html", given, status=400 if form else 200)


def _form(request: HttpRequest, person: Person, *, by_passkey: bool) -> Any:
    if by_passkey:
        return NewPasskey(data=request.POST, user=person)
    return NewPassword(data=request.POST, person=person)


def _with_password(request: HttpRequest, token: str, form: NewPassword) -> HttpResponse:
    def choose(person: Person) -> None:
        person.set_password(form.cleaned_data["password"])
        person.save(update_fields=["password"])

    person = take_up(served(), token, choose, now)
    logout(request)
    login = Login(user=person, redirect_url=reverse("second_factor"))
    return perform_password_login(request, {"username": person.name}, login)  # type: ignore[no-any-return]


def _with_passkey(request: HttpRequest, token: str, form: NewPasskey) -> HttpResponse:
    kept = []

    def choose(person: Person) -> None:
        kept.append(WebAuthn.add(person, form.cleaned_data["name"], form.cleaned_data["credential"]).instance)

    person = take_up(served(), token, choose, now)
    logout(request)
    post_authentication(request, kept[0], passwordless=True)
    return perform_login(request, Login(user=person, redirect_url=reverse("desk")))  # type: ignore[no-any-return]


ADDRESSES = [path("welcome/<str:token>", welcome, name="welcome")]
