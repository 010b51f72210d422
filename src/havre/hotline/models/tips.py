"""What the programs of platforms open, piece by piece; once finished, it is a letter at the door like any other."""

from typing import ClassVar

from django.db import models

from havre.hotline.models.door import Partner, Receipt


class TipState(models.TextChoices):
    """How far a platform is with a report. One that it did not finish in time is deleted, and was none."""

    OPEN = "open"
    FINISHED = "finished"
    RETRACTED = "retracted"


class Tip(models.Model):
    """What a platform's program opened: once finished, it is a report like any other, under its receipt."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="tips")
    number = models.BigIntegerField(unique=True)
    """How the platform's program calls it: drawn, so that nobody counts what others report."""
    state = models.CharField(max_length=9, choices=TipState, default=TipState.OPEN)
    digest = models.BinaryField(max_length=32)
    sealing = models.BinaryField(max_length=32)
    """Of the code under which it will lie: `Receipt` has the same."""
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True)
    kept_until = models.DateField(null=True)
    """Until when its platform says that it keeps what it reported; None where it says nothing."""
    receipt = models.OneToOneField(Receipt, on_delete=models.PROTECT, related_name="tip", null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "opened_at"], name="tips_open")]


class TipText(models.Model):
    """A piece of what it says, sealed as the letter that it becomes when it is finished."""

    tip = models.ForeignKey(Tip, on_delete=models.CASCADE, related_name="texts")
    sealed = models.BinaryField()
    danger = models.BooleanField(default=False)


class TipFile(models.Model):
    """A file of it; name, digests and key are sealed to the unit, and the file with that key."""

    tip = models.ForeignKey(Tip, on_delete=models.CASCADE, related_name="files")
    file_id = models.CharField(max_length=32, unique=True)
    blob = models.CharField(max_length=114)
    sealed = models.BinaryField()
    said = models.BinaryField(null=True)
    """What the platform says of it, sealed."""
    bytes = models.BigIntegerField()
    at = models.DateTimeField()
