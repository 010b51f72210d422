"""What people type or touch to prove who they are, as forms: every failed one is counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.core import context
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from havre.entrypoints.analyst.node import now
from havre.entrypoints.analyst.trying import tried
from havre.units.models import Person
from havre.units.tries import use_code


class Code(codes.AuthenticateForm):  # type: ignore[misc]
    """A code of an authenticator app or a recovery code, each accepted once."""

    user: Person

    def clean_code(self) -> str:
        """The code. Raises ValidationError where it is wrong, was used, or too many failed before."""
        code = self.cleaned_data["code"]
        if not tried(context.request, self.user.name, lambda: self._accepted(code)):
            raise ValidationError(_("This code is wrong or was used already. Wait for the next one."))
        return str(code)

    def _accepted(self, code: str) -> bool:
        found = Authenticator.objects.filter(user=self.user).exclude(type=Authenticator.Type.WEBAUTHN)
        self.authenticator = next((each for each in found if each.wrap().validate_code(code)), None)
        if self.authenticator is None:
            return False
        self.authenticator.user = self.user
        return self.authenticator.type != Authenticator.Type.TOTP or use_code(self.user, code, now())


class CodeAgain(Code, codes.ReauthenticateForm):  # type: ignore[misc]
    """A code for a dangerous act."""

    def save(self) -> None:
        """They proved who they are."""
        codes.ReauthenticateForm.save(self)


@contextmanager
def untrusted() -> Iterator[None]:
    """What a browser sends as a passkey is read with care: whatever is wrong with it, it is not accepted."""
    try:
        yield
    except (ValidationError, DatabaseError):
        raise
    except Exception:
        raise ValidationError(_("This passkey was not accepted. Try again.")) from None


class NewPasskey(passkeys.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey; it must know its owner (by a finger, a face, a PIN): it alone then signs in."""

    def clean_passwordless(self) -> bool:
        """Always."""
        return True

    def clean(self) -> dict[str, Any]:
        """The passkey, made for this page a moment ago."""
        with untrusted():
            return super().clean()  # type: ignore[no-any-return]


class Passkey(passkeys.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second step."""

    def clean_credential(self) -> Authenticator:
        """Which of this person's passkeys it was."""
        with untrusted():
            return super().clean_credential()


class PasskeyAlone(Passkey, passkeys.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey as both steps: it says who comes."""


class PasskeyAgain(Passkey, passkeys.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey for a dangerous act."""


class NewPassword(forms.Form):
    """A password, typed twice."""

    password = forms.CharField(strip=False, max_length=200)
    password_again = forms.CharField(strip=False, max_length=200)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        """Long enough, and none of those that everybody tries first."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        given = super().clean() or {}
        if "password" in given and given["password"] != given.get("password_again"):
            self.add_error("password_again", _("The two passwords differ. Type the same one twice."))
        return given
