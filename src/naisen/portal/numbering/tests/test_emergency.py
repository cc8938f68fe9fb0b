"""110, 118 and 119 are nobody's extension (C-12): on the screens, in files, in the database."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from naisen.portal.departments.forms import DepartmentForm
from naisen.portal.numbering.actions import change_number, take_number
from naisen.portal.numbering.models import Number
from naisen.portal.people.forms import PersonForm
from naisen.portal.people.models import Person
from naisen.portal.refusals import Refusal
from naisen.portal.tenants.models import Tenant

EMERGENCY = ["110", "118", "119"]


@pytest.mark.parametrize("digits", [*EMERGENCY, "１１９"])
@pytest.mark.parametrize("form", [PersonForm, DepartmentForm])
def test_the_forms_and_with_them_the_files_refuse_it(form: type[forms.Form], digits: str) -> None:
    with pytest.raises(ValidationError, match="緊急通報"):
        form.base_fields["extension"].clean(digits)
    assert form.base_fields["extension"].clean("117") == "117"


@pytest.mark.parametrize("digits", EMERGENCY)
def test_the_actions_refuse_it(office: Tenant, tanaka: Person, digits: str) -> None:
    with pytest.raises(Refusal, match="緊急通報"):
        take_number(tenant=office, digits=digits, kind=Number.Kind.PERSON)
    with pytest.raises(Refusal, match="緊急通報"):
        change_number(number=tanaka.number, digits=digits)


@pytest.mark.parametrize("digits", EMERGENCY)
def test_the_database_refuses_it(office: Tenant, digits: str) -> None:
    with pytest.raises(IntegrityError, match="number_not_emergency"):
        Number.objects.create(tenant=office, digits=digits, kind=Number.Kind.PERSON)
