"""Why media may belong together, which series that proposes, and what analysts decided."""

from typing import ClassVar

from django.db import models

from havre.matches.models import Knowledge
from havre.media.models import Medium
from havre.units.models import Person, Unit


class Stated(models.Model):
    """One key under which a medium's origin is looked up and counted, as havre.linking.keys makes them."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="stated")
    name = models.CharField(max_length=20)
    value = models.TextField()
    model = models.TextField(blank=True)
    """Of the camera, or of the lens for its serial: by it accidents are told from the same device."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["unit", "name", "value", "model"], name="stated_by_value")]


class LinkKind(models.TextChoices):
    """What agrees, as havre.linking.links has it; equal bytes are one medium and need no link."""

    NEAR = "near"
    SEGMENT = "segment"
    SOUND = "sound"
    PLACE = "place"
    CAMERA = "camera"
    SESSION = "session"


class Link(models.Model):
    """One reason to think that two media of a unit belong together."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    one = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=LinkKind)
    expected_false = models.FloatField()
    """False matches as good as this one to be expected for one medium, among `media_then`."""
    media_then = models.PositiveBigIntegerField()
    """How many media the unit held when it was found: accidents grow with them."""
    evidence = models.JSONField(default=dict)
    """What a person can check; empty for camera and session, which are read from the facts each time."""
    knowledge = models.ForeignKey(Knowledge, on_delete=models.CASCADE, null=True, db_index=False, related_name="+")
    """By whose word it was found: it goes when that source is withdrawn."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other", "kind"], name="one_link_a_kind"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="link_lower_first"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["knowledge"], name="links_by_knowledge", condition=models.Q(knowledge__isnull=False)),
        ]


class Status(models.TextChoices):
    """What became of a series; the last three are over, and have no members."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    MERGED = "merged"
    DISSOLVED = "dissolved"
    """What held it together was withdrawn, erased or split."""


class Life(models.TextChoices):
    """How far the search for the child has come; `moves.py` has what may follow what."""

    UNIDENTIFIED = "unidentified"
    INVESTIGATED = "under investigation"
    LOCATED = "located"
    IDENTIFIED = "identified"
    SAFEGUARDED = "safeguarded"
    WITHDRAWN = "withdrawn"
    """Nobody looks any further, for it is no case; it may be taken up again."""
    MERGED = "merged"


class Series(models.Model):
    """Media that may be of the same child or scene, under a number that stays."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="series")
    number = models.PositiveIntegerField()
    """Counts from 1 in each unit; never given twice."""
    status = models.CharField(max_length=10, choices=Status, default=Status.PROPOSED)
    created_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    """The last word of an analyst on it."""
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, related_name="+", null=True)
    name = models.CharField(max_length=80, blank=True)
    """What analysts call it, after something in it: Blue tiles. Never anybody's name."""
    life = models.CharField(max_length=20, choices=Life, default=Life.UNIDENTIFIED)
    found_at = models.DateTimeField(null=True)
    """When the first intake was begun in which any of its media lay; kept when that is erased."""
    uploaded_at = models.DateTimeField(null=True)
    """Since when the unit holds the first of its media."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "number"], name="one_series_a_number"),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "life", "number"], name="series_by_life")]

    @property
    def reference(self) -> str:
        """How people and the log call it."""
        return f"S{self.number}"


class Member(models.Model):
    """A medium in a series that is proposed or confirmed; it is in one at most."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="members")
    medium = models.OneToOneField(Medium, on_delete=models.CASCADE, related_name="member")
    confirmed = models.BooleanField(default=False)
    """Whether an analyst confirmed it; others are proposed to be added."""


class Word(models.TextChoices):
    """What an analyst may say of a series."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    SPLIT = "split"


class Decision(models.Model):
    """One word of an analyst, kept forever; where two disagree about two media, the later one holds."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="decisions")
    said = models.CharField(max_length=10, choices=Word)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)


