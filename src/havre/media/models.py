"""Distinct contents a unit holds, where each was found, its fingerprints, and the facts in its metadata."""

from typing import ClassVar

from django.db import models

from havre.cases.models import Item
from havre.units.models import Unit


class Medium(models.Model):
    """One distinct file content held by one unit."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="media")
    sha256 = models.BinaryField(max_length=32)
    sha1 = models.BinaryField(max_length=20)
    md5 = models.BinaryField(max_length=16)
    bytes = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    family = models.CharField(max_length=10)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    frames = models.PositiveIntegerField(default=0)
    damage = models.TextField(blank=True)
    notes = models.JSONField(default=list)
    quarantine = models.TextField(blank=True)
    """Why it may not be decoded; empty where it was."""
    veil = models.BinaryField(default=b"")
    """Its preview as a page may carry it, sealed as havre.media.veils does; empty where nothing can be shown."""
    held_since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "sha256"], name="one_medium_a_content"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "md5"], name="media_by_md5"),
            models.Index(fields=["unit", "sha1"], name="media_by_sha1"),
        ]


class SealedFile(models.Model):
    """Where the sealed bytes lie and the wrapped key that opens them; without the key they are noise."""

    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="files")
    purpose = models.CharField(max_length=10)
    blob = models.CharField(max_length=120, unique=True)
    wrapped_key = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["medium", "purpose"], name="one_file_a_purpose"),
        ]


class Exhibit(models.Model):
    """One occurrence of a medium: the path in a seizure."""

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="exhibit")
    medium = models.ForeignKey(Medium, on_delete=models.PROTECT, related_name="exhibits")


class Fingerprint(models.Model):
    """The PDQ fingerprint of one frame or page, upright as the file holds it, with all 8 orientations."""

    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="fingerprints")
    frame = models.PositiveIntegerField()
    method = models.CharField(max_length=20)
    version = models.CharField(max_length=20)
    orientations = models.BinaryField(max_length=256)
    """Eight fingerprints of 32 bytes; the first is the fingerprint itself."""
    quality = models.PositiveSmallIntegerField()
    partial = models.BooleanField()
    """Made from a damaged picture: may be found near something known, founds no stack, enters no list."""


class Fact(models.Model):
    """One statement of the file about itself, with the field it stands in; nobody has checked it."""

    medium = models.ForeignKey(Medium, on_delete=models.CASCADE, related_name="facts")
    name = models.CharField(max_length=50)
    value = models.TextField()
    field = models.CharField(max_length=100)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name", "value"], name="facts_by_value")]


class WorkUnit(models.Model):
    """A medium of which what is slow has not been made yet; whoever works on it leases it for a while."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    medium = models.OneToOneField(Medium, on_delete=models.CASCADE, related_name="work")
    holder = models.CharField(max_length=40, blank=True)
    """Which process leased it last."""
    leased_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    """How often somebody began on it."""
    error = models.TextField(blank=True)
    """What went wrong the last time."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["unit", "id"], name="work_by_unit")]
