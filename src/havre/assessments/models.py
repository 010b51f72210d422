"""Stacks in the order in which they are judged; what people said of them, by facts; what that means in a country."""

from typing import ClassVar, NamedTuple

from django.db import models

from havre.cases.models import Intake, Item
from havre.media.models import Medium
from havre.units.models import Person, Unit


class Tab(models.TextChoices):
    """Where a stack is: exactly one place."""

    NEW = "new"
    NEAR = "near"
    SECOND = "second"
    """Waits for a second person, or for a third where two disagree."""
    JUDGED = "judged"


class Age(models.TextChoices):
    """How old the youngest person that is seen appears."""

    INFANT = "0-2"
    SMALL = "3-5"
    CHILD = "6-9"
    PREPUBESCENT = "10-13"
    ADOLESCENT = "14-17"
    ADULT = "adult"
    UNCLEAR = "unclear"


class Visible(models.TextChoices):
    """What is seen, in neutral words, the gravest first; several may be seen at once."""

    ACT = "act"
    FOCUS = "focus"
    NUDITY = "nudity"
    NONE = "none"
    """None of these."""


class Produced(models.TextChoices):
    """How it was made."""

    CAMERA = "camera"
    SELF = "self"
    """By a camera that the person seen held or set up."""
    DRAWN = "drawn"
    GENERATED = "generated"
    UNCLEAR = "unclear"


class SeriesIs(models.IntegerChoices):
    """What the series near which a stack is has come to; where there are several, the least counts."""

    OPEN = 0
    SAFE = 1
    """Every child in it is recorded as safe."""
    WITHDRAWN = 2
    """Nobody looks any further."""


class InSeries(NamedTuple):
    """The series that a medium is in or is proposed for, by its number."""

    come_to: SeriesIs
    number: int


class Stack(models.Model):
    """Visually the same media of a unit, judged as one; kept in the order in which stacks are likely to matter."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="stacks", db_index=False)
    """Where its first file was found."""
    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="founded")
    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="+")
    found = models.CharField(max_length=6, choices=Tab)
    """Whether it is new or near something known, while nobody judged it."""
    apart = models.BooleanField(default=False)
    """Damaged, flat or without fingerprints: nothing can be found near it."""
    place = models.BooleanField(default=False)
    """Whether the same place was found in something else."""
    series = models.PositiveIntegerField(null=True)
    """The number of the series that one of its media is in, or is proposed for."""
    series_is = models.SmallIntegerField(choices=SeriesIs, default=SeriesIs.OPEN)
    files = models.PositiveIntegerField(default=0)
    tab = models.CharField(max_length=6, choices=Tab)
    heading = models.CharField(max_length=20)
    """Under which reason it stands, as havre.assessments.rank has it."""
    rank = models.BigIntegerField()
    """Less comes first."""
    label = models.CharField(max_length=2, blank=True)
    """What it is judged; empty until that is settled."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["unit", "tab", "rank", "id"], name="stacks_in_order"),
            models.Index(fields=["intake", "tab", "rank", "id"], name="stacks_of_intake"),
            models.Index(fields=["unit", "id"], name="stacks_by_age"),
            models.Index(fields=["unit", "series"], name="stacks_of_series", condition=models.Q(series__isnull=False)),
        ]


class Stacked(models.Model):
    """A medium in its stack; it is in one at most."""

    medium = models.OneToOneField(Medium, on_delete=models.CASCADE, related_name="stacked")
    stack = models.ForeignKey(Stack, on_delete=models.CASCADE, related_name="media")


class Tally(models.Model):
    """How many stacks of an intake stand under a heading, or under all of a tab: nobody ever counts them."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="+", db_index=False)
    tab = models.CharField(max_length=6)
    heading = models.CharField(max_length=20)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["intake", "tab", "heading"], name="one_tally_a_heading"),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "heading", "tab"], name="tallies_by_heading")]


class Act(models.Model):
    """One key of one person, on however many stacks; undone as one."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    once = models.CharField(max_length=40)
    """What the browser called it: sent twice, it is one act."""
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "once"], name="one_act_once")]
        indexes: ClassVar = [models.Index(fields=["person", "id"], name="acts_of_person")]


class Assessment(models.Model):
    """What one person said of one medium, for its whole stack. Kept as it was said: a later word does not change it."""

    act = models.ForeignKey(Act, on_delete=models.CASCADE, related_name="words")
    stack = models.ForeignKey(Stack, on_delete=models.SET_NULL, null=True, related_name="words")
    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="assessments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    label = models.CharField(max_length=2, blank=True)
    """A key of the set of labels; empty says nothing: unsure, or taken back."""
    unsure = models.BooleanField(default=False)
    """Whether a second person is asked for."""
    deciding = models.BooleanField(default=False)
    """Said where two disagreed, by somebody who may decide."""
    age = models.CharField(max_length=8, choices=Age, blank=True)
    visible = models.JSONField(default=list)
    """Values of Visible, the gravest first; empty where nothing was said."""
    produced = models.CharField(max_length=9, choices=Produced, blank=True)
    undone_at = models.DateTimeField(null=True)


class Derived(models.Model):
    """The category that a version of a country's mapping makes of an assessment; a new version adds a row."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="derived")
    mapping = models.CharField(max_length=10)
    version = models.PositiveSmallIntegerField()
    rule = models.PositiveSmallIntegerField()
    """Which line of the mapping, from 1."""
    category = models.CharField(max_length=20, blank=True)
    """Empty where the country's law has none for it."""
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assessment", "mapping", "version"], name="one_derived_a_version"),
        ]
