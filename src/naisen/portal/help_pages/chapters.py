"""Which screen is explained where: the chapters of the manual, in the menu's order (S1-07).

A chapter is a file of docs/screens, in Japanese and English, with a picture each. A view says nothing
about its help: the name of its address finds the chapter. A test knows every address that is a screen.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Chapter:
    """One source: docs/screens/`name`.md. `routes` are the addresses whose screens it explains."""

    name: str
    routes: tuple[str, ...]


CHAPTERS = (
    Chapter("sign_in", ("sign_in", "second_step")),
    Chapter("home", ("home",)),
    Chapter("people", ("people", "people_stop")),
    Chapter("person_register", ("person_register",)),
    Chapter("person_import", ("person_import",)),
    Chapter("person_edit", ("person_edit",)),
    Chapter("stopped_people", ("stopped_people", "people_resume", "people_delete")),
    Chapter("bulk_edit", ("bulk_edit",)),
    Chapter("import_file", ("import_file", "import_confirm", "import_take_back", "import_cancel")),
    Chapter("departments", ("departments", "department_edit", "departments_delete")),
    Chapter(
        "devices",
        (
            "devices",
            "device_assign",
            "device_reset_password",
            "devices_unassign",
            "devices_reset_passwords",
            "settings_sheets",
        ),
    ),
    Chapter("device", ("device", "device_calls")),
    Chapter("settings_sheets", ("settings_sheets_ordered",)),
    Chapter("lines", ("lines", "line_make_common")),
    Chapter("line_settings", ("line_settings",)),
    Chapter("default_lines", ("default_lines", "default_line_people", "default_line_save")),
    Chapter("who_rings", ("who_rings",)),
    Chapter("number_check", ("number_check",)),
    Chapter("feature_codes", ("feature_codes",)),
    Chapter("calls", ("calls", "calls_summary")),
    Chapter("call", ("call",)),
    Chapter("history", ("history",)),
    Chapter("imports", ("imports",)),
    Chapter("tenant_settings", ("tenant_settings",)),
    Chapter(
        "administrators",
        (
            "administrators",
            "administrator_add",
            "administrator_edit",
            "administrator_disable",
            "administrator_enable",
            "administrator_reset",
        ),
    ),
    Chapter(
        "sign_in_settings",
        (
            "sign_in_settings",
            "confirm_identity",
            "password_change",
            "session_end",
            "sessions_end",
            "app_set_up",
            "app_remove",
            "recovery_codes_renew",
            "passkey_add",
            "passkey_remove",
        ),
    ),
    Chapter(
        "operator_tenants",
        (
            "operator_sign_in",
            "operator_tenants",
            "operator_tenant",
            "operator_limits",
            "operator_line_register",
            "operator_line_edit",
            "operator_line_delete",
        ),
    ),
    Chapter(
        "operator_trunks",
        (
            "operator_trunks",
            "operator_trunk_register",
            "operator_trunk_edit",
            "operator_trunk_delete",
        ),
    ),
    Chapter(
        "operator_rates",
        ("operator_rates", "operator_rate_register", "operator_rate_edit", "operator_rate_delete"),
    ),
)
BY_NAME = {chapter.name: chapter for chapter in CHAPTERS}
BY_ROUTE = {route: chapter for chapter in CHAPTERS for route in chapter.routes}
