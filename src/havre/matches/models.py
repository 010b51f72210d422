"""What is known of media, from whom, with which label; and which item was found to match what."""

from typing import ClassVar

from django.db import models

from havre.cases.models import Item
from havre.media.models import Medium
from havre.units.models import Person, Unit


class Source(models.Model):
    """Where knowledge came from: one folder judged, or one list read."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="sources")
    path = models.TextField()
    format = models.CharField(max_length=20)
    scheme = models.CharField(max_length=20, blank=True)
    label = models.CharField(max_length=50, blank=True)
    """What the whole folder was judged, or what of a list says nothing itself."""
    listing = models.BinaryField(max_length=32)
    """SHA-256 over names, sizes, times and options when begun: whether it is the same as before."""
    read = models.PositiveBigIntegerField(default=0)
    """Entries of a list that were dealt with, so that an import that was killed goes on behind them."""
    finished_at = models.DateTimeField(null=True)
    told = models.JSONField(default=dict)
    """What was answered when it was finished."""
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    """From here on nothing is concluded from it."""
    undone_at = models.DateTimeField(null=True)
    """When everything that had been concluded from it had been judged again."""
    moved = models.JSONField(default=dict)
    """How many items the withdrawal changed, by outcome before and after."""


class Knowledge(models.Model):
    """What one source says of one medium."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="entries")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=50, blank=True)
    pertinent = models.BooleanField(null=True)
    """Judged pertinent or not; null where the source only lists it."""
    category = models.CharField(max_length=50, blank=True)
    md5 = models.BinaryField(max_length=16, null=True)
    sha1 = models.BinaryField(max_length=20, null=True)
    sha256 = models.BinaryField(max_length=32, null=True)
    pdq = models.BinaryField(max_length=32, null=True)
    pdq_quality = models.PositiveSmallIntegerField(null=True)
    path = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    whole = models.ForeignKey("self", on_delete=models.CASCADE, null=True, db_index=False, related_name="frames")
    """The entry of the whole file, where this row is only a further frame or page of it: it then has no digests."""

    class Meta:
        indexes: ClassVar = [
            # Rows of frames are few: an index over all rows would only slow down long imports.
            models.Index(fields=["whole"], name="knowledge_by_whole", condition=models.Q(whole__isnull=False)),
            models.Index(fields=["unit", "md5"], name="knowledge_by_md5"),
            models.Index(fields=["unit", "sha1"], name="knowledge_by_sha1"),
            models.Index(fields=["unit", "sha256"], name="knowledge_by_sha256"),
        ]


class MatchKind(models.TextChoices):
    """How two media were found to be the same."""

    DIGEST = "digest"
    PDQ = "pdq"


class Match(models.Model):
    """One reason for an item's outcome: what it equals or is near to."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="matches")
    kind = models.CharField(max_length=10, choices=MatchKind)
    knowledge = models.ForeignKey(Knowledge, on_delete=models.CASCADE, null=True, related_name="matches")
    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, null=True, related_name="+")
    distance = models.PositiveSmallIntegerField()
    quality = models.PositiveSmallIntegerField(null=True)
    orientation = models.PositiveSmallIntegerField(default=0)
