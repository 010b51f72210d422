from typing import Any, ClassVar

from django.db import migrations, models


def retracted_in(apps: Any, _editor: Any) -> None:
    """So far a retraction was the last that was said of an entry."""
    apps.get_model("feeds", "Published").objects.filter(retracted=True).update(retracted_in=models.F("version"))


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("feeds", "0003_challenged"),
    ]

    operations: ClassVar = [
        migrations.AddField("entry", "blanked_at", models.DateTimeField(null=True)),
        migrations.AddField("hashlist", "blanked_at", models.DateTimeField(null=True)),
        migrations.AddField("hashlist", "digest", models.CharField(blank=True, default="", max_length=64), False),
        migrations.AddField("published", "retracted_in", models.PositiveBigIntegerField(null=True)),
        migrations.AddField("feed", "doubted", models.BooleanField(default=False)),
        migrations.AddField("feed", "board", models.PositiveBigIntegerField(default=0)),
        migrations.RunPython(retracted_in, migrations.RunPython.noop),
        migrations.RemoveIndex("published", "published_taken_back"),
        migrations.AddIndex(
            "published",
            models.Index(
                fields=["listed", "retracted_in"], name="published_gone", condition=models.Q(("retracted", True))
            ),
        ),
        migrations.AddIndex(
            "entry",
            models.Index(
                fields=["listed", "number"],
                name="entries_to_blank",
                condition=models.Q(("blanked_at", None), ("reviewed", False), ("state", "retracted")),
            ),
        ),
    ]
