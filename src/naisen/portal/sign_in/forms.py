"""The forms of signing in, of the settings of one's own sign-in, and of 管理者."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate, password_validation
from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from naisen.portal.people.digits import half_width
from naisen.portal.refusals import Refusal
from naisen.portal.sign_in import second_step, throttle
from naisen.portal.sign_in.models import Login

TOO_OFTEN = _("続けて間違えたため、いまは確認できません。15分ほど待ってから、もう一度お試しください。")
LOGIN_ID = RegexValidator(
    r"^[a-z0-9][a-z0-9._@-]{2,63}\Z",
    _("ログインIDは、半角の英小文字・数字・「.」「_」「@」「-」の3文字以上で入力してください。"),
)


def password_field(label: Any, *, new: bool = False, **options: Any) -> forms.CharField:
    """A password's field; the browser is told whether it may fill in the stored one."""
    autocomplete = "new-password" if new else "current-password"
    attributes = {"class": "control", "autocomplete": autocomplete}
    return forms.CharField(
        label=label, max_length=128, strip=False, widget=forms.PasswordInput(attrs=attributes), **options
    )


class Throttled(forms.Form):
    """A form that checks a secret. After too many wrong ones nothing is checked (R10)."""

    throttled = False

    def guess(self, limits: tuple[throttle.Limit, ...], is_right: Any, wrong: Any) -> Any:
        """What `is_right()` gives, counted; a ValidationError when it is nothing, or when tries are used up."""
        if not throttle.take_try(limits):
            self.throttled = True
            raise forms.ValidationError(TOO_OFTEN)
        found = is_right()
        if not found:
            raise forms.ValidationError(wrong)
        throttle.give_back(limits)
        return found


