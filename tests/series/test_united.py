"""Series of which others became parts speak for all of them, however many steps that took."""

import pytest

from havre.series.models import Series, Status
from havre.series.united import goes_on, united
from tests.cast import acting, introduce
from tests.exchange.shared import confirmed


@pytest.mark.usefixtures("database")
def test_a_part_of_a_part_goes_on_in_the_whole() -> None:
    anke = acting(introduce().anke)
    whole, part, of_it, alone = (confirmed(anke, 1) for _ in range(4))
    for each, into in ((part, whole), (of_it, part)):
        Series.objects.filter(pk=each.pk).update(status=Status.MERGED, merged_into=into)
        each.refresh_from_db()
    assert (united(whole), united(part), united(alone)) == (
        [whole.pk, part.pk, of_it.pk],
        [part.pk, of_it.pk],
        [alone.pk],
    )
    assert [goes_on(each) for each in (whole, part, of_it, alone)] == [whole, whole, whole, alone]
