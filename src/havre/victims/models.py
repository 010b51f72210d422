"""Who is seen, as far as a series needs it: a pseudonym and facts that many share. Whoever it is stays in the unit's
own file, on paper or elsewhere; no column here takes a name, an address, a date of birth or a number of anybody.
"""

from typing import ClassVar

from django.db import models

from havre.series.models import Series
from havre.units.models import Person, Unit


class Sex(models.TextChoices):
    """As it was recorded."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class ChildAge(models.TextChoices):
    """Years, in bands that add up to those of INHOPE's scheme (0-2, 3-13, 14-17)."""

    UPTO_2 = "0-2"
    UPTO_6 = "3-6"
    UPTO_10 = "7-10"
    UPTO_13 = "11-13"
    UPTO_17 = "14-17"
    UNKNOWN = "unknown"


class OffenderAge(models.TextChoices):
    """Years."""

    UPTO_17 = "0-17"
    UPTO_29 = "18-29"
    UPTO_44 = "30-44"
    UPTO_59 = "45-59"
    OLDER = "60+"
    UNKNOWN = "unknown"


class Relation(models.TextChoices):
    """Of an offender to the victims."""

    PARENT = "parent"
    FAMILY = "other family"
    TRUSTED = "trusted adult"
    PEER = "peer"
    ONLINE = "met online"
    STRANGER = "stranger"
    UNKNOWN = "unknown"


class Pursued(models.TextChoices):
    """How far the police are with an offender."""

    UNKNOWN = "unknown"
    SUSPECTED = "suspected"
    IDENTIFIED = "identified"
    ARRESTED = "arrested"
    CONVICTED = "convicted"
    DECEASED = "deceased"


class Victim(models.Model):
    """One child, under a pseudonym that means something in the unit alone."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="victims")
    series = models.ManyToManyField(Series, related_name="victims")
    pseudonym = models.CharField(max_length=40)
    age = models.CharField(max_length=10, choices=ChildAge, default=ChildAge.UNKNOWN)
    """In the media, not today."""
    sex = models.CharField(max_length=10, choices=Sex, default=Sex.UNKNOWN)
    country = models.CharField(max_length=2, blank=True)
    """Where the child lives."""
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    identified_by = models.CharField(max_length=2, blank=True)
    """The country whose police identified the child."""
    identified_at = models.DateTimeField(null=True)
    safeguarded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "pseudonym"], name="one_victim_a_pseudonym"),
        ]


class Offender(models.Model):
    """One offender, under a pseudonym that means something in the unit alone."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="offenders")
    series = models.ManyToManyField(Series, related_name="offenders")
    pseudonym = models.CharField(max_length=40)
    age = models.CharField(max_length=10, choices=OffenderAge, default=OffenderAge.UNKNOWN)
    sex = models.CharField(max_length=10, choices=Sex, default=Sex.UNKNOWN)
    relation = models.CharField(max_length=20, choices=Relation, default=Relation.UNKNOWN)
    status = models.CharField(max_length=12, choices=Pursued, default=Pursued.UNKNOWN)
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "pseudonym"], name="one_offender_a_pseudonym"),
        ]
