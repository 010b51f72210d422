"""What somebody gave and allowed is read as it was written."""

from havre.selfservice.standing import Standing, standing_in


def test_what_was_given_is_read_as_it_was_written() -> None:
    standing = Standing(2, 1, platforms=True, tell=False)
    assert standing_in(standing.body.decode()) == standing
    assert standing_in("") is None
