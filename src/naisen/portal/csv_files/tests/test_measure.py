"""The figures for `naisen bench` come from files that really pass."""

from naisen.portal.csv_files.measure import measure
from naisen.portal.csv_files.models import Import
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant


def test_everything_is_written_and_taken_back(office: Tenant, administrator: Login) -> None:
    figures = measure(by=administrator, tenant=office, rows=30)
    assert figures.rows == 30
    assert figures.peak_mib > 10
    assert Person.objects.filter(tenant=office).count() == 3
    file = Import.objects.get()
    assert (file.state, file.creates, file.errors) == (Import.State.TAKEN_BACK, 30, 0)
