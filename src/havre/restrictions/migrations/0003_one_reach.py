from django.db import migrations, models

LEAST = """
DELETE FROM restrictions_reach WHERE EXISTS (
    SELECT 1 FROM restrictions_reach AS other
    WHERE other.condition_id = restrictions_reach.condition_id AND other.unit_id = restrictions_reach.unit_id
    AND (other.level < restrictions_reach.level
         OR (other.level = restrictions_reach.level AND other.id > restrictions_reach.id))
)
"""
"""Where a unit was reached twice by one condition, it learns the less of the two."""


class Migration(migrations.Migration):

    dependencies = [
        ('restrictions', '0002_ended_membership'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='reach',
            name='one_reach_a_level',
        ),
        migrations.RunSQL(LEAST, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='reach',
            constraint=models.UniqueConstraint(fields=('condition', 'unit'), name='one_reach_a_unit'),
        ),
    ]
