"""What each person revealed and for how long, their pauses, how they want to see, and the limits of their unit."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models

from havre.cases.models import Case
from havre.media.models import Medium
from havre.units.models import Person, Unit

DAY_SECONDS = 2 * 60 * 60
"""Viewing a day where the unit set nothing else (Child Focus: at most two hours)."""

STRETCH_SECONDS = 45 * 60
"""Viewing after which a pause is due."""

PAUSE_SECONDS = 15 * 60
"""How long that pause is (Child Focus: fifteen minutes of something else)."""


class UnitLimits(models.Model):
    """How long anybody of a unit looks, a day and at a stretch, and how long the pause after a stretch is."""

    unit = models.OneToOneField(Unit, on_delete=models.CASCADE, related_name="limits")
    day_seconds = models.PositiveIntegerField(default=DAY_SECONDS, validators=[MinValueValidator(60)])
    stretch_seconds = models.PositiveIntegerField(default=STRETCH_SECONDS, validators=[MinValueValidator(60)])
    pause_seconds = models.PositiveIntegerField(default=PAUSE_SECONDS, validators=[MinValueValidator(60)])


class Viewing(models.Model):
    """How one person wants to see; sound is off for everybody until they turn it on at a film."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="viewing")
    tile = models.BooleanField(default=False)
    """A plain tile where others see a veil."""
    colour = models.BooleanField(default=False)
    """Whether a reveal begins in colour instead of grey."""
    twice = models.BooleanField(default=False)
    """Whether the key is pressed twice, which shows for ten seconds, instead of held."""
    day_seconds = models.PositiveIntegerField(null=True)
    """A shorter day than the unit's; null where the unit's is enough."""
    stretch_seconds = models.PositiveIntegerField(null=True)


class Reveal(models.Model):
    """A person revealed a medium: from when to when, and what that adds to the time they looked.

    What is revealed in one hold ends together, and only its first adds time: nobody looks twice as long at two
    pictures side by side.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reveals")
    medium = models.ForeignKey(Medium, on_delete=models.SET_NULL, null=True, related_name="+")
    crop = models.PositiveBigIntegerField(null=True)
    """The crop of a clue that was shown of it, by its number, which no other crop ever has; null for all of it."""
    case = models.ForeignKey(Case, on_delete=models.SET_NULL, null=True, related_name="+")
    hold = models.CharField(max_length=64)
    """The same for everything that was revealed by one press."""
    stretch_began_at = models.DateTimeField()
    """When the first reveal since the last pause began."""
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0.0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "began_at"], name="reveals_by_day"),
            models.Index(fields=["person"], condition=models.Q(ended_at=None), name="reveals_not_ended"),
        ]


class Why(models.TextChoices):
    """Why somebody pauses."""

    TAKEN = "taken"
    STRETCH = "stretch"
    DAY = "day"


class Pause(models.Model):
    """A time in which a person reveals nothing: taken by themselves, or due by a limit."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="pauses")
    why = models.CharField(max_length=10, choices=Why)
    began_at = models.DateTimeField()
    """Two minutes after a limit was reached, so that a stack can be finished."""
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """When the person went on before its end: only one that they took themselves."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "until"], name="pauses_by_end")]
