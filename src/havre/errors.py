"""What can go wrong, sorted by who must act. Every message is one sentence for a person.

Each entry point turns these into its own answers in one table; nothing else decides how an error looks.
"""


class HavreError(Exception):
    """Base of every error that a person is told about: one sentence, with the values of its places.

    What may ask Django for words says its sentence through gettext. What must not gives it in English with the values
    apart: a page then still finds it in its catalogues.
    """

    def __init__(self, sentence: str = "", **values: object) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence, self.values = sentence, values


class Invalid(HavreError):
    """What was asked or handed in is wrong: whoever asked must change it."""


class NotFound(HavreError):
    """There is no such thing, or the one who asks may not know that there is: the two look the same."""


class Refused(HavreError):
    """The thing is known to the one who asks, but this act on it is not allowed to them."""


class Unavailable(HavreError):
    """Something outside is missing for now (disk, database, key): try again when it is back; nothing was lost."""


class Broken(HavreError):
    """Stored data contradicts itself: an operator must look before anything goes on."""
