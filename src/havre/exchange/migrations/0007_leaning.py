from django.db import migrations, models
import django.db.models.deletion


def found(apps, _editor):
    """Series that followed others before one look-alike was a question are looked at again, once."""
    series = apps.get_model("series", "Series").objects.filter(life__in=("identified", "safeguarded"))
    leaning = apps.get_model("exchange", "Leaning")
    rows = (leaning(series_id=key) for key in series.order_by("pk").values_list("pk", flat=True).iterator())
    leaning.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0006_lost'),
        ('series', '0007_firsts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Leaning',
            fields=[
                ('series', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='series.series')),
            ],
        ),
        migrations.RunPython(found, migrations.RunPython.noop),
    ]
