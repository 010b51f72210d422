"""Searches that stay: what a unit waits for, and what came that answers."""

from typing import ClassVar

from django.db import models

from havre.cases.models import Item
from havre.media.models import Medium
from havre.units.models import Person, Unit


class State(models.TextChoices):
    """Where a standing question is in its life."""

    ACTIVE = "active"
    EXPIRED = "expired"
    """Its time is over; nobody asked for more."""
    WITHDRAWN = "withdrawn"


class Question(models.Model):
    """One search that goes on: everything that comes is asked it. No file is kept, only what it is found by."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="questions")
    name = models.CharField(max_length=200)
    reason = models.TextField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    """Who withdrew it; nobody where its time was over."""
    written = models.JSONField(default=dict)
    """Words, place, time, camera, as havre.flows.search_stated keeps them; empty where it is asked by looks."""
    md5 = models.BinaryField(max_length=16, null=True)
    sha1 = models.BinaryField(max_length=20, null=True)
    sha256 = models.BinaryField(max_length=32, null=True)
    prints = models.BinaryField(default=b"")
    """PDQ fingerprints of what is waited for, 256 bytes each: eight orientations."""
    radius = models.PositiveSmallIntegerField()
    size = models.JSONField(default=list)
    """Width and height in pixels of the picture that is waited for."""
    region = models.JSONField(default=list)
    """The part of it that alone asks: x, y, width, height."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["unit", "state", "id"], name="questions_by_state")]


class QuestionImprint(models.Model):
    """A fingerprint beyond PDQ of what is waited for, packed like those of media."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="imprints")
    method = models.CharField(max_length=10)
    version = models.CharField(max_length=10)
    at = models.FloatField(null=True)
    data = models.BinaryField()
    sealed = models.BinaryField(default=b"")
    """What of it shows the picture itself, sealed with the unit's key."""


class Hit(models.Model):
    """Something that came and answers a standing question; it stays until somebody handled it, and after."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="hits")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    """Where it was found, the first place of its intake."""
    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, null=True, related_name="+")
    """Null where a list named it and there are no bytes."""
    kind = models.CharField(max_length=10)
    distance = models.PositiveSmallIntegerField(null=True)
    expected_false = models.FloatField(default=0.0)
    evidence = models.JSONField(default=dict)
    at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["question", "item"], name="one_hit_an_item")]
        indexes: ClassVar = [
            models.Index(fields=["unit", "id"], name="hits_new", condition=models.Q(handled_at=None)),
            models.Index(fields=["unit", "-id"], name="hits_by_unit"),
        ]


class Asked(models.Model):
    """How far what a unit holds was asked its standing questions."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="+")
    item = models.PositiveBigIntegerField(default=0)
    imprint = models.PositiveBigIntegerField(default=0)
    fact = models.PositiveBigIntegerField(default=0)
    """Of what was only looked into later, after its item was written."""
