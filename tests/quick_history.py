"""The history of tables in a third of its time, for tests that apply it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import pytest
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import Field

Count = Callable[[int, int], int]
"""`count(sample, full)`: how many to try."""


@contextmanager
def quick_history(count: Count) -> Iterator[None]:
    """Every migration as Django applies it, without what its states of models do twice, unless all is to be proven.

    Whenever a model is added, Django makes all models anew that are related to it by whatever way, a hundred at a time:
    none of them can refer to it yet. And it copies each of their fields by writing it down and reading it.
    """
    if count(0, 1):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ProjectState, "add_model", add_model)
        patch.setattr(Field, "clone", clone)
        yield


def add_model(self: Any, added: ModelState) -> None:
    key = added.app_label, added.name_lower
    self.models[key] = added
    if self._relations is not None:
        self.resolve_model_relations(key)
    if "apps" in self.__dict__:
        with self.apps.bulk_update():
            added.render(self.apps)


def clone(self: Any) -> Any:
    copied = deepcopy(self)
    copied.creation_counter = Field.creation_counter
    Field.creation_counter += 1
    return copied
