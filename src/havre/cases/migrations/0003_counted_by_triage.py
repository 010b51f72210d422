from django.db import migrations


def count(apps, schema):
    """An older Havre counts on from what the items of each intake say."""
    items = apps.get_model("cases", "Item").objects
    for intake in apps.get_model("cases", "Intake").objects.iterator():
        intake.stack_count = items.filter(intake=intake, stack=True).count()
        intake.save(update_fields=["stack_count"])


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_orders")]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, count),
        migrations.RemoveField(model_name="intake", name="stack_count"),
    ]
