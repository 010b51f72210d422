"""The peer of the analysts answers as many people with a page that is whole."""

from bench.plain_pages import measured
from bench.postgres import Server


def test_a_plain_page_is_answered_to_whoever_is_signed_in(postgresql: Server) -> None:
    postgresql.make("plain")
    line = measured(postgresql.address("plain"), 2, 3.0, 0.5, 8127)
    postgresql.drop("plain")
    assert (line["what"], line["errors"]) == ("a plain Django page", 0)
    assert float(str(line["requests_a_second"])) > 0