class SignInForm(Throttled):
    """ログインID and パスワード of a tenant's administrator (S1-14, D-08).

    One answer for every wrong pair: it tells nobody whether a login exists.
    """

    login_id = forms.CharField(
        label=_("ログインID"),
        max_length=64,
        widget=forms.TextInput(
            attrs={
                "class": "control",
                "autocomplete": "username",
                "autocapitalize": "none",
                "autofocus": True,
            }
        ),
    )
    password = password_field(_("パスワード"))
    login: Login | None = None

    def __init__(
        self, *args: Any, request: HttpRequest, kind: str = Login.Kind.TENANT, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.kind = request, kind

    def clean(self) -> dict[str, Any]:
        """Look the login up once both fields are there."""
        cleaned = super().clean() or {}
        if not self.errors:
            self.login = self.look_up(cleaned["login_id"], cleaned["password"])
        return cleaned

    def look_up(self, login_id: str, password: str) -> Login:
        """The login, or a ValidationError."""
        limits = throttle.limits_of_pair(self.kind, login_id, throttle.source_of(self.request))
        found = self.guess(
            limits,
            lambda: authenticate(self.request, kind=self.kind, login_id=login_id, password=password),
            _("ログインIDまたはパスワードが違います。"),
        )
        assert isinstance(found, Login)
        return found


class OwnForm(Throttled):
    """A form about the login that fills it in."""

    def __init__(self, *args: Any, request: HttpRequest, login: Login, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.login = request, login

    def check_password(self, password: str) -> str:
        """The login's present password, or a ValidationError; counted like a sign-in."""
        login = self.login
        limits = throttle.limits_of_pair(login.kind, login.login_id, throttle.source_of(self.request))
        self.guess(limits, lambda: login.check_password(password), _("現在のパスワードが違います。"))
        return password


class SecondStepForm(OwnForm):
    """The six digits of the app, or a recovery code."""

    code = forms.CharField(
        label=_("認証コード"),
        help_text=_("認証アプリに表示されている6桁の数字、または回復コードを入力してください。"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "class": "control num",
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "autofocus": True,
            }
        ),
    )

    def clean_code(self) -> str:
        """The code, which is used up by that."""
        code = half_width(self.cleaned_data["code"]).replace(" ", "")
        limits = throttle.limits_of_code(self.login.pk, throttle.source_of(self.request))
        self.guess(limits, lambda: self.is_right(code), _("認証コードが違います。"))
        return code

    def is_right(self, code: str) -> bool:
        """Whether the app shows it now, or it is an unused recovery code."""
        return second_step.check_code(login=self.login, code=code) or second_step.use_recovery_code(
            login=self.login, code=code
        )


class ConfirmForm(OwnForm):
    """The password again, before something is changed that guards the sign-in."""

    password = password_field(_("現在のパスワード"))

    def clean_password(self) -> str:
        """The right one."""
        return self.check_password(self.cleaned_data["password"])


class PasswordForm(OwnForm):
    """A new password, for somebody who knows the present one."""

    old_password = password_field(_("現在のパスワード"))
    new_password = password_field(
        _("新しいパスワード"),
        new=True,
        help_text=_("10文字以上。数字だけのもの、よく使われるもの、ログインIDに似たものは使えません。"),
    )
    again = password_field(_("新しいパスワード(確認)"), new=True)

    def clean_old_password(self) -> str:
        """The right one."""
        return self.check_password(self.cleaned_data["old_password"])

    def clean_new_password(self) -> str:
        """Neither short, nor common, nor like the login's id or name (AUTH_PASSWORD_VALIDATORS)."""
        password: str = self.cleaned_data["new_password"]
        password_validation.validate_password(password, self.login)
        return password

    def clean(self) -> dict[str, Any]:
        """Typed twice alike, and not the old one again."""
        cleaned = super().clean() or {}
        new, again = cleaned.get("new_password"), cleaned.get("again")
        if new and again and new != again:
            self.add_error("again", _("新しいパスワードと一致しません。同じものをもう一度入力してください。"))
        if new and new == cleaned.get("old_password"):
            self.add_error("new_password", _("いまと同じパスワードは使えません。"))
        return cleaned


class AppForm(forms.Form):
    """The first code of an authenticator app that is being set up."""

    code = forms.CharField(
        label=_("認証コード"),
        help_text=_("アプリに表示された6桁の数字を入力してください。"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"class": "control num", "autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
    )

    def clean_code(self) -> str:
        """Digits; full-width ones count."""
        return half_width(self.cleaned_data["code"]).replace(" ", "")


class PasskeyForm(forms.Form):
    """What a new passkey is called, and the browser's answer (passkeys.js fills it in)."""

    name = forms.CharField(
        label=_("名前"),
        help_text=_("あとで見分けられるように、端末の名前などを付けてください。"),
        max_length=100,
        widget=forms.TextInput(attrs={"class": "control", "autocomplete": "off"}),
    )
    answer = forms.CharField(required=False, widget=forms.HiddenInput)


class LoginForm(forms.Form):
    """A portal login of the tenant. `login` None adds one."""

    login_id = forms.CharField(
        label=_("ログインID"),
        help_text=_("あとから変更できません。"),
        max_length=64,
        validators=[LOGIN_ID],
        widget=forms.TextInput(
            attrs={"class": "control", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    name = forms.CharField(
        label=_("氏名"),
        max_length=100,
        widget=forms.TextInput(attrs={"class": "control", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("メールアドレス"),
        required=False,
        widget=forms.EmailInput(attrs={"class": "control", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("権限"),
        help_text=_("「閲覧のみ」の人は、すべての画面を見られますが、変更はできません。"),
        choices=Login.Role.choices,
        initial=Login.Role.ADMINISTRATOR,
        widget=forms.RadioSelect(attrs={"class": "check"}),
    )

    def __init__(self, *args: Any, login: Login | None = None, **kwargs: Any) -> None:
        if login is not None:
            kwargs["initial"] = {"name": login.name, "email": login.email, "role": login.role}
        super().__init__(*args, **kwargs)
        if login is not None:
            del self.fields["login_id"]

    def refuse(self, refusal: Refusal) -> None:
        """Show at its field what an action refused."""
        self.add_error(refusal.field, refusal.message)
