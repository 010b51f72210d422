from hashlib import sha256
from json import dumps

from django.db import migrations

WITHOUT_EFFECT = (("comment", ("hit", "open")), ("clue", ("hit",)))
"""What could be said before this and let nobody know anything; comments that are open are read by others from now on."""


def closed(apps, _editor):
    """What was said without effect gets none by itself: it is closed, a legal hold stays, and may be said again."""
    restricted = apps.get_model("restrictions", "Restricted")
    for kind, levels in WITHOUT_EFFECT:
        rows = restricted.objects.filter(kind=kind).select_related("condition").order_by("pk")
        for row in list(rows):
            if row.condition.told["level"] in levels:
                condition = _condition(apps, row.condition.told["legal_hold"])
                restricted.objects.filter(pk=row.pk).update(condition=condition)


def _condition(apps, held):
    named = ("units", "countries", "groups", "no_units", "no_countries")
    told = {"level": "closed", **{name: [] for name in named}, "purpose": "", "onward": False}
    told |= {"retain_until": None, "review_at": None, "legal_hold": held}
    digest = sha256(dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    found, _new = apps.get_model("restrictions", "Condition").objects.get_or_create(
        digest=digest, defaults={"told": told}
    )
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("restrictions", "0003_one_reach"),
    ]

    operations = [
        migrations.RunPython(closed, migrations.RunPython.noop),
    ]
