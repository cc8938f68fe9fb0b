"""What becomes of a call on a line that nobody answers, and how many calls it carries (S1-120)."""

from typing import ClassVar

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from naisen.portal.tenants.isolation import bind

FORWARD_NUMBER = "^\\+?[0-9]{1,20}$"
NO_ANSWER = (
    Q(no_answer="busy", no_answer_number="", no_answer_department__isnull=True)
    | Q(no_answer="forward", no_answer_number__regex=FORWARD_NUMBER, no_answer_department__isnull=True)
    | Q(no_answer="department", no_answer_number="", no_answer_department__isnull=False)
)


class Migration(migrations.Migration):
    """The columns, then what they may hold together; a line's department is its own tenant's."""

    dependencies: ClassVar = [
        ("departments", "0003_serial"),
        ("lines", "0002_initial"),
        ("tenants", "0003_isolation"),
    ]
    operations: ClassVar = [
        migrations.AddField("line", "max_calls", models.PositiveIntegerField(blank=True, null=True)),
        migrations.AddField(
            "line",
            "no_answer",
            models.CharField(
                choices=[
                    ("busy", "何もしない(話中音)"),
                    ("forward", "転送する"),
                    ("department", "所属を鳴らす"),
                ],
                default="busy",
                max_length=10,
            ),
        ),
        migrations.AddField(
            "line",
            "no_answer_department",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="departments.department",
            ),
        ),
        migrations.AddField(
            "line",
            "no_answer_number",
            models.CharField(
                blank=True,
                default="",
                max_length=21,
                validators=[django.core.validators.RegexValidator(FORWARD_NUMBER)],
            ),
        ),
        migrations.AddConstraint("line", models.CheckConstraint(condition=NO_ANSWER, name="line_no_answer")),
        migrations.AddConstraint(
            "line",
            models.CheckConstraint(
                condition=Q(max_calls__isnull=True) | Q(max_calls__gte=1), name="line_max_calls"
            ),
        ),
        bind("lines_line", "no_answer_department_id", "departments_department"),
    ]
