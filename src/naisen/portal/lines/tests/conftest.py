"""A second line beside the demo's one."""

import pytest

from naisen.portal.lines.models import Line
from naisen.portal.tenants.models import Tenant


@pytest.fixture
def main(office: Tenant) -> Line:
    """The common line: 株式会社テスト【0500000000】, of everybody; 田中's own one, too."""
    return Line.objects.get(tenant=office)


@pytest.fixture
def second(office: Tenant) -> Line:
    """大阪【0600000002】, nobody's so far."""
    return Line.objects.create(tenant=office, code="002", name="大阪", number="0600000002")
