"""`naisen manage load_demo`: the demo's data, once; a second run changes nothing."""

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from naisen.portal.demo.company import COMPANIES, OPERATOR, DemoCompany
from naisen.portal.demo.credentials import read_passwords, write_credentials
from naisen.portal.demo.load import add_operator, add_reader, load_company
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant


class Command(BaseCommand):
    """Loads the demo companies and writes demo.json into the data folder."""

    help = "Load the demo companies and write their credentials to demo.json."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create each company that is not there yet, then write down who can sign in."""
        path: Path = settings.DATA / "demo.json"
        passwords = read_passwords(path)
        with scope.scoped(scope.EVERYTHING):
            for company in COMPANIES:
                passwords |= load_missing(company)
            passwords |= operator_missing()
            write_credentials(path, passwords=passwords)


def load_missing(company: DemoCompany) -> dict[str, str]:
    """Create the company, or what an older demo does not have of it; returns login id → new password."""
    password = secrets.token_urlsafe(9)
    tenant = Tenant.objects.filter(domain=company.domain).first()
    if tenant is None:
        load_company(company, password=password)
        return {login_id: password for login_id in (company.administrator_id, company.reader_id) if login_id}
    if company.reader_id and not Login.objects.filter(tenant=tenant, login_id=company.reader_id).exists():
        add_reader(company, tenant, password=password)
        return {company.reader_id: password}
    return {}


def operator_missing() -> dict[str, str]:
    """Create the operator's login where there is none; returns login id → new password."""
    login_id, _name = OPERATOR
    if Login.objects.filter(kind=Login.Kind.OPERATOR, login_id=login_id).exists():
        return {}
    password = secrets.token_urlsafe(9)
    add_operator(password=password)
    return {login_id: password}
