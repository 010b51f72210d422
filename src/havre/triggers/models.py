"""Alerts: what a unit, or somebody whose file it took, waits for; what sets them off; what did."""

from typing import ClassVar

from django.db import models

from havre.exchange.models import Shared
from havre.matches.formats.vics_alerts import KINDS
from havre.media.models import Medium
from havre.series.models import Series
from havre.units.models import Person, Unit


class Alert(models.Model):
    """One alert, with whom to contact about it."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="alerts")
    """Who asks it of the board and of what it holds."""
    ref = models.UUIDField()
    """AlertID: the same in every system."""
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    priority = models.PositiveSmallIntegerField(default=0)
    """As VICS has it: 0 to 255, more is more urgent."""
    reference = models.CharField(max_length=200)
    contact = models.JSONField(default=dict)
    """Organization, name, phone, email, title of whoever is to be told."""
    source = models.CharField(max_length=200, blank=True)
    """The system whose file it came in; empty where it was asked here."""
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    medium = models.PositiveBigIntegerField(default=0)
    """The last of the unit's media that was asked this."""
    changed = models.PositiveBigIntegerField(default=0)
    """The last change of the board that was."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "ref"], name="one_alert_a_unit")]
        indexes: ClassVar = [models.Index(fields=["unit", "ended_at", "expires_at"], name="alerts_by_end")]


class Trigger(models.Model):
    """One thing that sets an alert off."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="triggers")
    ref = models.CharField(max_length=100)
    """TriggerID, as whoever wrote it called it."""
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KINDS])
    value = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alert", "kind", "value"], name="one_trigger_a_value"),
        ]


class AlertHit(models.Model):
    """Something that set an alert off: of the board, of the unit itself, or told by another system."""

    ref = models.UUIDField()
    """HitID."""
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="hits")
    trigger = models.ForeignKey(Trigger, on_delete=models.CASCADE, related_name="hits", null=True)
    """None where another system told of a hit without saying which."""
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    percent = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    shared = models.ForeignKey(Shared, on_delete=models.CASCADE, null=True, related_name="+")
    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, null=True, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.CASCADE, null=True, related_name="+")
    """Which of the three it is; none where another system has it."""
    contact = models.JSONField(default=dict)
    """Whom to contact where another system has it."""
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "ref"], name="one_hit_a_number"),
            models.UniqueConstraint(fields=["trigger", "shared"], name="one_hit_a_shared_thing"),
            models.UniqueConstraint(fields=["trigger", "medium"], name="one_hit_a_medium"),
            models.UniqueConstraint(fields=["trigger", "series"], name="one_hit_a_series"),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "-id"], name="alert_hits_by_unit")]
