"""What the operator loaded about numbers, networks and names: each row belongs to the file that says it.

Nothing is overwritten: a newer file of the same kind about the same closes the older one, and both stay.
"""

from typing import ClassVar

from django.db import models

from havre.units.models import Person


class Kind(models.TextChoices):
    """What a file says."""

    DELEGATIONS = "delegations"
    """To which country a registry gave which numbers."""
    PREFIXES = "prefixes"
    """Which network announces which numbers."""
    SYSTEMS = "systems"
    """Who runs which network (autonomous system), and what for."""
    ANSWERS = "answers"
    """Which numbers a name had, and when."""
    RECORDS = "records"
    """What a registry says of one block of numbers, one network or one domain (RDAP)."""


class Load(models.Model):
    """One file that was loaded. Its rows are facts once it is finished."""

    kind = models.CharField(max_length=12, choices=Kind)
    scope = models.CharField(max_length=300, blank=True)
    """About what: a registry, a domain. A newer file closes an older one of the same kind and scope."""
    name = models.CharField(max_length=300)
    """The file's own name."""
    sha256 = models.BinaryField(max_length=32)
    as_of = models.DateTimeField()
    """Since when it holds: what the file says, or whoever loaded it, or when that was."""
    until = models.DateTimeField(null=True)
    """From when on a newer file says it instead; None while none does."""
    loaded_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    told = models.JSONField(default=dict)
    """What was answered when it was finished."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["kind", "scope", "as_of"], name="loads_by_kind"),
            models.Index(fields=["sha256"], name="loads_by_digest"),
        ]


class Block(models.Model):
    """What one file says of a block of numbers, or of networks: all that begin with the same bits."""

    load = models.ForeignKey(Load, on_delete=models.CASCADE, related_name="blocks", db_index=False)
    key = models.BinaryField(max_length=18)
    """Family, length, and the bytes with which all of the block begin: see `keys`."""
    country = models.CharField(max_length=2, blank=True)
    system = models.BigIntegerField(null=True)
    """The network that announces it."""
    holder = models.CharField(max_length=300, blank=True)
    purpose = models.CharField(max_length=20, blank=True)
    """What the network is for: host, cdn, access."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["key"], name="blocks_by_key")]


NO_NAME = "NONE"
"""The type of the answer that there is no such name."""


class Answer(models.Model):
    """What a name was answered with at one time; ORIGIN is the number behind a CDN, as the CDN told it."""

    load = models.ForeignKey(Load, on_delete=models.CASCADE, related_name="answers", db_index=False)
    name = models.CharField(max_length=253)
    type = models.CharField(max_length=6)
    value = models.CharField(max_length=253)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name", "at"], name="answers_by_name")]


class Registration(models.Model):
    """With whom a domain is registered."""

    load = models.ForeignKey(Load, on_delete=models.CASCADE, related_name="registrations", db_index=False)
    name = models.CharField(max_length=253, db_index=True)
    registrar = models.CharField(max_length=300, blank=True)
    nameservers = models.JSONField(default=list)
