"""What the database holds besides entries: the leaves, from which one entry is proven, and the signed checkpoints."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from havre.audit import models
from havre.audit.entry import Entry
from havre.audit.prove import Proof, verify_inclusion
from havre.errors import Broken, NotFound
from havre.sealing.chain import inclusion_proof
from havre.sealing.sign import Verifier


def prove_stored(entry: Entry, verifier: Verifier) -> Proof:
    """The proof that `prove_inclusion` gives, from the leaves in the database alone, and shown to hold.

    Raises NotFound where no checkpoint covers the entry yet, Broken where the log was altered.
    """
    newest = models.Checkpoint.objects.order_by("-number").first()
    if newest is None or newest.size <= entry.index:
        raise NotFound(
            _("no checkpoint covers entry %(entry)s yet: run `havre audit checkpoint`") % {"entry": entry.index}
        )
    proof = Proof(entry, tuple(inclusion_proof(_leaves(newest.size), entry.index)), newest.note)
    verify_inclusion(proof, verifier)
    return proof


def signed_notes(most: int, before: int | None = None) -> list[models.Checkpoint]:
    """Signed checkpoints below number `before`, newest first: of the whole node, for units keep each other honest.

    They tell how long the log is, and nothing of what is in it.
    """
    rows = models.Checkpoint.objects.order_by("-number")
    return list((rows if before is None else rows.filter(number__lt=before))[:most])


def _leaves(size: int) -> Sequence[bytes]:
    rows = models.Entry.objects.filter(index__lt=size).order_by("index").values_list("leaf", flat=True)
    leaves = [bytes(leaf) for leaf in rows.iterator(chunk_size=10_000)]
    if len(leaves) != size:
        raise Broken(
            _("the log holds %(count)s of the %(size)s entries its checkpoint covers: run `havre audit verify`")
            % {"count": len(leaves), "size": size}
        )
    return leaves
