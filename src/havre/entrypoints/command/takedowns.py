"""`havre notices due|send|draft|…`: what is demanded of hosts and authorities until it is gone, beside the board's."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, now, opened, opened_home
from havre.entrypoints.command.others import notices_app
from havre.errors import Invalid, Refused

if TYPE_CHECKING:
    from havre.notices.models import Recipient

contacts_app = typer.Typer(no_args_is_help=True, help="Who is written to; nobody before a person has verified them.")
notices_app.add_typer(contacts_app, name="contacts")
app = notices_app
"""Both what the board says and what is demanded of hosts is called a notice; one command has both."""

Reference = Annotated[str, typer.Argument(metavar="REFERENCE", help="The notice, as its letters call it: HN-….")]
Page = Annotated[str, typer.Argument(metavar="PAGE", help="The page's number or address, or a notice's reference.")]
At = Annotated[str, typer.Option(metavar="TIME", help="As in 2026-03-02T12:00; UTC unless it says otherwise.")]


def moment(text: str) -> datetime:
    """The time that somebody typed. Raises Invalid where it is none."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(f"{text!r} is no time such as 2026-03-02T12:00") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@notices_app.command()
def due(context: typer.Context, at: At = "") -> None:
    """List what is due by now, or by another time: letters, rungs, and what a person has to confirm."""
    with opened(context) as (home, acting):
        from havre.flows.notice_shown import waits_by

        found = [each.to_json() for each in waits_by(home, acting, moment(at) if at else now())]
        if asked(context).json:
            answers.say_json(found)
        elif not found:
            answers.say("Nothing is due.")
        else:
            headings = {"due": "Due", "step": "", "reference": "Notice", "recipient": "To", "kind": "As"}
            answers.say_table("Due", found, headings | {"state": "State", "trouble": "In the way"})


@notices_app.command()
def send(context: typer.Context, at: At = "") -> None:
    """Do what is due: letters leave, silence climbs the ladder. A time to come is for demonstrations alone."""
    with opened_home(context) as home:
        from havre.flows.send_notices import send_due
        from havre.settings import LOOPBACK

        when = moment(at) if at else None
        mail = home.settings.mail
        if when is not None and mail is not None and mail.host not in (*LOOPBACK, "::1"):
            raise Refused("another time than now is for demonstrations: this node's server for mail is a real one")
        done = send_due(home, (lambda: when) if when is not None else now)
        if asked(context).json:
            answers.say_json(done.to_json())
            return
        if done.busy:
            answers.say("Another process sends at this moment.")
            return
        answers.say(f"{done.left:,} letters left, {done.raised:,} notices went a rung higher")
        if done.failed or done.dead:
            answers.warn(f"{done.failed:,} could not leave and are tried again, {done.dead:,} addresses are dead")
        if done.barred:
            answers.warn(
                f"{done.barred:,} were not let in by a contact's own address:"
                " `havre notices contacts list` says whose, `contacts credential` gives another token"
            )


@notices_app.command()
def draft(
    context: typer.Context,
    pages: Annotated[list[str] | None, typer.Argument(metavar="PAGE…", help="Numbers or addresses of pages.")] = None,
    listed: Annotated[str, typer.Option("--from", metavar="FILE", help="A page a line; - is the input.")] = "",
    to: Annotated[str, typer.Option(help="A contact by name; otherwise those whom the route names first.")] = "",
    basis: Annotated[str, typer.Option(help="The legal basis, where the letters' own is not enough.")] = "",
    unnamed: Annotated[bool, typer.Option("--unnamed", help="The letters do not name your unit.")] = False,
) -> None:
    """Draft the notices of pages that stand judged actionable and have a route; one that has none costs no other."""
    named = [*(pages or []), *(lines_of(listed) if listed else [])]
    if not named:
        raise Invalid("name a page, or a file of pages with --from")
    with opened(context) as (home, acting):
        from havre.flows.draft_notice import Wording, draft_all
        from havre.flows.draft_notice import draft as draft_them
        from havre.flows.notice_shown import brief

        wording = Wording(basis, not unnamed)
        if len(named) == 1 and not listed:
            _drafted(context, [brief(each) for each in draft_them(home, acting, named[0], to=to, wording=wording)])
            return
        done = draft_all(home, acting, named, to=to, wording=wording)
        made = [brief(each) for each in done.notices]
        counts = {"pages": done.pages, "drafted": done.drafted, "same": done.same}
        wrong = [{"place": place, "page": page, "because": because} for place, page, because in done.wrong]
        if asked(context).json:
            answers.say_json(counts | {"wrong": wrong, "notices": made})
            return
        _drafted(context, made)
        answers.say(f"{done.pages:,} pages: {done.drafted:,} drafted, {done.same:,} as they were, {len(wrong):,} wrong")
        for each in wrong:
            answers.warn(f"{each['place']} {each['page']}: {each['because']}")


