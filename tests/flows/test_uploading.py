"""What was sent to a case goes with it, and nothing of it stays readable."""

from havre.cases.models import Chunk, Order, Upload
from havre.cases.queries import case_for
from havre.flows.dossier import open_dossier
from havre.flows.ordering import discard_order, order_files
from havre.flows.uploading import digest_whole, forget_orders
from tests.cast import Node
from tests.sending import send
from tests.web import visiting


def sealed(node: Node) -> int:
    return sum(path.is_file() for path in node.home.settings.uploads.rglob("*"))


def test_erasing_a_case_takes_what_was_sent_to_it_and_leaves_others(begun: Node) -> None:
    client = visiting(begun, begun.bram.person)
    for reference in ("A", "B"):
        open_dossier(begun.home, begun.anke, reference, "a warrant", "a test")
        send(client, order_files(begun.home, begun.bram, reference), "a", b"0123456789" * 10, chunk=30)
    assert (Chunk.objects.count(), sealed(begun)) == (8, 8)
    forget_orders(begun.home, case_for(begun.anke.person, "A"))
    assert (Order.objects.get().case.reference, Upload.objects.count(), Chunk.objects.count(), sealed(begun)) == (
        "B",
        1,
        4,
        4,
    )


def test_what_is_discarded_is_gone(begun: Node) -> None:
    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    order = order_files(begun.home, begun.bram, "A")
    send(visiting(begun, begun.bram.person), order, "a", b"0123456789" * 10, chunk=30)
    discard_order(begun.home, begun.bram, order.pk)
    assert (Order.objects.count(), Chunk.objects.count(), sealed(begun)) == (0, 0, 0)


def test_the_digest_of_the_whole_is_that_of_the_file(begun: Node) -> None:
    from hashlib import sha256

    open_dossier(begun.home, begun.anke, "A", "a warrant", "a test")
    order = order_files(begun.home, begun.bram, "A")
    client = visiting(begun, begun.bram.person)
    contents = {"many": b"0123456789" * 10, "one": b"0123", "none": b""}
    for name, content in contents.items():
        send(client, order, name, content, chunk=30)
    digest_whole(begun.home, order)
    assert {each.name: each.digest for each in order.uploads.all()} == {
        name: sha256(content).hexdigest() for name, content in contents.items()
    }
