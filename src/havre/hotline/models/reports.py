"""Reports: what one person or partner said at one time, taken in from the door; what is personal of it is sealed."""

from typing import ClassVar

from django.db import models

from havre.hotline.models.door import Receipt
from havre.units.models import Person, Unit


class Relation(models.TextChoices):
    """Who reports, as far as they say."""

    NOT_SAID = ""
    CHILD = "child"
    PARENT = "parent"
    KNOWS = "knows"
    PASSED_BY = "passed by"


class Via(models.TextChoices):
    """How a report came."""

    DOOR = "door"
    PARTNER = "partner"
    LIST = "list"
    STAFF = "staff"


class Report(models.Model):
    """What one person or partner reported at one time."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="reports")
    number = models.PositiveIntegerField()
    """How the unit calls it: from 1 in each unit."""
    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="report")
    at = models.DateTimeField()
    """When it reached the door."""
    taken_at = models.DateTimeField()
    via = models.CharField(max_length=8, choices=Via)
    partner = models.CharField(max_length=200, blank=True)
    """Which hotline or platform passed it on, and how they call it; empty where a person reported."""
    language = models.CharField(max_length=2, default="en")
    relation = models.CharField(max_length=10, choices=Relation, blank=True)
    danger = models.BooleanField(default=False)
    told = models.BinaryField(null=True)
    """What was said, and how to reach who said it: sealed to the unit. None once erased."""
    erase_after = models.DateField(null=True)
    """When what is personal is erased; set when its pages are closed."""
    erased_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    """When all its pages were over; or, where it names none that can be read, when a person said that nothing can be
    done."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "number"], name="one_report_a_number")]
        indexes: ClassVar = [models.Index(fields=["erase_after"], name="reports_to_erase")]


class Addition(models.Model):
    """What a reporter added later: sealed like the report."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="additions")
    told = models.BinaryField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
