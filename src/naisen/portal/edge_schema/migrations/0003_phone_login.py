"""What the switch 「端末操作でのログイン」 tells the edge and open browsers (D-01)."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "8_phone_login.sql"
BACK = "DROP TRIGGER switch_phone_login ON tenants_tenant; DROP FUNCTION switch_phone_login();"


class Migration(migrations.Migration):
    """The trigger on tenants."""

    dependencies: ClassVar = [("edge_schema", "0002_lines")]
    operations: ClassVar = [migrations.RunSQL(SQL.read_text(encoding="utf-8"), BACK)]
