"""What a platform's own programs and people say of entries: kept here, and told to the publisher behind them."""

from typing import Any

from havre.entrypoints.matching.asked import Request
from havre.entrypoints.matching.clients import Scope
from havre.entrypoints.matching.own import Door
from havre.errors import Invalid
from havre.subscription.words import Word, word_of

MOST_VOTES = 1_000


def say(request: Request, door: Door) -> dict[str, Any]:
    """`POST /v1/votes`: many votes; one that is wrong costs no other."""
    door.client.must(Scope.VOTE)
    said = request.json().get("votes")
    if not isinstance(said, list) or not 0 < len(said) <= MOST_VOTES:
        raise Invalid("`votes` is a list of 1 to %(most)s votes", most=MOST_VOTES)
    door.client.take(len(said), door.now())
    read = [_read(each) for each in said]
    why = iter(door.lists.say([word for word in read if isinstance(word, Word)], door.client.name))
    found = [next(why) if isinstance(word, Word) else str(word) for word in read]
    items = [{"kept": not each} | ({"message": each} if each else {}) for each in found]
    return {"items": items, "waiting": door.lists.votes.waiting()}


def unsaid(_request: Request, door: Door) -> dict[str, Any]:
    """`GET /v1/votes`: how many wait for the publisher, and the latest of one's own that it will not have."""
    door.client.must(Scope.VOTE)
    votes = door.lists.votes
    refused = [
        {
            "list": each.word.list,
            "number": each.word.number,
            "vote": "up" if each.word.up else "down",
            "why": each.refused,
        }
        for each in votes.refused(who=door.client.name)
    ]
    return {"waiting": votes.waiting(), "refused": refused}


def _read(said: object) -> Word | Invalid:
    try:
        return word_of(said)
    except Invalid as error:
        return error
