"""Hashes that people sent of pictures which nobody here sees: what they allow to be done with them, what was done."""

from typing import ClassVar

from django.db import models

from havre.hotline.models import Receipt
from havre.media.models import Medium
from havre.units.models import Person, Unit


class Submission(models.Model):
    """What lies under one code: of one person or parent, of whom nothing is kept but what is needed."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField()
    """How the unit calls it: from 1."""
    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="submission")
    at = models.DateTimeField()
    """When it reached the door."""
    taken_at = models.DateTimeField()
    who = models.CharField(max_length=6)
    """`me`, `grown` or `parent`: nobody's age."""
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=2, default="en")
    platforms = models.BooleanField()
    """Whether they let platforms have the hashes."""
    tell = models.BooleanField()
    """Whether they let the hotline look for them among what it holds, and want to be told."""
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    """None where who sent them took them back, or their time was over."""
    listed = models.BooleanField(default=False)
    """Whether a list has anything of it that must be taken back when it is withdrawn."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "number"], name="one_submission_a_number"),
        ]


class State(models.TextChoices):
    """How far the hashes of one file are."""

    HELD = "held"
    PROPOSED = "proposed"
    """An entry of the unreviewed list."""
    REFUSED = "refused"
    """No list takes them: they match a benign picture, say."""
    WITHDRAWN = "withdrawn"


class Protected(models.Model):
    """One picture or film, by its hashes alone; withdrawn, not even these are kept."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=7)
    md5 = models.CharField(max_length=32, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    prints = models.JSONField(default=list)
    """[quality, value] of each PDQ hash: one of a picture, one of each second of a film."""
    state = models.CharField(max_length=9, choices=State, default=State.HELD)
    since = models.DateTimeField()
    because = models.TextField(blank=True)
    """Why no list takes it."""
    looked_at = models.DateTimeField(null=True)
    """When it was last looked for among what the unit holds."""
    to_medium = models.PositiveBigIntegerField(default=0)
    """Up to which medium it was looked for then, up to which fingerprint of a picture, up to which run of a film."""
    to_picture = models.PositiveBigIntegerField(default=0)
    to_film = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["submission", "sha256"], condition=~models.Q(sha256=""), name="one_file_a_submission"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "id"], name="protected_by_state")]


class Decided(models.TextChoices):
    """What a person made of something that was found."""

    WAITING = "waiting"
    TOLD = "told"
    """They wrote to who asked to be told."""
    LEFT = "left"
    """They looked, and there is nothing to tell."""


class Finding(models.Model):
    """A medium that the unit holds, and that looks as if it were what somebody asked to be told of."""

    file = models.ForeignKey(Protected, on_delete=models.CASCADE, related_name="findings")
    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="+")
    distance = models.PositiveSmallIntegerField(null=True)
    """Bits by which the nearest of its hashes differs; none where it has the same bytes."""
    frames = models.PositiveSmallIntegerField(default=0)
    """How many of the frames that were sent are in it, where it is a film."""
    at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=Decided, default=Decided.WAITING)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "medium"], name="found_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "at"], name="findings_by_state")]
