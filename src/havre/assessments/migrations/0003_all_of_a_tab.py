import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Sum

ALL = "all"
TOGETHER = 1_000
"""Rows written at once."""


def add_up(apps, schema):
    """All stacks of each tab, from what is counted under its headings."""
    tally = apps.get_model("assessments", "Tally")
    counted = tally.objects.values_list("unit", "intake", "tab").annotate(sum=Sum("count")).order_by()
    tally.objects.bulk_create(
        [
            tally(unit_id=unit, intake_id=intake, tab=tab, heading=ALL, count=total)
            for unit, intake, tab, total in counted
        ],
        batch_size=TOGETHER,
    )


def take_away(apps, schema):
    """An older Havre adds the headings up itself."""
    apps.get_model("assessments", "Tally").objects.filter(heading=ALL).delete()


class Migration(migrations.Migration):
    dependencies = [("assessments", "0002_series_is")]

    operations = [
        migrations.AlterField(
            model_name="tally",
            name="unit",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="units.unit"
            ),
        ),
        migrations.AddIndex(
            model_name="tally",
            index=models.Index(fields=["unit", "heading", "tab"], name="tallies_by_heading"),
        ),
        migrations.RunPython(add_up, take_away),  # last: PostgreSQL changes no table in which rows wait to be checked
    ]
