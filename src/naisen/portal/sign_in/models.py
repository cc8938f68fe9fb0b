"""Portal logins. A login is not a person with an extension (requirements, Vocabulary)."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
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
    """Somebody who may sign in: an operator, a customer, a tenant's administrator, or one device's page.

    With `password_is_temporary` another administrator knows the password: it must be changed first.
    """

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
    password_is_temporary = models.BooleanField(default=False)

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


class SignInSession(AbstractBaseSession):
    """A browser in which somebody is signed in, or on the way to it (`login` None).

    Written by sign_in.sessions. Deleting the row ends the session at once.
    """

    login = models.ForeignKey(Login, on_delete=models.CASCADE, null=True, related_name="sessions")
    address = models.CharField(max_length=64, blank=True)
    terminal = models.CharField(max_length=255, blank=True)
    signed_in_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.login_id} {self.address}"


class Tries(models.Model):
    """The times of recent wrong tries under one key (sign_in.throttle); the key is a keyed hash."""

    key = models.CharField(max_length=64, primary_key=True)
    tries = ArrayField(models.DateTimeField())

    def __str__(self) -> str:
        return f"{self.key[:8]} ×{len(self.tries)}"


class AuthenticatorApp(models.Model):
    """An app that shows six digits every 30 seconds (TOTP, RFC 6238): the second step of a sign-in.

    `secret` is cipher text bound to the login. `last_step` is the newest 30 seconds whose code was used:
    no code counts twice.
    """

    login = models.OneToOneField(Login, on_delete=models.CASCADE, related_name="authenticator_app")
    secret = models.BinaryField()
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.login_id}"


class Passkey(models.Model):
    """A passkey (WebAuthn) of a login. It works on the host name `host` only; `credential` is public."""

    login = models.ForeignKey(Login, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=100)
    host = models.CharField(max_length=255)
    credential_id = models.BinaryField(unique=True)
    credential = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """A code that stands in once for the second step; only its keyed hash is stored."""

    login = models.ForeignKey(Login, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["login", "code_hash"], name="recovery_code_once")
        ]

    def __str__(self) -> str:
        return f"{self.login_id} {'used' if self.used_at else 'unused'}"
