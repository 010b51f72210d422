"""Who asks is read in two questions, and nobody is signed in by what is over."""

from datetime import UTC, datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from havre.entrypoints.analyst.signed_in import Backend, SessionStore
from havre.units.found import leave, take_role
from havre.units.models import RoleName
from havre.units.queries import is_a
from tests.cast import NOON, introduce


def begun(**values: object) -> str:
    session = SessionStore()
    session.update(values)
    session.save()
    return str(session.session_key)


def test_a_session_is_what_was_kept_in_it(database: object) -> None:
    key, other = begun(theme="dark"), begun(theme="light")
    assert (SessionStore(key)["theme"], SessionStore(other)["theme"]) == ("dark", "light")


def test_a_session_that_is_over_or_none_is_empty(database: object) -> None:
    key = begun(theme="dark")
    Session.objects.filter(session_key=key).update(expire_date=datetime.now(UTC) - timedelta(seconds=1))
    for named in (key, "nothing-of-the-kind", "' OR '1'='1"):
        session = SessionStore(named)
        assert (session.get("theme"), session.session_key) == (None, None)


def test_a_person_comes_with_roles_and_unit_in_one_question(database: object) -> None:
    people = introduce()
    with CaptureQueriesContext(connection) as asked:
        bram = Backend().get_user(people.bram.pk)
        assert bram == people.bram
        assert (bram.unit, [role.name for role in bram.roles.all()]) == (people.belgium, ["analyst"])
        assert (getattr(bram, "viewing", None), getattr(bram.unit, "limits", None)) == (None, None)
    assert len(asked) == 1


def test_roles_are_those_of_now(database: object) -> None:
    people = introduce()
    take_role(people.bram, RoleName.ANALYST)
    bram = Backend().get_user(people.bram.pk)
    assert bram is not None
    assert (is_a(bram, RoleName.ANALYST), list(bram.roles.all()), bram.unit) == (False, [], people.belgium)


def test_who_left_is_nobody(database: object) -> None:
    people = introduce()
    leave(people.bram, NOON)
    assert Backend().get_user(people.bram.pk) is None
    assert Backend().get_user(10**30) is None


def test_what_was_not_signed_here_is_no_session_and_what_is_read_belongs_to_one_request(database: object) -> None:
    key = begun(list=["a"])
    SessionStore(key)["list"].append("b")
    assert SessionStore(key)["list"] == ["a"]
    row = Session.objects.get(session_key=key)
    for altered in (row.session_data[:-1], "x" + row.session_data, "", "no session", "é"):
        Session.objects.filter(session_key=key).update(session_data=altered)
        assert dict(SessionStore(key).load()) == {}
    Session.objects.filter(session_key=key).update(session_data=row.session_data)
    with override_settings(SECRET_KEY="another"):
        assert dict(SessionStore(key).load()) == {}
    assert dict(SessionStore(key).load()) == {"list": ["a"]}
