"""What people judged is known to their unit, each file of it, and no more once it is taken back."""

from pathlib import Path

from havre.assessments.models import Stack
from havre.cases.models import Item
from havre.flows.dossier import open_dossier
from havre.flows.home import durable
from havre.flows.intake import take_in
from havre.flows.judged import JUDGED, forget_judged, keep_judged
from havre.matches.models import Knowledge, Source
from tests.cast import Node
from tests.sources import lay, picture, variants


def judged(node: Node, folder: Path, label: str) -> Stack:
    """A stack of a picture and its variants, judged."""
    open_dossier(node.home, node.anke, "A", "a warrant", "a test")
    take_in(node.home, node.anke, "A", str(lay(folder, {"0.png": picture(1)} | variants(1))), workers=1)
    (stack,) = Stack.objects.all()
    stack.label = label
    with durable():
        keep_judged(node.anke, [stack])
    return stack


def test_every_file_of_a_stack_is_known_once(begun: Node, tmp_path: Path) -> None:
    stack = judged(begun, tmp_path / "one", "1")
    held = {bytes(sha256 or b"") for sha256 in Item.objects.values_list("sha256", flat=True)}
    assert {bytes(k.sha256 or b"") for k in Knowledge.objects.filter(whole=None)} == held
    with durable():
        keep_judged(begun.anke, [stack])
    assert Knowledge.objects.filter(whole=None).count() == len(held)
    (source,) = Source.objects.all()
    assert (source.format, source.label, source.scheme) == (JUDGED, "us-abuse", "vics-us")
    assert set(Knowledge.objects.values_list("pertinent", "category", "label")) == {(True, "1", "us-abuse")}


def test_it_is_found_near_by_pdq_and_forgotten_in_the_index_too(begun: Node, tmp_path: Path) -> None:
    stack = judged(begun, tmp_path / "one", "1")
    shelf = begun.home.shelf(begun.anke.unit, "known")
    assert shelf.index.status().entries == Knowledge.objects.filter(pdq__isnull=False).count() > 0
    with durable():
        forget_judged(begun.home, begun.anke, [stack])
        forget_judged(begun.home, begun.anke, [stack])  # nothing is left to forget
    assert Knowledge.objects.count() == 0
    assert begun.home.shelf(begun.anke.unit, "known").index.status().entries == 0


def test_another_label_is_another_source(begun: Node, tmp_path: Path) -> None:
    stack = judged(begun, tmp_path / "one", "1")
    with durable():
        forget_judged(begun.home, begun.anke, [stack])
        stack.label = "5"
        keep_judged(begun.anke, [stack])
    assert list(Source.objects.order_by("id").values_list("label", flat=True)) == ["us-abuse", "us-non-pertinent"]
    assert set(Knowledge.objects.values_list("pertinent", flat=True)) == {False}
