"""Dossiers with their legal basis; the intakes brought into them; every file found in an intake."""

from typing import ClassVar

from django.db import models

from havre.units.models import Person, Unit


class Case(models.Model):
    """The dossier, with a legal basis, that a unit brings."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="cases")
    reference = models.CharField(max_length=200)
    basis = models.TextField()
    purpose = models.TextField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    retain_until = models.DateField()
    closed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "reference"], name="one_case_a_reference"),
        ]

    def __str__(self) -> str:
        return self.reference


class Intake(models.Model):
    """One run over one source: a folder, an archive, an export, a hash list."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="intakes")
    path = models.TextField()
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0.0)
    listing = models.BinaryField(max_length=32)
    """SHA-256 over names, sizes and times of the source when finished: whether anything changed since."""
    salt = models.BinaryField(max_length=32)
    """Mixed into what the log says about the items, so that the log alone never gives a digest away."""


class Outcome(models.TextChoices):
    """What a file turned out to be: exactly one, the first that applies."""

    REFUSED = "refused"
    QUARANTINED = "quarantined"
    KNOWN = "known"
    NEAR = "near"
    REPEAT = "repeat"
    NEW = "new"


class Apart(models.TextChoices):
    """Why a new medium founds no stack."""

    DAMAGED = "damaged"
    FLAT = "flat"
    UNFINGERPRINTED = "unfingerprinted"


class Item(models.Model):
    """One file found in an intake: how far it came and what it is."""

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    """Place in the order of paths, from 0: what is new and what repeats is decided in this order."""
    path = models.TextField()
    bytes = models.BigIntegerField(null=True)
    """Null where a list named it and there are no bytes."""
    modified_at = models.DateTimeField(null=True)
    accessed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    """When the file system last changed its entry for the file; times are as found, before anything was read."""
    md5 = models.BinaryField(max_length=16, null=True)
    sha1 = models.BinaryField(max_length=20, null=True)
    sha256 = models.BinaryField(max_length=32, null=True)
    pdq = models.BinaryField(max_length=32, null=True)
    """Only where a list named the fingerprint and there are no bytes."""
    outcome = models.CharField(max_length=12, choices=Outcome)
    apart = models.CharField(max_length=16, choices=Apart, blank=True)
    stack = models.BooleanField(default=False)
    """Whether this medium founded a stack."""
    reason = models.TextField(blank=True)
    note = models.TextField(blank=True)
    """What else a person should know, whatever the item turned out to be."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["intake", "position"], name="one_item_a_position"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["intake", "outcome"], name="items_by_outcome"),
            *(
                models.Index(fields=[kind], name=f"listed_by_{kind}", condition=models.Q(bytes__isnull=True))
                for kind in ("md5", "sha1", "sha256", "pdq")
            ),
        ]
