from django.db import migrations


def carried(apps, _editor):
    """Victims of series that became part of others before victims went along are recorded in those, too."""
    series = apps.get_model("series", "Series")
    into = dict(series.objects.exclude(merged_into=None).values_list("pk", "merged_into"))
    through = apps.get_model("victims", "Victim").series.through
    for victim, of in list(through.objects.filter(series__in=list(into)).values_list("victim", "series")):
        while of in into:
            of = into[of]
        through.objects.get_or_create(victim_id=victim, series_id=of)


class Migration(migrations.Migration):

    dependencies = [
        ('series', '0007_firsts'),
        ('victims', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(carried, migrations.RunPython.noop),
    ]
