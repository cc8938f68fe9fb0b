"""For every named address: what its own ids are about, and in which fields it takes the ids of things.

A new address must be declared here, or a test fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

# Field → kind of the id in it (world.Company.ids), perhaps with a pattern around it.
Fields = Mapping[str, str | tuple[str, str]]


@dataclass(frozen=True)
class Route:
    """`path`: argument → kind, or `=text` for an argument that names no data.

    `query` are parameters, `sent` fields of a form; `cells` are columns of an uploaded file that name
    things by number.
    """

    path: Mapping[str, str] = field(default_factory=dict)
    query: Fields = field(default_factory=dict)
    sent: Fields = field(default_factory=dict)
    cells: tuple[str, ...] = ()


PK = "pk"
PLAIN = Route()
CHOICES_OF_A_PERSON: Fields = {
    "departments": "department",
    "pickup_departments": "department",
    "default_line": "line",
    "devices": "spare",
    "inbound_lines": "line",
    "outbound_lines": "line",
}
MEMBERS: Fields = {"members": "person", "members_shown": "person"}
TICKS: Fields = {"ids": "person", "here": "person", "add": "person", "drop": "person"}
SEEN = ("device", "{}:1")
OBJECT: Fields = {"object": "person", "actor": "login"}
CELLS = ("所属", "ユーザ固有初期回線", "ピックアップ対象所属", "着信回線", "発信回線")


NONE: Fields = {}


def one(kind: str, *, query: Fields = NONE, sent: Fields = NONE) -> Route:
    """An address with the id of one thing."""
    return Route(path={PK: kind}, query=query, sent=sent)


# Screens of the operator's: nobody else finds anything there, whatever the ids (S2-24).
OPERATORS: dict[str, Route] = {
    "operator_tenants": PLAIN,
    "operator_tenant": one("tenant"),
    "operator_limits": one("tenant"),
    "operator_line_register": one("tenant"),
    "operator_line_edit": Route(path={PK: "tenant", "line": "line"}),
    "operator_line_delete": Route(path={PK: "tenant", "line": "line"}),
    "operator_trunks": PLAIN,
    "operator_trunk_register": PLAIN,
    "operator_trunk_edit": one("trunk"),
    "operator_trunk_delete": one("trunk"),
    "operator_rates": PLAIN,
    "operator_rate_register": PLAIN,
    "operator_rate_edit": one("rate"),
    "operator_rate_delete": one("rate"),
}

ROUTES: dict[str, Route] = {
    **OPERATORS,
    "operator_sign_in": PLAIN,
    "home": PLAIN,
    "healthz": PLAIN,
    # sign_in
    **dict.fromkeys(
        (
            *("sign_in", "second_step", "passkey_sign_in", "passkey_question", "sign_out", "set_language"),
            *("sign_in_settings", "confirm_identity", "password_change", "sessions_end", "app_set_up"),
            *("app_remove", "recovery_codes_renew", "passkey_add", "passkey_options", "administrators"),
            "administrator_add",
        ),
        PLAIN,
    ),
    "session_end": Route(sent={"session": "session"}),
    "passkey_remove": one("passkey"),
    "administrator_edit": one("login"),
    "administrator_disable": one("login"),
    "administrator_enable": one("login"),
    "administrator_reset": one("login"),
    # csv_files
    "person_import": Route(cells=CELLS),
    "bulk_edit": Route(cells=CELLS),
    "person_import_template": Route(path={"ending": "=csv"}),
    "bulk_edit_template": Route(path={"ending": "=csv"}),
    "imports": PLAIN,
    "import_file": one("import"),
    "import_progress": one("import"),
    "import_confirm": one("import"),
    "import_cancel": one("import"),
    "import_take_back": one("import"),
    "import_rejected": one("import"),
    # people
    "people": Route(query={"department": "department"}),
    "stopped_people": Route(query={"department": "department"}),
    "person_register": Route(sent=CHOICES_OF_A_PERSON),
    "person_edit": one("person", sent=CHOICES_OF_A_PERSON),
    "person_suggestions": PLAIN,
    "spare_devices": PLAIN,
    "person_devices": one("person"),
    "people_stop": Route(sent={"ids": "person"}),
    "people_resume": Route(sent={"ids": "stopped"}),
    "people_delete": Route(sent={"ids": "stopped"}),
    # departments
    "departments": Route(sent=MEMBERS),
    "department_candidates": PLAIN,
    "departments_delete": Route(sent={"ids": "department"}),
    "department_edit": one("department", sent=MEMBERS),
    "department_member_candidates": one("department"),
    # tenants
    "tenant_settings": PLAIN,
    # lines
    "lines": PLAIN,
    "default_lines": PLAIN,
    "line_settings": one(
        "line",
        sent={
            **{"recipients": "person", "recipients_shown": "person", "callers": "person"},
            **{"callers_shown": "person", "no_answer_department": "department"},
        },
    ),
    "line_make_common": one("line", sent={"instead_of": "line"}),
    "line_candidates": Route(path={PK: "line", "group": "=recipients"}),
    "default_line_people": one("line", query={"department": "department", **TICKS}, sent=TICKS),
    "default_line_save": one("line", sent=TICKS),
    # devices
    "devices": Route(query={"person": "person"}),
    "devices_unassign": Route(sent={"ids": "device", "seen": SEEN}),
    "devices_reset_passwords": Route(sent={"ids": "spare", "seen": ("spare", "{}:1")}),
    "device": one("device"),
    "device_assign": one("device", sent={"person": "person"}),
    "device_reset_password": one("spare"),
    "device_calls": one("device"),
    # settings_sheets
    "settings_sheet": one("device"),
    "settings_sheets": Route(sent={"ids": "device", "person": "person"}),
    "settings_sheets_ordered": Route(path={"token": "token"}),
    "settings_sheets_download": Route(path={"token": "token"}),
    # audit
    "history": Route(query=OBJECT),
    "history_csv": Route(query=OBJECT),
    # calls
    "calls": Route(query={"line": "line"}),
    "calls_summary": Route(query={"line": "line"}),
    "calls_csv": Route(query={"line": "line"}),
    "call": one("call"),
    # registrations
    "registration_cells": Route(query={"cells": ("device", "{}.x")}),
    "registration_stream": PLAIN,
    # dialling
    "who_rings": Route(query={"caller": "person", "device": "device", "line": "line"}),
    "number_check": PLAIN,
    "feature_codes": PLAIN,
    "feature_codes_pdf": PLAIN,
    # help_pages
    "help_contents": PLAIN,
    "help_manual": PLAIN,
    "help_image": Route(path={"file": "=people.webp"}),
    "help_page": Route(path={"name": "=people"}),
    "help_pdf": Route(path={"name": "=people"}),
}