def _drafted(context: typer.Context, made: "list[dict[str, Any]]") -> None:
    if asked(context).json:
        answers.say_json(made)
        return
    for each in made:
        answers.say(f"{each['reference']} to {each['recipient']} ({each['kind']}): {each['state']}")


def lines_of(file: str) -> list[str]:
    """The lines of a file, or of what comes in; those that are empty left out. Raises Invalid for what is no text."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{file} cannot be read ({error})") from None
    return [line.strip() for line in text.splitlines() if line.strip()]


@notices_app.command()
def confirm(context: typer.Context, reference: Reference) -> None:
    """Say that the first notice of its kind may go."""
    with opened(context) as (home, acting):
        from havre.flows.draft_notice import confirm as confirm_it
        from havre.flows.notice_shown import brief

        _say(context, brief(confirm_it(home, acting, reference)), "It goes with the next `havre notices send`.")


@notices_app.command()
def retract(
    context: typer.Context,
    reference: Reference,
    because: Annotated[str, typer.Option(help="Why; the log keeps it.")] = "",
) -> None:
    """Take a notice back; whoever was written to is told."""
    with opened(context) as (home, acting):
        from havre.flows.draft_notice import retract_notice
        from havre.flows.notice_shown import brief

        _say(context, brief(retract_notice(home, acting, reference, because)), "It is taken back.")


@notices_app.command("show")
def show_(context: typer.Context, reference: Reference) -> None:
    """Show a notice: its letter as it will be sent, what left, what came back, and its clock."""
    with opened(context) as (home, acting):
        from havre.flows.notice_shown import show_notice

        told = show_notice(home, acting, reference).to_json()
        if asked(context).json:
            answers.say_json(told)
            return
        answers.say(f"{told['reference']} to {told['recipient']} ({told['kind']}): {told['state']}")
        for each in told["coming"]:
            answers.say(f"  {each['step']}: {each['at']}")
        if told["needs"]:
            answers.say(f"  before anybody is asked to act: {told['needs']}; whoever confirms it says that it is so")
        if told["letter"]:
            answers.say(f"\n{told['letter']['subject']}\n\n{told['letter']['text']}")
        columns = {"number": "", "how": "How", "to": "To", "at": "Left", "outcome": "Outcome", "trouble": "Trouble"}
        answers.say_table("Letters", told["transmissions"], columns)


@notices_app.command()
def gone(context: typer.Context, page: Page, at: At = "") -> None:
    """Say that you looked, and it is not there any more."""
    with opened(context) as (home, acting):
        from havre.flows.notice_checked import gone as gone_now

        look = gone_now(home, acting, page, moment(at) if at else None)
        _say(context, {"page": look.page_id, "gone": True, "at": look.at.isoformat()}, "It is gone.")


@notices_app.command("still-there")
def still_there(context: typer.Context, page: Page) -> None:
    """Say that you looked, and it is there."""
    with opened(context) as (home, acting):
        from havre.flows.notice_checked import still_there as there

        look = there(home, acting, page)
        _say(context, {"page": look.page_id, "gone": False, "at": look.at.isoformat()}, "It is there; letters go on.")


@notices_app.command()
def answer(
    context: typer.Context,
    reference: Reference,
    text: Annotated[str, typer.Argument(help="What they said.")],
    kind: Annotated[str, typer.Option(help="receipt, decision, redress, bounce, automatic or other.")] = "other",
    refused: Annotated[bool, typer.Option("--refused", help="They decided not to act.")] = False,
) -> None:
    """Record what a recipient said by telephone or on paper."""
    with opened(context) as (home, acting):
        from havre.flows.notice_answered import record_answer

        made = record_answer(home, acting, reference, kind, text, refused=refused)
        _say(context, {"reference": reference, "kind": str(made.kind), "at": made.at.isoformat()}, "It is recorded.")


@notices_app.command()
def times(context: typer.Context) -> None:
    """From the first report until gone, per host and country."""
    with opened(context) as (home, acting):
        from havre.flows.notice_shown import removal_times

        found = removal_times(home, acting)
        if asked(context).json:
            answers.say_json(found)
            return
        columns = {"holder": "Host", "country": "", "pages": "Pages", "gone": "Gone", "median_hours": "Median hours"}
        answers.say_table("Until gone", found, columns | {"longest_hours": "Longest"})


def _say(context: typer.Context, told: dict[str, object], words: str) -> None:
    if asked(context).json:
        answers.say_json(told)
    else:
        answers.say(words)


# ---- contacts ----


@contacts_app.command("list")
def list_(context: typer.Context) -> None:
    """List the contacts of your unit, with who verified them."""
    with opened(context) as (home, acting):
        from havre.flows.notice_contacts import list_contacts

        found = [_contact(each) for each in list_contacts(home, acting)]
        if asked(context).json:
            answers.say_json(found)
            return
        columns = {"name": "Name", "kind": "As", "country": "", "email": "Mail", "api": "API", "verified_by": "By"}
        answers.say_table(
            "Contacts", found, columns | {"verified": "Verified", "doubt": "Doubt", "barred": "Not let in"}
        )


def _contact(each: "Recipient") -> dict[str, object]:
    return {
        "name": each.name,
        "kind": str(each.kind),
        "country": each.country,
        "email": each.email,
        "api": each.api,
        "language": each.language,
        "takes_hashes": each.takes_hashes,
        "answers_for": each.answers_for,
        "verified": each.verified_at.isoformat() if each.verified_at else None,
        "verified_by": each.verified_by.name if each.verified_by else None,
        "doubt": each.doubt,
        "credential": hasattr(each, "credential"),
        "barred": each.barred_at.isoformat() if each.barred_at else None,
    }


@contacts_app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="As letters call them; known, they are changed.")],
    kind: Annotated[str, typer.Option(help="host, cdn, upstream, registrar, coordinator, police, hotline, …")],
    email: Annotated[str, typer.Option(help="Where mail goes.")] = "",
    api: Annotated[str, typer.Option(help="An https address that takes notices as JSON.")] = "",
    country: Annotated[str, typer.Option(help="Two letters.")] = "",
    language: Annotated[str, typer.Option(help="en, fr or nl.")] = "en",
    answers_for: Annotated[
        list[str] | None,
        typer.Option(help="A network (AS64500), holder, registrar, site or host; may be given again."),
    ] = None,
    takes_hashes: Annotated[bool, typer.Option("--takes-hashes", help="They are entitled to hashes.")] = False,
) -> None:
    """Add a contact, or change one: it has to be verified then."""
    with opened(context) as (home, acting):
        from havre.flows.notice_contacts import Contact, add_contact

        said = Contact(name, kind, country, email, api, language, takes_hashes, tuple(answers_for or ()))
        _say(context, _contact(add_contact(home, acting, said)), "Kept. Call them, then verify it.")


@contacts_app.command()
def verify(context: typer.Context, name: Annotated[str, typer.Argument(help="The contact.")]) -> None:
    """Say that you reached them by a way you knew before, and that this is how they are written to."""
    with opened(context) as (home, acting):
        from havre.flows.notice_contacts import verify_contact

        _say(context, _contact(verify_contact(home, acting, name)), "Letters may go there.")


@contacts_app.command()
def credential(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The contact.")],
    secret: Annotated[str, typer.Option("--from", metavar="FILE", help="Its bearer token; - is the input.")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Show none any more.")] = False,
) -> None:
    """Keep the bearer token with which you are let in at a contact's own address: sealed, and shown to nobody again.

    It is read from a file or from the input, never from the command line, which others on this machine can read.
    """
    if bool(secret) == remove:
        raise Invalid("say where the token is with --from FILE (- is the input), or --remove")
    lines = lines_of(secret) if secret else []
    if secret and len(lines) != 1:
        raise Invalid("a token stands alone, on one line")
    with opened(context) as (home, acting):
        from havre.flows.credentials import keep_credential

        made = keep_credential(home, acting, name, lines[0] if lines else "")
        told = {"name": made.name, "credential": not remove}
        _say(
            context,
            told,
            "None is shown any more." if remove else "Kept. What waited for it leaves with the next letters.",
        )


@contacts_app.command("import")
def import_(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="CSV with name, kind and more.")]
) -> None:
    """Take contacts from a file; each is verified by a person after."""
    with opened(context) as (home, acting):
        from havre.flows.notice_contacts import import_contacts

        done = import_contacts(home, acting, file)
        if asked(context).json:
            wrong = [{"row": number, "because": because} for number, because in done.wrong]
            answers.say_json({"added": done.added, "changed": done.changed, "same": done.same, "wrong": wrong})
            return
        answers.say(f"{done.added:,} added, {done.changed:,} changed, {done.same:,} as they were")
        for number, because in done.wrong:
            answers.warn(f"row {number}: {because}")
