"""`havre hotline challenge…`: what people say is wrong, and what is decided; `havre notices mail`: what came in."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from havre.entrypoints.command import answers
from havre.entrypoints.command.context import asked, opened

Number = Annotated[int, typer.Argument(metavar="CHALLENGE", help="Its number.")]


def challenges(
    context: typer.Context, old: Annotated[bool, typer.Option("--all", help="Those decided too.")] = False
) -> None:
    """List what people say is wrong, those that wait longest first."""
    with opened(context) as (home, acting):
        from havre.flows.challenge import list_challenges

        found = list_challenges(home, acting, old=old)
        if asked(context).json:
            answers.say_json(found)
        else:
            headings = {"challenge": "Challenge", "against": "Against", "about": "About", "via": "Came by", "at": "At"}
            answers.say_table(
                "Challenges", found, headings | {"state": "State", "danger": "Danger", "added_at": "More said"}
            )


def challenge(
    context: typer.Context,
    about: Annotated[str, typer.Option(help="A notice's reference, an address, or a register and its provider.")] = "",
    text: Annotated[str, typer.Option(help="What they say is wrong.")] = "",
    contact: Annotated[str, typer.Option(help="How to reach them.")] = "",
    language: Annotated[str, typer.Option(help="en, fr or nl.")] = "en",
    read: Annotated[int, typer.Option(help="Read the challenge of this number.")] = 0,
    point: Annotated[int, typer.Option(help="Say what the challenge of this number is about.")] = 0,
) -> None:
    """Write down a challenge that came by telephone, read one, or say what one is about."""
    with opened(context) as (home, acting):
        from havre.flows.challenge import challenge_fields, point_at, read_challenge, write_down
        from havre.hotline.telling import words_of

        if read:
            found = read_challenge(home, acting, read)
            told = found.told
            fields = challenge_fields(found.challenge) | {
                "says": told.seen if told else None,
                "contact": told.contact if told else None,
                "added": [
                    {
                        "at": each.at.isoformat(),
                        "says": words_of(said) if said else "",
                        "danger": said is not None and said.danger,
                    }
                    for each, said in found.added
                ],
                "taken_back": [
                    {
                        "recipient": each.notice.recipient.name,
                        "address": each.to,
                        "told_at": each.told_at.isoformat() if each.told_at else None,
                        "confirmed_at": each.confirmed_at.isoformat() if each.confirmed_at else None,
                    }
                    for each in found.taken_back
                    if each.reached
                ],
            }
        elif point:
            fields = challenge_fields(point_at(home, acting, point, about))
        else:
            made, code = write_down(home, acting, about, text, contact, language)
            fields = challenge_fields(made) | {"receipt": str(code)}
        _said(context, fields)


def decide(
    context: typer.Context,
    number: Number,
    because: Annotated[str, typer.Option(help="Why; whoever challenged reads it.")],
    wrong: Annotated[bool, typer.Option("--wrong/--right", help="Whether it was wrong, or stands.")],
    notice_alone: Annotated[bool, typer.Option("--notice-alone", help="The judgement stands.")] = False,
    leave_out: Annotated[list[str] | None, typer.Option(help="Of a register: a notice that counts no more.")] = None,
) -> None:
    """Decide a challenge; what was wrong is taken back everywhere."""
    with opened(context) as (home, acting):
        from havre.flows.challenge import challenge_fields
        from havre.flows.decide_challenge import Word
        from havre.flows.decide_challenge import decide as decided

        made = decided(home, acting, number, Word(wrong, because, notice_alone, leave_out or ()))
        _said(context, challenge_fields(made))


def mail(
    context: typer.Context,
    path: Annotated[
        Path | None, typer.Argument(help="An mbox, a Maildir, a folder of .eml; standard input else.")
    ] = None,
    imap: Annotated[bool, typer.Option("--imap", help="From the mailbox in HAVRE_IMAP.")] = False,
    waiting: Annotated[bool, typer.Option("--waiting", help="Show what belongs nowhere.")] = False,
    place: Annotated[int, typer.Option(help="Say where the waiting mail of this number belongs.")] = 0,
    to: Annotated[str, typer.Option(help="The reference of a notice or request, or the number of a report.")] = "",
    unit: Annotated[str, typer.Option(help="The unit of this node that it is for.")] = "",
    aside: Annotated[str, typer.Option(help="Why it is set aside.")] = "",
    kind: Annotated[str, typer.Option(help="decision, redress, receipt or other.")] = "other",
) -> None:
    """Read answers that came by mail: each once, put to the notice or request it is about."""
    with opened(context) as (home, acting):
        from havre.flows.mail_from import from_files, from_pipe, take_from_imap
        from havre.flows.read_mail import take_mails
        from havre.flows.stray_mail import pass_on, place_mail, set_aside, waiting_mail

        if waiting:
            found = waiting_mail(home, acting)
            shown = [
                {"mail": each.number, "kind": each.kind, "at": each.at.isoformat(), "text": each.text} for each in found
            ]
            if asked(context).json:
                answers.say_json(shown)
            for each in () if asked(context).json else shown:
                answers.say(f"{each['mail']} ({each['kind']}, {each['at']})\n{each['text']}\n")
        elif place:
            if unit:
                pass_on(home, acting, place, unit)
                _said(context, {"mail": place, "passed_on": unit})
            else:
                stray = set_aside(home, acting, place, aside) if aside else place_mail(home, acting, place, to, kind)
                _said(context, {"mail": stray.pk, "placed": stray.placed or None})
        else:
            mails = from_files(path) if path is not None else from_pipe(sys.stdin.buffer)
            done = take_from_imap(home, acting) if imap else take_mails(home, acting, mails)
            _said(
                context, {"placed": done.placed, "waiting": done.stray, "before": done.before, "trouble": done.trouble}
            )


def _said(context: typer.Context, fields: Mapping[str, object]) -> None:
    if asked(context).json:
        answers.say_json(fields)
        return
    for name, value in fields.items():
        answers.say(f"{name}: {value}")
