"""Hashes that people sent of pictures which nobody here sees: what they allow to be done with them, what was done."""

from typing import ClassVar

from django.db import models

from havre.hotline.models import Receipt
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

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["submission", "sha256"], condition=~models.Q(sha256=""), name="one_file_a_submission"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "id"], name="protected_by_state")]
