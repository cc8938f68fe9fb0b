"""Writes the demo's companies through the same actions that the portal uses."""

from django.db import transaction
from django.utils import timezone

from naisen.portal.demo.company import OPERATOR, SERVER, DemoCompany, DemoPerson
from naisen.portal.departments.models import Department
from naisen.portal.devices.actions import assign_device, issue_device
from naisen.portal.lines.models import Line
from naisen.portal.numbering.actions import take_number
from naisen.portal.numbering.models import Number
from naisen.portal.people.actions import PersonData, register_person
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Customer, LoginServer, Tenant


@transaction.atomic
def load_company(company: DemoCompany, *, password: str) -> Tenant:
    """Create one demo company; `password` is that of its logins."""
    tenant = _tenant(company)
    Login.objects.create_login(
        login_id=company.administrator_id,
        password=password,
        kind=Login.Kind.TENANT,
        tenant=tenant,
        name=company.administrator,
    )
    if company.reader_id:
        add_reader(company, tenant, password=password)
    line = Line.objects.create(tenant=tenant, code="001", name=company.line_name, number=company.line_number)
    tenant.common_line = line
    tenant.save(update_fields=["common_line"])
    department = Department.objects.create(
        tenant=tenant,
        name=company.department,
        number=take_number(tenant=tenant, digits=company.department_number, kind=Number.Kind.DEPARTMENT),
    )
    people = [_person(tenant, line, department, person) for person in company.people]
    _devices(tenant, company, people)
    return tenant


def add_reader(company: DemoCompany, tenant: Tenant, *, password: str) -> None:
    """Create the login that sees everything and changes nothing."""
    Login.objects.create_login(
        login_id=company.reader_id,
        password=password,
        kind=Login.Kind.TENANT,
        role=Login.Role.READER,
        tenant=tenant,
        name=company.reader,
    )


def add_operator(*, password: str) -> None:
    """Create the login of whoever runs the platform."""
    login_id, name = OPERATOR
    Login.objects.create_login(login_id=login_id, password=password, kind=Login.Kind.OPERATOR, name=name)


def _tenant(company: DemoCompany) -> Tenant:
    today = timezone.localdate()
    customer = Customer.objects.create(
        number=company.customer_number,
        name=company.customer_name,
        contact_person=company.administrator,
        applied_on=today,
    )
    return Tenant.objects.create(
        customer=customer,
        circle_number=company.circle_number,
        name=company.tenant_name,
        domain=company.domain,
        contact_person=company.administrator,
        applied_on=today,
        has_multicast=company.has_multicast,
    )


def _person(tenant: Tenant, line: Line, department: Department, person: DemoPerson) -> Person:
    departments = (department,) if person.department else ()
    return register_person(
        by=None,
        tenant=tenant,
        data=PersonData(
            name=person.name,
            kana=person.kana,
            extension=person.extension,
            departments=departments,
            pickup_departments=departments,
            default_line=line if person.own_line else None,
            inbound_lines=(line,),
            outbound_lines=(line,),
        ),
    )


def _devices(tenant: Tenant, company: DemoCompany, people: list[Person]) -> None:
    server, _ = LoginServer.objects.get_or_create(name=SERVER)
    count = len(people) + company.spare_devices
    for index in range(count):
        device = issue_device(
            by=None,
            tenant=tenant,
            server=server,
            login=f"{company.login_prefix}{index + 1:05d}",
            kind=company.kinds[index % len(company.kinds)],
        )
        if index < len(people):
            assign_device(by=None, device=device, person=people[index], version=device.version)
