from django.db import migrations, models
from django.db.models import Min, OuterRef, Subquery


def time_what_is_there(apps, schema):
    """What each page asked for so far, written down once."""
    members = apps.get_model("series", "Member").objects.filter(series=OuterRef("pk")).order_by().values("series")
    found = members.annotate(at=Min("medium__exhibits__item__intake__begun_at")).values("at")
    uploaded = members.annotate(at=Min("medium__held_since")).values("at")
    apps.get_model("series", "Series").objects.update(found_at=Subquery(found), uploaded_at=Subquery(uploaded))


class Migration(migrations.Migration):

    dependencies = [
        ("series", "0006_hand_to_node"),
        ("cases", "0001_initial"),
        ("media", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="series",
            name="found_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="series",
            name="uploaded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(time_what_is_there, migrations.RunPython.noop, elidable=True),
    ]
