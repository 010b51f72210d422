"""Dossiers with their legal basis; the intakes brought into them and asked for; every file found in an intake."""

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
    total = models.PositiveIntegerField(default=0)
    """Files of the source as a first look counted them; members of archives come on top."""
    known = models.PositiveIntegerField(default=0)
    near = models.PositiveIntegerField(default=0)
    repeat = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    """Items by outcome, moved with every batch: whoever looks need not count."""

    @property
    def found(self) -> int:
        """Items written so far: the sum of the six outcomes."""
        return self.known + self.near + self.repeat + self.new + self.refused + self.quarantined


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
            models.Index(fields=["intake", "outcome", "id"], name="items_by_outcome"),
            *(
                models.Index(fields=[kind], name=f"listed_by_{kind}", condition=models.Q(bytes__isnull=True))
                for kind in ("md5", "sha1", "sha256", "pdq")
            ),
        ]


class State(models.TextChoices):
    """How far an order is."""

    GATHERING = "gathering"
    WAITING = "waiting"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"


class Order(models.Model):
    """An intake that somebody asked for on a page: of a folder of the server, or of files sent to it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="orders")
    path = models.TextField(blank=True)
    """The folder on the server; empty where files are sent."""
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State)
    stop = models.BooleanField(default=False)
    """Whether somebody asked it to stop."""
    trouble = models.TextField(blank=True)
    """Why it failed, or what went wrong the last time."""
    intake = models.OneToOneField(Intake, on_delete=models.SET_NULL, related_name="order", null=True)
    """The intake that it became."""
    holder = models.CharField(max_length=40, blank=True)
    """Which process leased it last."""
    leased_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    """How often somebody began on it since it last came further."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "id"], name="orders_by_state")]


class Upload(models.Model):
    """One file that a person sends to an order, piece by piece."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="uploads")
    name = models.TextField()
    """The way to the file as the browser tells it; only shown, never a path of this machine."""
    name_digest = models.BinaryField(max_length=16)
    """BLAKE2b of the name: names can be too long for an index."""
    size = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    """Bytes that are safe: what came behind them is sent again."""
    modified_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField()
    sha256 = models.BinaryField(max_length=32, null=True)
    """Of the whole, once all of it is here."""

    @property
    def digest(self) -> str:
        """The SHA-256 in hexadecimal; empty while it is not known."""
        return bytes(self.sha256).hex() if self.sha256 else ""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "name_digest"], name="one_upload_a_name"),
            models.CheckConstraint(condition=models.Q(received__lte=models.F("size")), name="no_more_than_the_size"),
        ]


class Chunk(models.Model):
    """A piece of an upload: where its sealed bytes lie and the wrapped key that opens them."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="chunks")
    offset = models.BigIntegerField()
    bytes = models.PositiveIntegerField()
    sha256 = models.BinaryField(max_length=32)
    blob = models.CharField(max_length=120, unique=True)
    wrapped_key = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["upload", "offset"], name="one_chunk_an_offset"),
        ]
