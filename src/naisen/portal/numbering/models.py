"""What can be dialled inside a tenant: one table over people, departments and services (S1-32, D-09)."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Deferrable, Q
from django.utils.translation import gettext_lazy as _

from naisen.portal.tenants.models import Tenant
from naisen.routing.japan import EMERGENCY

DIGITS = r"^[0-9]{1,7}$"


class Number(models.Model):
    """An extension: 1 to 7 digits that belong to exactly one person, department or service."""

    class Kind(models.TextChoices):
        """What owns a number."""

        PERSON = "person", _("ユーザ")
        DEPARTMENT = "department", _("所属")
        SERVICE = "service", _("サービス")

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    digits = models.CharField(max_length=7, validators=[RegexValidator(DIGITS)])
    kind = models.CharField(max_length=10, choices=Kind)

    class Meta:
        constraints: ClassVar = [
            # Deferred, so that two people can swap extensions in one transaction (S1-71).
            models.UniqueConstraint(
                fields=["tenant", "digits"], name="number_once_per_tenant", deferrable=Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=Q(digits__regex=DIGITS), name="number_digits"),
            # They reach the police, the coast guard, fire and ambulance, whatever else there is (C-12).
            models.CheckConstraint(condition=~Q(digits__in=list(EMERGENCY)), name="number_not_emergency"),
        ]

    def __str__(self) -> str:
        return self.digits
