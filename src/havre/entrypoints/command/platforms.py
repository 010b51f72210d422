"""`havre platform`: what providers are asked, how they answer, and the register that shows it; `havre report`."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened
from havre.errors import Invalid

app = typer.Typer(no_args_is_help=True, help="What providers are asked, and how they answer.")
report_app = typer.Typer(no_args_is_help=True, help="Reports that the law asks for.")

Reference = Annotated[str, typer.Argument(metavar="REQUEST", help="Its reference, HN-….")]
Number = Annotated[int, typer.Argument(metavar="REGISTER", help="Its number.")]
Provider = Annotated[str, typer.Option(help="The contact's name.")]
Because = Annotated[str, typer.Option("--basis", help="The law it rests on.")]


@app.command("request")
def request_(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="preserve, disclose, remove or inform.")],
    provider: Provider,
    basis: Because,
    page: Annotated[str, typer.Option(help="A page, by number or address.")] = "",
    series: Annotated[str, typer.Option(help="A series.")] = "",
    case: Annotated[str, typer.Option(help="A case.")] = "",
    days: Annotated[int | None, typer.Option(help="Days to answer; the policy's otherwise.")] = None,
    read: Annotated[bool, typer.Option("--read", help="Show the letter, and ask nothing.")] = False,
) -> None:
    """Ask a provider: the letter leaves with the next ones, by the way the contact has; --read shows it alone."""
    with opened(context) as (home, acting):
        from havre.flows.ask_platform import Wanted, ask, composed
        from havre.flows.requests_listed import request_fields
        from havre.flows.send_requests import as_if_sent
        from havre.platforms.letter import letter_of
        from havre.platforms.policy import answering

        wanted = Wanted(kind, provider, basis, page, series, case, days)
        made = composed(home, acting, wanted) if read else ask(home, acting, wanted)
        fields = request_fields(made, acting.now(), answering(home.settings.home))
        letter = letter_of(as_if_sent(home, made, acting.now()))
        if asked(context).json:
            answers.say_json(fields | {"subject": letter.subject, "letter": letter.text()})
            return
        answers.say(f"{letter.subject}\n\n{letter.text()}")
        answers.say("Nothing was asked." if read else f"{made.reference} leaves with the next `havre notices send`.")


@app.command()
def answer(
    context: typer.Context,
    reference: Reference,
    complete: Annotated[str, typer.Option(help="none, partial or full.")],
    text: Annotated[str, typer.Option(help="What they said.")] = "",
    refused: Annotated[bool, typer.Option("--refused", help="They will not.")] = False,
) -> None:
    """Write down what a provider answered."""
    with opened(context) as (home, acting):
        from havre.flows.ask_platform import answer_request

        made = answer_request(home, acting, reference, complete, text, refused=refused)
        _said(context, {"request": made.reference, "state": made.state, "complete": made.completeness})


@app.command()
def requests(
    context: typer.Context, old: Annotated[bool, typer.Option("--all", help="Those that are over too.")] = False
) -> None:
    """List requests, the soonest deadline first, and say what preserved data ends soon."""
    with opened(context) as (home, acting):
        from havre.flows.ask_platform import to_be_reminded
        from havre.flows.requests_listed import list_requests

        found = list_requests(home, acting, old=old)
        soon = to_be_reminded(home, acting)
        if asked(context).json:
            answers.say_json(found)
        else:
            headings = {"request": "Request", "kind": "Asks", "provider": "Provider", "deadline": "Answer by"}
            headings |= {"state": "State", "unread": "Unread", "kept_until": "Kept until", "trouble": "In the way"}
            answers.say_table("Requests", found, headings)
        for row in found:
            if row["unread"]:
                answers.warn(
                    f"{row['request']}: mail that nobody has read: {row['unread']}"
                    f" (`havre platform read {row['request']}`)"
                )
            elif row["answered_at"] and row["state"] in ("asked", "unanswered"):
                answers.warn(f"{row['request']}: {row['provider']} wrote: read it, then say how complete it is")
            if not row["stands"] and row["state"] not in ("ended", "withdrawn"):
                answers.warn(
                    f"{row['request']}: the judgement of its page was taken back:"
                    f" `havre platform end {row['request']} --withdrawn` tells {row['provider']}"
                )
        for each in soon:
            answers.warn(
                f"{each.reference}: {each.provider.name} keeps it until {each.kept_until:%Y-%m-%d}, not longer"
            )


@app.command()
def end(
    context: typer.Context,
    reference: Reference,
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="It should not have been asked.")] = False,
) -> None:
    """Ask nothing more by this request; --withdrawn tells whoever it went to."""
    with opened(context) as (home, acting):
        from havre.flows.ask_platform import end_request

        made = end_request(home, acting, reference, withdrawn=withdrawn)
        _said(context, {"request": made.reference, "state": made.state})


@app.command()
def prolong(
    context: typer.Context,
    reference: Reference,
    days: Annotated[int, typer.Option(help="How many days longer.")],
    basis: Because,
) -> None:
    """Ask that what is preserved is preserved for longer."""
    with opened(context) as (home, acting):
        from havre.flows.ask_platform import prolong_request

        made = prolong_request(home, acting, reference, days, basis)
        until = made.kept_until.isoformat() if made.kept_until else None
        _said(context, {"request": made.reference, "kept_until": until})


@app.command("read")
def read_(context: typer.Context, reference: Reference) -> None:
    """Read a request's letter again, and what was answered to it."""
    with opened(context) as (home, acting):
        from havre.flows.notice_shown import transmission_fields
        from havre.flows.requests_listed import show_request

        found = show_request(home, acting, reference)
        replies = [{"at": each.at.isoformat(), "kind": each.kind, "text": text} for each, text in found.replies]
        letters = [transmission_fields(each) for each in found.letters]
        if asked(context).json:
            told = {"request": found.request.reference, "state": found.request.state, "replies": replies}
            told |= {"subject": found.letter.subject, "letter": found.letter.text(), "letters": letters}
            answers.say_json(told)
            return
        answers.say(f"{found.request.reference}: {found.request.state} {found.request.trouble}".rstrip())
        answers.say(f"\n{found.letter.subject}\n\n{found.letter.text()}")
        columns = {"number": "", "letter": "", "how": "How", "to": "To", "at": "Left", "outcome": "Outcome"}
        answers.say_table("Letters", letters, columns | {"trouble": "Trouble"})
        for each in replies:
            answers.say(f"\n{each['at']} {each['kind']}\n{each['text']}")


