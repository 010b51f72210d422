"""Sizes in words are those that Django would say."""

import random

import pytest
from django.template.defaultfilters import filesizeformat
from django.utils import translation

from havre.entrypoints.analyst.sizes import size_words


@pytest.mark.parametrize("language", ["en", "fr", "nl"])
def test_every_size_is_said_as_django_says_it(language: str) -> None:
    chance = random.Random(7)
    edges = [edge + by for power in range(0, 60, 10) for edge in (1 << power,) for by in (-1, 0, 1)]
    some = [int(2 ** chance.uniform(0, 55)) for _ in range(2000)]
    with translation.override(language):
        wrong = [(size, size_words(size)) for size in [*edges, *some] if size_words(size) != filesizeformat(size)]
    assert wrong == []
