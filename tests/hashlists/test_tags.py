"""What is known of an entry as words."""

from havre.hashlists.tags import tags_of
from tests.hashlists.made import made


def test_labels_categories_and_facts_are_tags() -> None:
    entry = made(1, labels=("face", "indoors"), categories={"BE": "2", "NL": "A"}, baseline=True, reviewed=False)
    assert tags_of(entry) == [
        *("baseline", "category:BE:2", "category:NL:A", "confirmed:2", "label:face", "label:indoors", "unreviewed"),
    ]
    assert tags_of(made(1, generated=True, disputed=True)) == ["confirmed:2", "disputed", "generated"]
