"""Every write to the second step of a sign-in: authenticator app, recovery codes, passkeys. All audited."""

import secrets

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from naisen.portal import sealing
from naisen.portal.refusals import Refusal
from naisen.portal.sign_in import passkeys, totp
from naisen.portal.sign_in.actions import record_own
from naisen.portal.sign_in.models import AuthenticatorApp, Login, Passkey, RecoveryCode

RECOVERY_CODES = 10
# Two groups of five, of letters and digits that are not easily mistaken for others: 49 bits.
RECOVERY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUP = 5
MOST_PASSKEYS = 20


def has_second_step(login: Login) -> bool:
    """Whether a password alone does not sign this login in."""
    app = AuthenticatorApp.objects.filter(login=login)
    return app.exists() or Passkey.objects.filter(login=login).exists()


@transaction.atomic
def set_up_app(*, login: Login, secret: str, code: str) -> list[str]:
    """Turn the authenticator app on, once it shows the right code. Returns new recovery codes, if any.

    An app that was there before is replaced. Raises Refusal (field `code`).
    """
    step = totp.matching_step(secret, code, at=timezone.now())
    if step is None:
        raise Refusal(_("コードが違います。アプリにいま表示されている6桁を入力してください。"), field="code")
    AuthenticatorApp.objects.filter(login=login).delete()
    sealed = sealing.seal(secret, bound_to=_bound_to(login))
    AuthenticatorApp.objects.create(login=login, secret=sealed, last_step=step)
    record_own(login=login, action="add_app")
    return _first_codes(login)


@transaction.atomic
def remove_app(*, login: Login) -> None:
    """Turn the authenticator app off."""
    if AuthenticatorApp.objects.filter(login=login).delete()[0]:
        record_own(login=login, action="remove_app")
        _forget_needless_codes(login)


def check_code(*, login: Login, code: str) -> bool:
    """Whether this is the app's present code, and has not been used before."""
    app = AuthenticatorApp.objects.filter(login=login).first()
    if app is None:
        return False
    secret = sealing.unseal(app.secret, bound_to=_bound_to(login))
    step = totp.matching_step(secret, code, at=timezone.now(), after=app.last_step)
    if step is None:
        return False
    return AuthenticatorApp.objects.filter(pk=app.pk, last_step__lt=step).update(last_step=step) == 1


@transaction.atomic
def use_recovery_code(*, login: Login, code: str) -> bool:
    """Whether this is one of the login's recovery codes; it is used up by that."""
    unused = RecoveryCode.objects.filter(login=login, code_hash=_hash(login, code), used_at=None)
    if unused.update(used_at=timezone.now()) != 1:
        return False
    record_own(login=login, action="use_recovery_code", after={"codes_left": codes_left(login)})
    return True


@transaction.atomic
def renew_recovery_codes(*, login: Login) -> list[str]:
    """Make new recovery codes; the old ones stop working. They are readable only now."""
    record_own(login=login, action="renew_recovery_codes")
    return _make_codes(login)


def codes_left(login: Login) -> int:
    """How many recovery codes have not been used."""
    return RecoveryCode.objects.filter(login=login, used_at=None).count()


@transaction.atomic
def add_passkey(*, request: HttpRequest, login: Login, name: str, answer: str) -> list[str]:
    """Store the passkey that the browser made. Returns new recovery codes, if any; raises Refusal."""
    try:
        made = passkeys.created(request, answer)
    except passkeys.WrongAnswer as error:
        raise Refusal(_("パスキーを確認できませんでした。もう一度登録してください。")) from error
    data = made.credential_data
    if data is None or Passkey.objects.filter(credential_id=data.credential_id).exists():
        raise Refusal(_("このパスキーはすでに登録されています。"))
    if login.passkeys.count() >= MOST_PASSKEYS:
        raise Refusal(_("これ以上は登録できません。使わないパスキーを削除してください。"))
    Passkey.objects.create(
        login=login,
        name=name,
        host=passkeys.host_of(request),
        credential_id=data.credential_id,
        credential=bytes(data),
        sign_count=made.counter,
    )
    record_own(login=login, action="add_passkey", after={"passkey": name})
    return _first_codes(login)


@transaction.atomic
def remove_passkey(*, login: Login, pk: int) -> bool:
    """Take a passkey of this login away. Returns whether there was one."""
    passkey = Passkey.objects.select_for_update().filter(login=login, pk=pk).first()
    if passkey is None:
        return False
    record_own(login=login, action="remove_passkey", before={"passkey": passkey.name})
    passkey.delete()
    _forget_needless_codes(login)
    return True


def use_passkey(*, request: HttpRequest, answer: str, login: Login | None = None) -> Login:
    """The login whose passkey the answer proves; raises passkeys.WrongAnswer."""
    passkey = passkeys.used(request, answer, login)
    passkey.last_used_at = timezone.now()
    passkey.save(update_fields=["sign_count", "last_used_at"])
    return passkey.login


def forget_everything(login: Login) -> None:
    """Take away app, passkeys and recovery codes; the caller audits it."""
    for model in (AuthenticatorApp, Passkey, RecoveryCode):
        model.objects.filter(login=login).delete()


def _first_codes(login: Login) -> list[str]:
    return [] if codes_left(login) else _make_codes(login)


def _make_codes(login: Login) -> list[str]:
    RecoveryCode.objects.filter(login=login).delete()
    codes = [f"{_group()}-{_group()}" for _number in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(login=login, code_hash=_hash(login, code)) for code in codes
    )
    return codes


def _group() -> str:
    return "".join(secrets.choice(RECOVERY_ALPHABET) for _number in range(GROUP))


def _hash(login: Login, code: str) -> str:
    plain = "".join(code.lower().split()).replace("-", "")
    return sealing.fingerprint(f"{login.pk}|{plain}", purpose="recovery code")


def _forget_needless_codes(login: Login) -> None:
    """Recovery codes stand in for a second step: without one they are worth nothing."""
    if not has_second_step(login):
        RecoveryCode.objects.filter(login=login).delete()


def _bound_to(login: Login) -> str:
    return f"authenticator app|{login.pk}"
