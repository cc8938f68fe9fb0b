"""The operator's login, a browser of it, and a trunk."""

from typing import Any

import pytest
from django.test import Client

from naisen.portal.conftest import PASSWORD
from naisen.portal.lines.models import Trunk
from naisen.portal.lines.trunk_actions import TrunkData, register_trunk
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant


@pytest.fixture
def operator(office: Tenant) -> Login:
    """Who runs the platform."""
    return Login.objects.create_login(
        login_id="operator", password=PASSWORD, kind=Login.Kind.OPERATOR, name="運用"
    )


class Browser(Client):
    """After each request the scope is gone with it; the tests look at everything."""

    def request(self, **request: Any) -> Any:
        """One request, and the tests' scope again."""
        answer = super().request(**request)
        scope.set_scope(scope.EVERYTHING)
        return answer


@pytest.fixture
def browser(operator: Login) -> Client:
    """A browser in which the operator is signed in."""
    client = Browser()
    client.force_login(operator)
    return client


@pytest.fixture
def trunk(operator: Login) -> Trunk:
    """A trunk that registers with its carrier."""
    return register_trunk(
        by=operator,
        data=TrunkData(
            name="NTT東",
            kind=Trunk.Kind.REGISTERING,
            host="sip.carrier.example",
            auth_user="0312345678",
            password="carriers secret",
            sources=("203.0.113.10",),
        ),
    )
