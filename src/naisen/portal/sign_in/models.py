"""Portal logins. A login is not a person with an extension (requirements, Vocabulary)."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from naisen.portal.tenants.models import Customer, Tenant


class LoginManager(BaseUserManager["Login"]):
    """Makes logins with a hashed password."""

    def create_login(self, *, login_id: str, password: str, **fields: Any) -> "Login":
        """Store a new login; the password is hashed with argon2id."""
        login = self.model(login_id=login_id, **fields)
        login.set_password(password)
        login.save(using=self._db)
        return login


class Login(AbstractBaseUser):
    """Somebody who may sign in: an operator, a customer, a tenant's administrator, or one device's page."""

    class Kind(models.TextChoices):
        """What a login belongs to (S2-01, D-08)."""

        OPERATOR = "operator", _("事業者")
        CUSTOMER = "customer", _("アカウント")
        TENANT = "tenant", _("サークル")
        UNIQUE = "unique", _("ユニーク")

    class Role(models.TextChoices):
        """What a login may do there."""

        ADMINISTRATOR = "administrator", _("管理者")
        READER = "reader", _("閲覧のみ")

    kind = models.CharField(max_length=10, choices=Kind)
    role = models.CharField(max_length=15, choices=Role, default=Role.ADMINISTRATOR)
    login_id = models.CharField(max_length=64)
    name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=5, blank=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, null=True, blank=True, related_name="logins")
    device = models.ForeignKey(
        "devices.Device", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "login_id"
    REQUIRED_FIELDS: ClassVar = ["name"]
    objects: ClassVar = LoginManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "login_id"], name="login_once_per_kind"),
            models.CheckConstraint(
                name="login_belongs_to_its_kind",
                condition=Q(kind="operator", customer=None, tenant=None, device=None)
                | Q(kind="customer", customer__isnull=False, tenant=None, device=None)
                | Q(kind="tenant", customer=None, tenant__isnull=False, device=None)
                | Q(kind="unique", customer=None, tenant__isnull=False, device__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name
