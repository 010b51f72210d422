"""The door: what comes through it, sealed, under which receipts it lies, what is answered, and which partners knock.

What a reporter wrote, and how to reach them, is sealed to the hotline's unit; what the hotline answers is sealed to the
receipt code, which nobody keeps.
"""

from typing import ClassVar

from django.db import models

from havre.units.models import Person, Unit


class Door(models.Model):
    """That a unit takes reports from the public, and the key to which these are sealed: all a public process knows."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="door")
    sealing = models.BinaryField(max_length=32)
    """The X25519 key of which the unit holds the other half."""
    token_key = models.BinaryField(max_length=32)
    """What proofs of work are bound with; worth nothing elsewhere."""
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)


class Receipt(models.Model):
    """The hash of a code that one reporter holds, and the key to which answers to them are sealed."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="receipts")
    digest = models.BinaryField(max_length=32, unique=True)
    sealing = models.BinaryField(max_length=32)
    """The X25519 key made of the code: whoever holds the code opens what is sealed to it, nobody else."""
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    standing = models.BinaryField(default=b"")
    """How what lies under the code stands, where its holder may read that; sealed to the code as answers are."""


class LetterKind(models.TextChoices):
    """What somebody wants of the hotline."""

    REPORT = "report"
    ADDITION = "addition"
    WITHDRAWAL = "withdrawal"
    CHALLENGE = "challenge"
    HASHES = "hashes"
    """Hashes of pictures, which somebody's own browser made."""
    MORE = "more"
    """More of them."""
    CONSENT = "consent"
    """Who may use them from now on."""


class Letter(models.Model):
    """One thing that came through the door, sealed; it waits until somebody of the unit's side takes it in."""

    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=10, choices=LetterKind)
    sealed = models.BinaryField()
    danger = models.BooleanField(default=False)
    """A child may be in danger now: taken in before everything else."""
    said = models.BinaryField(max_length=32, null=True)
    """Of what a partner says: a digest made with its key, by which the same is known when it is sent again."""
    slow = models.BooleanField(default=False)
    """Sent without proof of work while much came: taken in after the others, never refused."""
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)
    """Why it could not be taken in; somebody must look."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["taken_at", "-danger", "slow", "id"], name="letters_waiting"),
        ]


class Told(models.TextChoices):
    """What an answer is about."""

    WRITTEN = "written"
    """Somebody of the hotline wrote it."""
    JUDGED = "judged"
    PASSED_ON = "passed on"
    GONE = "gone"


class Answer(models.Model):
    """What the hotline tells a reporter, sealed to their code; also what it keeps telling them by itself."""

    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="answers")
    kind = models.CharField(max_length=9, choices=Told, default=Told.WRITTEN)
    sealed = models.BinaryField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    """None where Havre says it: that the page was judged, that it is gone."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["receipt", "kind"], condition=~models.Q(kind=Told.WRITTEN), name="told_once_by_itself"
            ),
        ]


class Partner(models.Model):
    """A hotline or platform whose program reports here; whoever reads this table can't do so in its name."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="partners")
    name = models.CharField(max_length=200)
    digest = models.BinaryField(max_length=32, unique=True)
    """SHA-256 of its key."""
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    tipline = models.BooleanField(default=False)
    """Whether it is a platform, and its key opens the line for reports of platforms, and nothing else."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "name"], name="one_partner_a_name")]


class Brought(models.Model):
    """That a partner brought what is under a receipt; how they call it is sealed in the letter."""

    receipt = models.OneToOneField(Receipt, on_delete=models.CASCADE, related_name="brought")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="brought")
