"""What people say is wrong: of a notice, a judgement or a register; and what came of it."""

from typing import ClassVar

from django.db import models

from havre.hotline.models import Page, Receipt
from havre.notices.models import Notice
from havre.platforms.models import Record
from havre.units.models import Person, Unit


class Against(models.TextChoices):
    """What somebody says is wrong."""

    UNKNOWN = ""
    """What they named was not found: a person says what they mean."""
    NOTICE = "notice"
    JUDGEMENT = "judgement"
    RECORD = "record"


class State(models.TextChoices):
    """How far a challenge is."""

    WAITING = "waiting"
    WRONG = "wrong"
    """It was wrong, and was taken back."""
    RIGHT = "right"
    """It stands."""
    WITHDRAWN = "withdrawn"


class Via(models.TextChoices):
    """How it came."""

    DOOR = "door"
    RECORD = "record"
    """From a provider that read its own record."""
    STAFF = "staff"
    """By telephone or letter, written down by somebody of the unit."""


class Challenge(models.Model):
    """One thing that one person, site or provider says is wrong: decided by somebody who had no part in it."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="challenges")
    number = models.PositiveIntegerField()
    """How the unit calls it: from 1."""
    against = models.CharField(max_length=10, choices=Against, blank=True)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="challenges", null=True)
    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="challenges", null=True)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="challenges", null=True)
    via = models.CharField(max_length=6, choices=Via)
    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="challenge", null=True)
    """With its code whoever challenges follows it; none where somebody of the unit wrote it down without one."""
    told = models.BinaryField(null=True)
    """What they say, and how to reach them: sealed to the unit. None once erased."""
    at = models.DateTimeField()
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    because = models.TextField(blank=True)
    """Why it was decided so, in the words of who decided; it holds nothing personal."""
    again_at = models.DateTimeField(null=True)
    """When whoever challenged said more after it was decided; None once somebody decided whether that changes it."""
    danger = models.BooleanField(default=False)
    """Whether they said that a child is in danger now."""
    alone = models.BooleanField(default=False)
    """Whether nobody of the unit was left who had no part in it."""
    erase_after = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "number"], name="one_challenge_a_number")]
        indexes: ClassVar = [
            models.Index(fields=["unit", "state", "at"], name="challenges_waiting"),
            models.Index(fields=["erase_after"], name="challenges_to_erase"),
        ]

    @property
    def waits(self) -> bool:
        """Whether somebody must decide: for the first time, or because more was said since."""
        return self.state == State.WAITING or self.again_at is not None


class Added(models.Model):
    """What whoever challenged said later, sealed as it came; whoever reads the challenge reads it too."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="added")
    told = models.BinaryField()
    at = models.DateTimeField()