class Part(models.Model):
    """A medium that a decision speaks of, and in which part of it."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="parts")
    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="+")
    part = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "medium"], name="one_part_a_medium"),
        ]


class Move(models.Model):
    """One step of a series' life; `by` is empty where media that came made two series one."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="moves")
    was = models.CharField(max_length=20, choices=Life)
    became = models.CharField(max_length=20, choices=Life)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.TextField(blank=True)


class Step(models.TextChoices):
    """The eight steps from material that surfaces to a child that is recorded, in their order."""

    FIND = "find"
    UPLOAD = "upload"
    COMPARE = "compare"
    CHECK = "check"
    ANALYSE = "analyse"
    EXCHANGE = "exchange"
    ALERT = "alert"
    RECORD = "record"


class Stamp(models.Model):
    """When a step was done. Find, upload and compare are read from the media and the series themselves."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="stamps")
    step = models.CharField(max_length=10, choices=Step)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "step"], name="one_stamp_a_step"),
        ]


class Claim(models.Model):
    """Somebody works on a series, so that others do not; it runs out where nothing is done."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="claims")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(db_index=True)
    """When it runs out; whatever the holder does on the series moves it on."""
    released_at = models.DateTimeField(null=True)
    hand_to = models.CharField(max_length=200, blank=True)
    """The unit that is to go on with it, whose claim then holds instead of this."""
    hand_to_node = models.CharField(max_length=64, blank=True)
    """Its node; empty for this one."""
    hand_to_country = models.CharField(max_length=2, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["series"], condition=models.Q(released_at__isnull=True), name="one_claim_a_series"
            ),
        ]


class Comment(models.Model):
    """What somebody said of a series: never edited; withdrawn, nobody is shown it any more."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="comments")
    text = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)


class ClueKind(models.TextChoices):
    """What a clue is seen in."""

    LANGUAGE = "language"
    PLUG = "plug"
    UNIFORM = "uniform"
    BRAND = "brand"
    PLANT = "plant"
    SIGN = "sign"
    BUILDING = "building"
    VEHICLE = "vehicle"
    OTHER = "other"


class Clue(models.Model):
    """An object in a picture of a series, or something about its whole scene, that tells where it may be."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="clues")
    number = models.PositiveIntegerField()
    """Counts from 1 in each series; never given twice."""
    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="clues")
    x = models.PositiveIntegerField(null=True)
    """The region, in pixels of the upright picture; all four are null where the whole scene is meant."""
    y = models.PositiveIntegerField(null=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=ClueKind)
    suggests = models.JSONField(default=list)
    """Constraints on the country, as havre.linking.countries keeps them."""
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "number"], name="one_clue_a_number"),
        ]


class ClueCrop(models.Model):
    """The region of a clue for wider circulation, sealed; veiled until a second person said that nobody is in it."""

    clue = models.OneToOneField(Clue, on_delete=models.CASCADE, related_name="crop")
    jpeg = models.BinaryField()
    small = models.BinaryField()
    veil = models.BinaryField()
    """Three sizes of it, each sealed as havre.series.crops does."""
    sha256 = models.BinaryField(max_length=32)
    """Of the plain JPEG."""
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    confirmed_at = models.DateTimeField(null=True)


class Bookmark(models.Model):
    """How far a unit's media and matches have been read for series."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="+")
    exhibit = models.PositiveBigIntegerField(default=0)
    match = models.PositiveBigIntegerField(default=0)
    media = models.PositiveBigIntegerField(null=True)
    """How many media the unit held then."""
    stating = models.PositiveBigIntegerField(null=True)
    """How many of them stated a camera."""


class Moved(models.Model):
    """A medium around which links came or went: what it belongs to is to be looked at again."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    medium = models.OneToOneField(Medium, on_delete=models.CASCADE, related_name="+")
    unread = models.BooleanField(default=False)
    """Whether its facts must be read again too, for a place where it was found is gone."""
