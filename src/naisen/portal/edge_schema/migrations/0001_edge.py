"""The schema `edge`: Kamailio's tables, the views it reads, and the triggers that watch its writes."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"
UNDO = {
    "1_kamailio_tables": """
        DROP TABLE edge.version, edge.location, edge.location_attrs, edge.dialog, edge.dialog_vars;
        REVOKE USAGE ON SCHEMA edge FROM naisen_edge, naisen_portal;""",
    "2_verdict": """
        DROP VIEW registrations_binding, registrations_verdict;
        DROP FUNCTION device_why_not;""",
    "3_directory": """
        DROP VIEW edge.uacreg, edge.pickup, edge.line_out, edge.line_in, edge.ring, edge.number, edge.domain,
            edge.subscriber, edge.device;""",
    "4_timeline": """
        DROP TRIGGER registered ON edge.location;
        DROP TRIGGER moved ON edge.location;
        DROP FUNCTION edge.note_registration, edge.note_failure, edge.address_of;""",
    "5_silence": """
        DROP TRIGGER silence_unassigned ON devices_device;
        DROP TRIGGER silence_renamed ON devices_device;
        DROP TRIGGER silence_deleted ON devices_device;
        DROP TRIGGER silence_stopped ON people_person;
        DROP TRIGGER silence_reset ON devices_credential;
        DROP TRIGGER silence_suspended ON tenants_tenant;
        DROP TRIGGER tell_assigned ON devices_device;
        DROP TRIGGER tell_domains ON tenants_tenant;
        DROP FUNCTION silence, silence_device, silence_person, silence_credential, silence_tenant,
            tell_browsers, tell_domains;""",
    "6_calls": "DROP VIEW edge.acc; DROP FUNCTION ensure_partitions;",
}


def from_file(name: str) -> migrations.RunSQL:
    """The operation that runs sql/NAME.sql forward and its undoing backward."""
    return migrations.RunSQL((SQL / f"{name}.sql").read_text(encoding="utf-8"), UNDO[name])


class Migration(migrations.Migration):
    """Everything that crosses from the portal's tables to the edge."""

    dependencies: ClassVar = [("tenants", "0003_isolation"), ("audit", "0003_chain")]
    operations: ClassVar = [from_file(name) for name in UNDO]
