"""`naisen manage load_demo`: the demo's data, once; a second run changes nothing."""

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from naisen.portal.demo.company import COMPANIES
from naisen.portal.demo.credentials import read_passwords, write_credentials
from naisen.portal.demo.load import load_company
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
                if Tenant.objects.filter(domain=company.domain).exists():
                    continue
                password = secrets.token_urlsafe(9)
                load_company(company, password=password)
                passwords[company.administrator_id] = password
            write_credentials(path, passwords=passwords)
