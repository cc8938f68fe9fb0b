"""The form of サークル設定."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from naisen.portal.tenants.actions import TenantSettings
from naisen.portal.tenants.models import Tenant

YES, NO = "yes", "no"


class TenantForm(forms.Form):
    """A tenant's settings, and hidden beside them what the clerk has seen (`seen`)."""

    allows_phone_login = forms.ChoiceField(
        label=_("端末操作でのログイン"),
        help_text=_(
            "使用するときは、未使用の端末から内線番号とパスワードでログインでき、未使用の端末は「ログイン待ち」と表示されます。"
        ),
        choices=[(NO, _("使用しない")), (YES, _("使用する"))],
        widget=forms.RadioSelect(attrs={"class": "check"}),
    )
    seen = forms.ChoiceField(choices=[(NO, NO), (YES, YES)], widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, tenant: Tenant, may_change: bool) -> None:
        now = YES if tenant.allows_phone_login else NO
        super().__init__(data, initial={"allows_phone_login": now, "seen": now})
        for field in self.fields.values():
            field.disabled = not may_change

    def settings(self) -> TenantSettings:
        """The valid form as the action takes it."""
        return TenantSettings(allows_phone_login=self.cleaned_data["allows_phone_login"] == YES)

    def seen_settings(self) -> TenantSettings:
        """What the page showed when it was opened."""
        return TenantSettings(allows_phone_login=self.cleaned_data["seen"] == YES)
