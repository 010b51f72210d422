"""What people type or touch."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError

from havre.entrypoints.analyst.proofs import NewPassword, untrusted
from havre.settings import Settings
from tests.cast import introduce


@pytest.mark.parametrize(
    ("first", "second", "wrong"),
    [
        ("correct horse battery", "correct horse battery", set()),
        (" spaces are part of it ", " spaces are part of it ", set()),
        ("elevenchars", "elevenchars", {"password"}),
        ("qwertyuiop123", "qwertyuiop123", {"password"}),
        ("correct horse battery", "correct horse batterY", {"password_again"}),
        ("correct horse battery", "", {"password_again"}),
        ("x" * 201, "x" * 201, {"password", "password_again"}),
    ],
)
def test_a_new_password(database: Settings, first: str, second: str, wrong: set[str]) -> None:
    form = NewPassword(data={"password": first, "password_again": second}, person=introduce().bram)
    assert set(form.errors) == wrong
    if not wrong:
        assert form.cleaned_data["password"] == first


def test_whatever_is_wrong_with_a_passkey_it_is_not_accepted_but_a_fault_of_the_database_is_said() -> None:
    for error in (KeyError("rawId"), TypeError(), IndexError(), ValueError()):
        with pytest.raises(ValidationError), untrusted():
            raise error
    for told in (DatabaseError("gone"), ValidationError("locked")):
        with pytest.raises(type(told)), untrusted():
            raise told
