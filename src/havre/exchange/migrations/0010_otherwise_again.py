from django.db import migrations


def found(apps, _editor):
    """Series that hear that others say otherwise, perhaps because media merely look alike, are looked at again, once."""
    said = apps.get_model("exchange", "Notice").objects.filter(about="otherwise", closed_at=None)
    keys = said.exclude(series=None).order_by("series").values_list("series", flat=True).distinct()
    leaning = apps.get_model("exchange", "Leaning")
    held = set(leaning.objects.values_list("series", flat=True))
    rows = [leaning(series_id=key) for key in keys if key not in held]
    leaning.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0009_otherwise'),
    ]

    operations = [
        migrations.RunPython(found, migrations.RunPython.noop),
    ]
