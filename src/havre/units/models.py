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
