from django.db import migrations, models
from django.db.models import F

STEP = 1 << 60
"""Between one reason and the next in the order."""


def _moved(apps, by):
    stacks = apps.get_model("assessments", "Stack").objects.filter(tab__in=("new", "near"))
    stacks.filter(heading__in=("files", "near", "linked", "unseen", "apart")).update(rank=F("rank") + by)


def make_room(apps, schema):
    """Between open series and the rest stand those whose children are safe."""
    _moved(apps, STEP)


def close_up(apps, schema):
    _moved(apps, -STEP)


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
