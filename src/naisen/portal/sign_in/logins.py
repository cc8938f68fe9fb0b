"""Every write to the portal logins of a tenant (管理者): atomic, audited.

The table of logins is not isolated in the database, because a login is looked up before anybody is signed in:
so each query here names the tenant.
"""

import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from naisen.portal.audit.actions import record
from naisen.portal.refusals import Refusal
from naisen.portal.sign_in import second_step
from naisen.portal.sign_in.models import Login
from naisen.portal.sign_in.sessions import end_sessions
from naisen.portal.tenants.models import Tenant

# No letter or digit that is easily read as another one: somebody copies this by hand.
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 16


def logins(tenant: Tenant) -> QuerySet[Login]:
    """The tenant's portal logins, those in use first."""
    found = Login.objects.filter(tenant=tenant, kind=Login.Kind.TENANT)
    return found.order_by("-is_active", "login_id")


def login_or_404(tenant: Tenant, pk: int) -> Login:
    """One login of the tenant; anything else, a stranger's login too, is Http404."""
    login = logins(tenant).filter(pk=pk).first()
    if login is None:
        raise Http404
    return login


@transaction.atomic
def add_login(
    *, by: Login, tenant: Tenant, login_id: str, name: str, role: str, email: str = ""
) -> tuple[Login, str]:
    """A new login and its one-time password, which must be changed at the first sign-in.

    Raises Refusal (field `login_id`) when the id is in use, in whichever tenant (D-08).
    """
    password = new_password()
    try:
        with transaction.atomic():
            login = Login.objects.create_login(
                login_id=login_id,
                password=password,
                kind=Login.Kind.TENANT,
                tenant=tenant,
                name=name,
                role=role,
                email=email,
                password_is_temporary=True,
            )
    except IntegrityError as error:
        raise Refusal(
            _("このログインIDはすでに使われています。別のIDにしてください。"), field="login_id"
        ) from error
    record(by=by, tenant=tenant, action="register", subject=login, after=snapshot(login))
    return login, password


@transaction.atomic
def edit_login(*, by: Login, tenant: Tenant, pk: int, name: str, role: str, email: str) -> Login:
    """Change name, role and address; raises Refusal when no administrator would be left."""
    login = _locked(tenant, pk)
    before = snapshot(login)
    login.name, login.role, login.email = name, role, email
    login.save(update_fields=["name", "role", "email"])
    _refuse_without_administrator(tenant, field="role")
    after = snapshot(login)
    if before != after:
        record(by=by, tenant=tenant, action="edit", subject=login, before=before, after=after)
    return login


@transaction.atomic
def disable_login(*, by: Login, tenant: Tenant, pk: int) -> Login:
    """The login can sign in no more, and its open sessions end at once; raises Refusal."""
    login = _locked(tenant, pk)
    if login.pk == by.pk:
        raise Refusal(_("自分自身は無効にできません。ほかの管理者に依頼してください。"))
    if login.is_active:
        login.is_active = False
        login.save(update_fields=["is_active"])
        _refuse_without_administrator(tenant)
        end_sessions(login)
        record(by=by, tenant=tenant, action="disable", subject=login)
    return login


@transaction.atomic
def enable_login(*, by: Login, tenant: Tenant, pk: int) -> Login:
    """The login may sign in again, with the password and the second step that it had."""
    login = _locked(tenant, pk)
    if not login.is_active:
        login.is_active = True
        login.save(update_fields=["is_active"])
        record(by=by, tenant=tenant, action="enable", subject=login)
    return login


@transaction.atomic
def reset_login_password(*, by: Login, tenant: Tenant, pk: int) -> tuple[Login, str]:
    """A one-time password for somebody who cannot sign in; their open sessions end.

    The second step goes too: who lost the telephone needs both.
    """
    login = _locked(tenant, pk)
    password = new_password()
    login.set_password(password)
    login.password_is_temporary = True
    login.save(update_fields=["password", "password_is_temporary"])
    second_step.forget_everything(login)
    end_sessions(login)
    record(by=by, tenant=tenant, action="reset_password", subject=login)
    return login, password


def new_password() -> str:
    """16 characters, about 92 bits."""
    return "".join(secrets.choice(ALPHABET) for _number in range(LENGTH))


def snapshot(login: Login) -> dict[str, Any]:
    """Field name → plain value; never the password."""
    return {"login_id": login.login_id, "name": login.name, "role": login.role, "email": login.email}


def _locked(tenant: Tenant, pk: int) -> Login:
    """The login, with all of the tenant's locked: two administrators cannot disable each other at once."""
    rows = {login.pk: login for login in logins(tenant).order_by("pk").select_for_update(of=("self",))}
    if pk not in rows:
        raise Http404
    return rows[pk]


def _refuse_without_administrator(tenant: Tenant, *, field: str | None = None) -> None:
    if not logins(tenant).filter(is_active=True, role=Login.Role.ADMINISTRATOR).exists():
        raise Refusal(
            _("管理者が一人もいなくなるため、変更できません。先にほかの人を管理者にしてください。"),
            field=field,
        )
