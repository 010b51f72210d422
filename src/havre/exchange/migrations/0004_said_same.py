from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0003_told_once'),
    ]

    operations = [
        migrations.AddField(
            model_name='samemedium',
            name='said',
            field=models.BooleanField(null=True),
        ),
    ]
