from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ('matches', '0002_beyond_pdq'),
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Numbering',
            fields=[
                ('unit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='units.unit')),
                ('next', models.PositiveBigIntegerField(default=1)),
            ],
        ),
    ]
