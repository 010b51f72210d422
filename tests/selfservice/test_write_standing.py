"""Whoever holds the code reads how many pictures and films they gave, and whom they allowed to use them."""

from havre.hotline.letters import STANDING, open_answer
from havre.hotline.models import Receipt
from havre.sealing.receipt import new_code
from havre.selfservice.models import State
from havre.selfservice.standing import Standing, standing_in
from havre.selfservice.write_standing import write_standing
from havre.settings import Settings
from tests.cast import introduce
from tests.sealing.wire import chance
from tests.selfservice.test_life import file, submission


def test_what_was_given_is_sealed_to_the_code(database: Settings) -> None:
    mine, code = submission(introduce().belgium), new_code(chance(1))
    Receipt.objects.update(sealing=code.sealing)
    mine.receipt.refresh_from_db()
    for seed, (kind, state) in enumerate(
        (("picture", State.HELD), ("film", State.REFUSED), ("picture", State.PROPOSED)), start=1
    ):
        made = file(mine, seed)
        made.kind, made.state = kind, state
        made.save()
    write_standing(mine)
    sealed = bytes(Receipt.objects.get().standing)
    assert standing_in(open_answer(code, sealed, STANDING)) == Standing(2, 1, platforms=True, tell=False)
    assert open_answer(new_code(chance(2)), sealed, STANDING) == open_answer(code, sealed) == ""
