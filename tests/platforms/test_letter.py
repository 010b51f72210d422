"""The letter of a request says what is asked, by which law, until when, in the provider's language."""

import pytest

from havre.notices.models import Recipient
from havre.platforms.letter import letter_of
from havre.platforms.models import Asks
from tests.cast import Node
from tests.platforms.asked import LAW, asked


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_a_letter_is_complete_in_each_language(begun: Node, language: str) -> None:
    texts = []
    for kind in Asks:
        request = asked(begun, kind)
        Recipient.objects.update(language=language)
        request.provider.refresh_from_db()
        written = letter_of(request)
        text = written.text()
        assert request.reference in written.subject
        assert request.page is not None
        for each in (LAW, request.page.address, request.reference, "Federal Police"):
            assert each in text
        texts.append(written.opening[0])
    assert len(set(texts)) == len(Asks)
    assert (
        texts[0]
        == {
            "en": "We ask you to preserve the content and all data about it.",
            "fr": "Nous vous demandons de conserver le contenu et toutes les données qui s'y rapportent.",
            "nl": "Wij vragen u de inhoud en alle gegevens erover te bewaren.",
        }[language]
    )
