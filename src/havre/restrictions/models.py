"""What sources said of their things, once each; whom that reaches here; and the groups that they name."""

from typing import ClassVar

from django.db import models

from havre.restrictions.model import Restriction, restriction_of
from havre.units.models import Person, Unit


class Condition(models.Model):
    """One restriction as it was said, however many things it is said of; it never changes."""

    digest = models.CharField(max_length=64, unique=True)
    told = models.JSONField()
    """As havre.restrictions.model tells it."""
    expires_at = models.DateTimeField(null=True, db_index=True)
    review_at = models.DateTimeField(null=True)
    """When somebody is to look whether it is kept longer."""

    @property
    def value(self) -> Restriction:
        """The restriction itself."""
        return restriction_of(self.told)


class Naming(models.Model):
    """A condition that names a group: what changes for others when its members do."""

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="naming")
    code = models.CharField(max_length=200, db_index=True)


class Reach(models.Model):
    """A unit of this node whom a condition lets know more than nothing: what queries join with."""

    condition = models.ForeignKey(Condition, on_delete=models.CASCADE, related_name="reach")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField()
    until = models.DateTimeField(null=True)
    """When it ends by itself: it may rest on a group whose members have an end date."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["condition", "unit"], name="one_reach_a_unit"),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "condition"], name="reach_by_unit")]


class Group(models.Model):
    """Units of several countries under one name, such as a task force."""

    name = models.CharField(max_length=120)
    code = models.CharField(max_length=80, unique=True)
    """How restrictions here name it: one of another node with that node behind."""
    purpose = models.TextField(blank=True)
    experts = models.BooleanField(default=False)
    """Whether it gets only crops without people, and clues."""
    node = models.CharField(max_length=64, blank=True)
    """Where it was founded, which alone says who is in it; empty for this node."""
    led_by = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", null=True)
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    """Who founded it, where that was here."""
    version = models.PositiveBigIntegerField(default=1)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    """When it ends, for all its members."""


class GroupMember(models.Model):
    """A unit of this node or another in a group."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="members")
    node = models.CharField(max_length=64, blank=True)
    unit = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended = models.BooleanField(default=False)
    """Whether what its end changes for others was done."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "node", "unit"], name="one_membership_a_unit"),
        ]


class Kind(models.TextChoices):
    """What a source may restrict by itself."""

    CASE = "case"
    SERIES = "series"
    MEDIA = "media"
    CLUE = "clue"
    COMMENT = "comment"


class Restricted(models.Model):
    """What a unit said of one of its things; a thing without it is closed, or as what it is in."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.PositiveBigIntegerField()
    condition = models.ForeignKey(Condition, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    """When somebody decided that it goes when its time is over."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "key"], name="one_word_a_thing"),
        ]
