"""A stack as triage shows it, and the stacks under one reason."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from havre.entrypoints.analyst import triage_words as words
from havre.entrypoints.analyst.sizes import size_words
from havre.entrypoints.analyst.veils import Veiled
from havre.flows.triage import Told

FITS = 20
"""Signs that fit under a tile."""
SHORT = 12
"""Signs of a long name that stay; the last ones tell files of one camera apart."""


@dataclass(frozen=True)
class Tile:
    """One stack as the page shows it."""

    told: Told
    veil: Veiled
    called: str = ""
    """The name of the series it is near or in; empty where that has none."""

    @property
    def key(self) -> Hashable:
        """All that the page shows of it but the veil, and what people said of it."""
        stack, medium = self.told.stack, self.told.stack.medium
        return (
            *(stack.pk, stack.files, stack.label, stack.heading, stack.series, stack.apart, self.called),
            *(stack.item.path, stack.intake.path, self.told.taken, *self.told.reasons),
            *(medium.pk, bytes(medium.sha256), medium.bytes, medium.width, medium.height, medium.family),
        )

    @cached_property
    def reasons(self) -> Sequence[tuple[str, str]]:
        """Why it is here, an icon and a sentence each."""
        return words.sentences(self.told)

    @property
    def caption(self) -> str:
        """The first reason, so short that it fits under the tile."""
        return words.caption(self.told)

    @property
    def name(self) -> str:
        """What a screen reader says: the first reason whole."""
        return words.name_of(self.told.stack, f"{self.reasons[0][1].rstrip('.')}; {self.found}")

    @cached_property
    def found(self) -> str:
        """Where it was found, from the source on."""
        path, source = self.told.stack.item.path, self.told.stack.intake.path
        return path.removeprefix(source).lstrip("/") or path

    @property
    def place(self) -> str:
        """The same, so short that it fits under a tile: `DCIM/…0412.jpg`."""
        folder, _slash, name = self.found.rpartition("/")
        first = folder.strip("/").partition("/")[0]
        whole = f"{first}/{name}" if first else name
        if len(whole) <= FITS:
            return whole
        if not first:
            return f"…{name[1 - FITS :]}"
        short = name if len(name) <= SHORT + 1 else f"…{name[-SHORT:]}"
        room = FITS - len(short) - 1
        return f"{first if len(first) <= room else f'{first[: room - 1]}…'}/{short}"

    @property
    def match(self) -> int | None:
        """What C compares with."""
        return next((reason.match for reason in self.told.reasons if reason.match is not None), None)

    @property
    def taken(self) -> str:
        """When the file says it was taken."""
        return self.told.taken

    @property
    def size(self) -> str:
        """How large the file is."""
        return size_words(self.told.stack.medium.bytes)

    @property
    def sha256(self) -> str:
        """Its digest, as people call it."""
        return bytes(self.told.stack.medium.sha256).hex()

    @property
    def said(self) -> Iterator[dict[str, str]]:
        """What each person said of it."""
        for word in self.told.words:
            yield {
                "by": word.person.name,
                "label": word.label or ("?" if word.unsure else "0"),
                "words": words.label_said(word),
                "facts": words.facts_said(word),
                "category": words.category_said(self.told.categories.get(word.pk, {})),
            }


@dataclass(frozen=True, slots=True)
class Group:
    """Stacks under one reason."""

    name: str
    words: str
    chip: str
    note: str
    count: int
    tiles: Sequence[Tile]
