from typing import Any, ClassVar

from django.db import migrations, models


def challenged(apps: Any, _editor: Any) -> None:
    """Every down vote so far had its entry judged anew."""
    apps.get_model("feeds", "Vote").objects.filter(up=False).update(challenged_at=models.F("at"))


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ('feeds', '0002_carried'),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name='vote',
            name='challenged_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(challenged, migrations.RunPython.noop),
    ]
