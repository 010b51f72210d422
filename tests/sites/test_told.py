"""A capture, counted."""

from havre.settings import Settings
from havre.sites.told import thing_of, told_of
from tests.cast import introduce
from tests.sites.held import capture_of, site_of


def test_what_was_read_is_the_sum_of_what_became_of_it(database: Settings) -> None:
    capture = capture_of(site_of(introduce().anke, "quay"), [1, 1, 2])
    capture.bad, capture.passed, capture.known = 4, 5, 1
    told = told_of(capture)
    assert (told["read"], told["good"], told["bad"], told["passed"]) == (12, 3, 4, 5)
    assert (told["media"], told["known_share"], told["site"]) == (2, 0.5, "quay")
    assert thing_of(capture) == f"capture {capture.pk} of site {capture.site_id}"
