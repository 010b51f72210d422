"""The API in OpenAPI 3.1, as `/openapi.json` gives it."""

from typing import Any

from havre.entrypoints.matching.batches import MOST_UPLOADS
from havre.hashlists.entry import METHODS, Kind

Schema = dict[str, Any]


def _object(required: tuple[str, ...], **properties: Schema) -> Schema:
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


def _list(of: Schema, **more: int | str) -> Schema:
    return {"type": "array", "items": of, **more}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
SHARE: Schema = {"type": "number", "minimum": 0}
BYTES: Schema = {"type": "string", "format": "binary"}
TRUTH: Schema = {"type": "boolean"}
SECONDS = _list(SHARE, minItems=2, maxItems=2)
MATCH = _object(
    (
        *("list", "number", "kind", "categories", "labels", "baseline", "generated", "reviewed", "disputed"),
        "expected_false",
    ),
    list={**TEXT, "description": "The list that holds the entry."},
    number={**NUMBER, "description": "The entry's number in its feed: name it in a vote."},
    kind={**TEXT, "enum": [str(kind) for kind in Kind]},
    categories={
        "type": "object",
        "additionalProperties": TEXT,
        "description": "By country: the category that its law derives from the facts.",
    },
    labels=_list(TEXT),
    baseline=TRUTH,
    generated={**TRUTH, "description": "Made by a machine, wholly or in part."},
    reviewed={**TRUTH, "description": "Whether people saw the content. If not, look before you act."},
    disputed={**TRUTH, "description": "Somebody says that it is wrong, and it is being judged anew."},
    expected_false={
        **SHARE,
        "description": "How many matches this near chance alone would give; without the scope detail one for all.",
    },
    method={**TEXT, "enum": list(METHODS), "description": "Only with the scope detail, like those below."},
    distance=NUMBER,
    orientation=TEXT,
    parts=_list(
        _object(("asked", "known"), asked=SECONDS, known=SECONDS),
        description="Of a film: parts of the upload that are parts of the entry's film, best first.",
    ),
)
SIGNAL = _object(
    ("method", "value"),
    method={**TEXT, "enum": [*METHODS, "vpdq"]},
    value={
        **TEXT,
        "description": "Hexadecimal digits; of vpdq a list in JSON of `PDQ,quality,seconds` for each frame, as text.",
    },
)
SCHEMAS: dict[str, Schema] = {
    "Match": MATCH,
    "Signal": SIGNAL,
    "Hashes": _object(("signals",), signals=_list(_ref("Signal"), minItems=1, maxItems=20), id=TEXT),
    "Found": _object(("matches",), matches=_list(_ref("Match")), compared=_list(TEXT), why_not=TEXT),
    "Items": _object(("items",), items=_list(_ref("Hashes"), minItems=1, maxItems=1000)),
    "Uploads": {
        "type": "object",
        "additionalProperties": BYTES,
        "minProperties": 1,
        "maxProperties": MOST_UPLOADS,
        "description": "Each upload is a file in a field, whose name comes back as its id; few of them films.",
    },
    "FoundMany": _object(
        ("items",),
        items=_list(
            _object((), id=TEXT, matches=_list(_ref("Match")), message=TEXT, compared=_list(TEXT), why_not=TEXT),
        ),
    ),
    "Lists": _object(
        ("lists", "hashes", "checked", "trouble"),
        lists=_list(
            _object(
                ("list", "version", "entries", "acknowledged"),
                list=TEXT,
                version=NUMBER,
                entries=NUMBER,
                acknowledged=NUMBER,
            )
        ),
        hashes=NUMBER,
        checked={**NUMBER, "description": "Seconds of the epoch at which the feed was last found to be as it is here."},
        trouble={**TEXT, "description": "Why the last look at the feed brought nothing."},
        read_anew={**_list(TEXT), "description": "Lists of which the publisher had another history than was here."},
    ),
    "Vote": _object(
        ("list", "number", "vote"),
        list=TEXT,
        number={**NUMBER, "minimum": 1},
        vote={**TEXT, "enum": ["up", "down"]},
        reason={**TEXT, "maxLength": 2_000, "description": "Why it is wrong: needed for down."},
    ),
    "Votes": _object(("votes",), votes=_list(_ref("Vote"), minItems=1, maxItems=1000)),
    "VotesKept": _object(
        ("items", "waiting"),
        items=_list(_object(("kept",), kept=TRUTH, message=TEXT)),
        waiting={**NUMBER, "description": "Votes that the publisher is still to be told."},
    ),
    "VotesUnsaid": _object(
        ("waiting", "refused"),
        waiting=NUMBER,
        refused=_list(
            _object(("list", "number", "vote", "why"), list=TEXT, number=NUMBER, vote=TEXT, why=TEXT),
        ),
    ),
    "Failed": _object(("message",), message=TEXT),
}


def _answers(name: str) -> Schema:
    told = {"200": {"description": "Told.", "content": {"application/json": {"schema": _ref(name)}}}}
    failed = {"content": {"application/json": {"schema": _ref("Failed")}}}
    why = {
        "400": "What was sent is wrong.",
        "401": "Nobody knows who asks.",
        "403": "It is not for this client.",
        "413": "It is too large.",
        "429": "Too much in a minute: see Retry-After.",
        "503": "Not loaded yet.",
    }
    return told | {status: {"description": text, **failed} for status, text in why.items()}


def _body(name: str, *binary: str, **others: Schema) -> Schema:
    kinds = {"application/json": _ref(name)} | dict.fromkeys(binary, BYTES) | others
    return {"required": True, "content": {kind: {"schema": schema} for kind, schema in kinds.items()}}


DOCUMENT: Schema = {
    "openapi": "3.1.0",
    "info": {
        "title": "Havre match service",
        "version": "1",
        "description": "What uploads are in the lists of a feed; beside it /h, /m and /c as HMA's clients know them.",
    },
    "paths": {
        "/v1/match": {
            "post": {
                "summary": "One upload as it is (pictures in all 8 orientations), or one item's hashes as they are.",
                "requestBody": _body("Hashes", "application/octet-stream", "image/*", "video/*"),
                "responses": _answers("Found"),
            }
        },
        "/v1/matches": {
            "post": {
                "summary": "Many items' hashes, or the files of a form; one that is wrong costs no other.",
                "requestBody": _body("Items", **{"multipart/form-data": _ref("Uploads")}),
                "responses": _answers("FoundMany"),
            }
        },
        "/v1/lists": {"get": {"summary": "The lists, at which version.", "responses": _answers("Lists")}},
        "/v1/votes": {
            "post": {
                "summary": "Say that entries are right, or wrong and why: kept, and told to the publisher soon.",
                "requestBody": _body("Votes"),
                "responses": _answers("VotesKept"),
            },
            "get": {
                "summary": "What the publisher is still to be told, and what it will not have.",
                "responses": _answers("VotesUnsaid"),
            },
        },
        "/status": {
            "get": {
                "summary": "I-AM-ALIVE; 503 with INDEX-STALE or INDEX-NOT-LOADED.",
                "security": [],
                "responses": {status: {"description": "One word."} for status in ("200", "503")},
            }
        },
    },
    "components": {
        "schemas": SCHEMAS,
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}, "certificate": {"type": "mutualTLS"}},
    },
    "security": [{"key": []}, {"certificate": []}, {}],
}
