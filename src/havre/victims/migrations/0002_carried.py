from datetime import UTC, datetime

from django.db import migrations

LEVELS = ("closed", "hit", "open")
FORWARD = ("unidentified", "under investigation", "located", "identified", "safeguarded")
"""As both were when this was written."""


def carried(apps, _editor):
    """Victims of series that became part of others before victims went along are recorded in those, too, unless others
    would learn of them of whom nobody said that they may; and those series are safe only where all in them are."""
    series = apps.get_model("series", "Series")
    into = dict(series.objects.exclude(merged_into=None).values_list("pk", "merged_into"))
    through = apps.get_model("victims", "Victim").series.through
    rows = list(through.objects.filter(series__in=list(into)).order_by("pk").values_list("victim", "series"))
    words = _words(apps, into)
    at = datetime.now(UTC)
    for victim, of in rows:
        on = _way(of, into)
        if any(_lets_more(words.get(on[-1]), words.get(each)) for each in on[:-1]):
            continue
        through.objects.get_or_create(victim_id=victim, series_id=on[-1])
    for pk in sorted({_way(of, into)[-1] for _, of in rows}):
        _live(apps, pk, [of for of in into if _way(of, into)[-1] == pk], at)


def _way(of, into):
    """The series, what it became part of, and what that did, to the one that goes on."""
    on = [of]
    while on[-1] in into:
        on.append(into[on[-1]])
    return on


def _words(apps, into):
    restricted = apps.get_model("restrictions", "Restricted").objects.filter(kind="series")
    rows = restricted.filter(key__in={*into, *into.values()})
    return dict(rows.values_list("key", "condition__told"))


def _lets_more(on, of):
    """Whether the word on what goes on may let somebody know whom the word on what became part of it does not."""
    if on is None or on["level"] == "closed":
        return False
    if of is None or of.get("within") or LEVELS.index(of["level"]) < LEVELS.index(on["level"]):
        return True
    named = ("units", "countries", "groups")
    without = ("no_units", "no_countries")
    return any(_set(on, name) - _set(of, name) for name in named) or any(
        _set(of, name) - _set(on, name) for name in without
    )


def _set(told, name):
    return {tuple(each) if isinstance(each, list) else each for each in told.get(name, [])}


def _live(apps, pk, parts, at):
    """What it is by its victims, which others learn of with it, and safe only where all of its parts are, too."""
    row = apps.get_model("series", "Series").objects.get(pk=pk)
    moves = apps.get_model("series", "Move").objects
    victims = apps.get_model("victims", "Victim").objects.filter(series__in=[pk, *parts])
    identified = victims.filter(series=pk).exclude(identified_at=None).exists()
    last = moves.filter(series=pk).order_by("pk").last()
    becomes = row.life
    if row.life == "withdrawn":  # what became part of it since was open, or not
        since = moves.filter(series__in=parts, became="merged", pk__gt=last.pk if last else 0)
        becomes = max((move.was for move in since if move.was in FORWARD), key=FORWARD.index, default=row.life)
    if becomes == "safeguarded" and victims.filter(safeguarded_at=None).exists():
        becomes = "identified"
    if becomes in FORWARD[:3] and identified:
        becomes = "identified"
    if becomes == row.life:
        return
    told = last is not None and last.by_id is None and last.reason.startswith(f"{row.life}: ") and not identified
    reason = f"{becomes}: {last.reason.partition(': ')[2]}" if told else "as its victims are"
    moves.create(series=row, was=row.life, became=becomes, at=at, reason=reason)
    row.life = becomes
    row.save(update_fields=["life"])


class Migration(migrations.Migration):
    dependencies = [
        ("restrictions", "0003_one_reach"),
        ("series", "0007_firsts"),
        ("victims", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(carried, migrations.RunPython.noop),
    ]