# ---- the register ----


@app.command()
def register(
    context: typer.Context,
    begins: Annotated[str, typer.Option("--from", help="The first day, such as 2026-01-01.")] = "",
    ends: Annotated[str, typer.Option("--to", help="The day after the last.")] = "",
    publish: Annotated[int, typer.Option(help="Publish the register of this number.")] = 0,
    show: Annotated[int, typer.Option(help="Show the register of this number.")] = 0,
    form: Annotated[str, typer.Option("--format", help="json, csv or html.")] = "json",
    language: Annotated[str, typer.Option(help="en, fr or nl: of the page.")] = "en",
) -> None:
    """Make a register of a time, show one, or publish one; without options, list them."""
    with opened(context) as (home, acting):
        from havre.flows import register as flow

        if begins or ends:
            made = flow.make_register(home, acting, _day(begins), _day(ends))
            codes = {name: str(code) for name, code in made.codes.items()}
            _said(context, {"register": made.edition.number, "codes": codes})
            answers.warn("each code is shown once: send it to its provider alone")
        elif publish or show:
            fields = flow.publish(home, acting, publish) if publish else flow.show_register(home, acting, show)
            from havre.flows.register_file import register_as

            answers.out.file.write(register_as(fields, "json" if asked(context).json else form, language))
        else:
            found = flow.list_registers(home, acting)
            if asked(context).json:
                answers.say_json(found)
            else:
                headings = {"register": "Register", "begins": "From", "ends": "To", "publish_after": "Not before"}
                answers.say_table("Registers", found, headings | {"published_at": "Published"})


@app.command()
def record(
    context: typer.Context,
    number: Number,
    provider: Provider,
    code: Annotated[bool, typer.Option("--new-code", help="Make another code; the old one ends.")] = False,
) -> None:
    """What a register says of one provider, signed, to be sent to that provider."""
    with opened(context) as (home, acting):
        from havre.flows.register import new_access, signed_record

        if code:
            _said(context, {"provider": provider, "code": str(new_access(home, acting, number, provider))})
        else:
            answers.out.file.write(signed_record(home, acting, number, provider).text())


@app.command()
def contest(
    context: typer.Context,
    number: Number,
    provider: Provider,
    text: Annotated[str, typer.Option(help="What they say is wrong.")],
    contact: Annotated[str, typer.Option(help="How to reach them.")] = "",
) -> None:
    """Write down that a provider contests its record."""
    with opened(context) as (home, acting):
        from havre.flows.challenge import write_down

        made, code = write_down(home, acting, f"{number} {provider}", text, contact)
        _said(context, {"challenge": made.number, "against": made.against, "receipt": str(code)})


@report_app.command()
def art22(
    context: typer.Context,
    year: Annotated[int, typer.Option(help="Of which year.")],
    form: Annotated[str, typer.Option("--format", help="json, csv or html.")] = "json",
    language: Annotated[str, typer.Option(help="en, fr or nl: of the page.")] = "en",
) -> None:
    """The yearly report of a trusted flagger (DSA Art. 22), without personal data."""
    with opened(context) as (home, acting):
        from havre.flows.report_art22 import art22_csv, art22_html, report_art22

        if form not in ("json", "csv", "html"):
            raise Invalid("the report is written as json, csv or html")
        report = report_art22(home, acting, year)
        if form == "json" or asked(context).json:
            answers.say_json(report.to_json())
        else:
            answers.out.file.write(art22_csv(report) if form == "csv" else art22_html(report, language))


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise Invalid(f"a day is written 2026-01-31, not {text!r}") from None


def _said(context: typer.Context, fields: dict[str, object]) -> None:
    if asked(context).json:
        answers.say_json(fields)
        return
    for name, value in fields.items():
        if isinstance(value, dict):
            answers.say("\n".join(f"{name}: {each} {held}" for each, held in value.items()))
        else:
            answers.say(f"{name}: {value}")
