from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

STEP = 1 << 60
"""Between one reason and the next in the order."""

PLACES = {"safe": 1, "withdrawn": 7}
"""Reasons that an older Havre does not know, and their places in the order: it has all series under the first."""


def _moved(apps, by):
    stacks = apps.get_model("assessments", "Stack").objects.filter(tab__in=("new", "near"))
    stacks.filter(heading__in=("files", "near", "linked", "unseen", "apart")).update(rank=F("rank") + by)


def make_room(apps, schema):
    """Between open series and the rest stand those whose children are safe."""
    _moved(apps, STEP)


def close_up(apps, schema):
    """Every series is an open one again, as an older Havre has it; so are the counters."""
    _moved(apps, -STEP)
    stack, tally = (apps.get_model("assessments", name) for name in ("Stack", "Tally"))
    for reason, place in PLACES.items():
        known = stack.objects.filter(heading__startswith=f"{reason}:")
        known.update(heading=_as_open(reason), rank=F("rank") - place * STEP)
        for counted in tally.objects.filter(heading__startswith=f"{reason}:"):
            heading = f"series:{counted.heading.partition(':')[2]}"
            same = tally.objects.filter(intake=counted.intake_id, tab=counted.tab, heading=heading)
            if not same.update(count=F("count") + counted.count):
                tally.objects.filter(pk=counted.pk).update(heading=heading)
            else:
                counted.delete()


def _as_open(reason):
    return Concat(Value("series:"), Substr("heading", len(reason) + 2))


class Migration(migrations.Migration):

    dependencies = [
        ("assessments", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="stack",
            name="series_is",
            field=models.SmallIntegerField(choices=[(0, "Open"), (1, "Safe"), (2, "Withdrawn")], default=0),
        ),
        migrations.RunPython(make_room, close_up, elidable=True),
    ]
