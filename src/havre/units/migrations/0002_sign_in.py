"""People sign in: what Django keeps of somebody who does, and when they left."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("units", "0001_initial")]

    operations = [
        # "!" is a password that no one has.
        migrations.AddField("person", "password", models.CharField(default="!", max_length=128, verbose_name="password"), preserve_default=False),
        migrations.AddField("person", "last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
        migrations.AddField("person", "left_at", models.DateTimeField(null=True)),
    ]
