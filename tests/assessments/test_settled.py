"""What is told of a medium is what all words together say, once that is settled."""

from havre.assessments.facts import Facts
from havre.assessments.models import Stack, Stacked
from havre.assessments.settled import settled
from havre.settings import Settings
from tests.assessments.stacked import many
from tests.assessments.test_say import said
from tests.cast import introduce


def test_only_what_is_settled_is_told(database: Settings) -> None:
    cast = introduce()
    many(cast.belgium, cast.bram, 1)
    stack = Stack.objects.get()
    Stacked.objects.get_or_create(medium=stack.medium, defaults={"stack": stack})
    assert settled([stack.medium_id]) == {}
    said(cast.bram, stack, "1", Facts("6-9", ("act",)))
    assert settled([stack.medium_id]) == {}  # in Belgium a second person is waited for
    said(cast.anke, stack, "1", Facts("", (), "camera"))
    assert settled([stack.medium_id]) == {stack.medium_id: ("1", Facts("6-9", ("act",), "camera"))}
