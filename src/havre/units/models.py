"""Who works here: units of countries, their people, what each person may do, and a second person's word."""

from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class RoleName(models.TextChoices):
    """What a person may be in a unit; one person may be several, with a warning."""

    ANALYST = "analyst"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Unit(models.Model):
    """A police unit, hotline, platform or secretariat."""

    name = models.CharField(max_length=200, unique=True)
    country = models.CharField(max_length=2)
    founded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} ({self.country})"


class Person(AbstractBaseUser):
    """Somebody who works for a unit; the name is how the log calls them, and with which they sign in."""

    name = models.CharField(max_length=100, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="people")
    added_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    """From then on they may not sign in; what they did stays theirs."""

    USERNAME_FIELD = "name"
    objects: ClassVar[BaseUserManager[Self]] = BaseUserManager()

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """Whether they may sign in: the name Django has for it."""
        return self.left_at is None


class Role(models.Model):
    """One thing one person may be."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    name = models.CharField(max_length=20, choices=RoleName)
    given_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "name"], name="one_role_once")]


class Approval(models.Model):
    """One act that needs a second person: asked by one, given by another, used once."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="approvals")
    act = models.CharField(max_length=50)
    subject = models.TextField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    given_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)


class Welcome(models.Model):
    """A one-time link with which a person chooses how they sign in; whoever reads this table can't use it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="welcomes")
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the link's secret, in hex."""
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Attempt(models.Model):
    """One try to sign in that did not succeed, or is being judged: too many of them lock the door for a while."""

    name = models.CharField(max_length=100)
    """As it was typed, in small letters: also where nobody has it."""
    address = models.CharField(max_length=45)
    """The network address it came from."""
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["name", "at"], name="attempt_by_name"),
            models.Index(fields=["address", "at"], name="attempt_by_address"),
        ]


class UsedCode(models.Model):
    """A code of an authenticator app that was accepted: it is not accepted again while it is still shown."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "code"], name="one_code_once")]


class Mailbox(models.Model):
    """Where a person wants to be told by mail that something waits."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="mailbox")
    address = models.CharField(max_length=254)
    asked_at = models.DateTimeField()
    next_at = models.DateTimeField()
    """Nothing is sent before."""
    told_at = models.DateTimeField(null=True)
    """What came until then was told of."""
    tries = models.PositiveSmallIntegerField(default=0)
    """That failed one after the other."""
    trouble = models.CharField(max_length=200, blank=True)


class Preference(models.Model):
    """How a person likes the pages."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="preference")
    theme = models.CharField(max_length=10, default="system")
    language = models.CharField(max_length=10, blank=True, default="")
    """Empty where the browser says it."""
    zone = models.CharField(max_length=64, blank=True, default="")
    """The time zone in which they are told times; empty where the node says it."""
