"""Every write to trunks (C-08): the operator's, for all tenants. Passwords are sealed, never shown again."""

import ipaddress
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from naisen.portal import sealing
from naisen.portal.audit.actions import record
from naisen.portal.devices.secrets import ha1
from naisen.portal.lines.models import Line, Trunk
from naisen.portal.refusals import Refusal, StaleVersion
from naisen.portal.sign_in.models import Login

# A carrier's calls come from a few addresses; a wider network would let strangers in.
WIDEST_IPV4, WIDEST_IPV6 = 24, 120


@dataclass(frozen=True, kw_only=True)
class TrunkData:
    """What the form says about a trunk. `password` None leaves it as it is."""

    name: str
    kind: str
    host: str
    port: int = 5060
    transport: str = Trunk.Transport.UDP
    number_format: str = Trunk.NumberFormat.NATIONAL
    auth_user: str = ""
    realm: str = ""
    password: str | None = field(default=None, repr=False)
    sources: tuple[str, ...] = ()


@transaction.atomic
def register_trunk(*, by: Login | None, data: TrunkData) -> Trunk:
    """Create a trunk. Raises Refusal with the field that it belongs to."""
    trunk = Trunk(**_columns(data))
    check(data, trunk)
    trunk.save()
    _seal(trunk, data)
    trunk.save()
    record(by=by, tenant=None, action="register", subject=trunk, after=snapshot(trunk))
    return trunk


@transaction.atomic
def edit_trunk(*, by: Login | None, trunk: Trunk, stamp: str, data: TrunkData) -> Trunk:
    """Replace what is known of a trunk; StaleVersion where it is not what `stamp` was made of."""
    trunk = locked(trunk)
    before = snapshot(trunk)
    if stamp != stamp_of(trunk):
        raise StaleVersion(
            _(
                "開いているあいだに、ほかの人がこのトランクを変更しました。内容を確認してもう一度保存してください。"
            )
        )
    check(data, trunk)
    for name, value in _columns(data).items():
        setattr(trunk, name, value)
    _seal(trunk, data)
    trunk.save()
    after = snapshot(trunk)
    if data.password:
        before, after = {**before, "password": "•••"}, {**after, "password": "••• →"}
    if before != after:
        record(by=by, tenant=None, action="edit", subject=trunk, before=before, after=after)
    return trunk


@transaction.atomic
def delete_trunk(*, by: Login | None, trunk: Trunk) -> None:
    """Delete a trunk that carries no line; Refusal otherwise."""
    trunk = locked(trunk)
    refuse_used(trunk)
    record(by=by, tenant=None, action="delete", subject=trunk, before=snapshot(trunk))
    trunk.delete()


def refuse_used(trunk: Trunk) -> None:
    """Raise Refusal while lines go over the trunk."""
    count = Line.objects.filter(trunk=trunk).count()
    if count:
        raise Refusal(
            _("このトランクを使う回線が%(count)s本あります。先に回線を別のトランクに移してください。")
            % {"count": count}
        )


def check(data: TrunkData, trunk: Trunk) -> None:
    """Raise Refusal where the data do not make a working trunk; `trunk` is the one as stored."""
    if Trunk.objects.filter(name=data.name).exclude(pk=trunk.pk).exists():
        raise Refusal(_("同じ名前のトランクがあります。別の名前にしてください。"), field="name")
    if data.kind == Trunk.Kind.REGISTERING:
        _check_registering(data, trunk)
    elif not data.sources:
        raise Refusal(
            _("発信元アドレスを1つ以上入力してください。ここにないアドレスからの電話は受けません。"),
            field="sources",
        )
    else:
        refuse_shared(data, trunk)


def _check_registering(data: TrunkData, trunk: Trunk) -> None:
    if not data.auth_user:
        raise Refusal(_("ユーザ名を入力してください。登録するトランクには必要です。"), field="auth_user")
    if data.password:
        return
    if not trunk.secret:
        raise Refusal(_("パスワードを入力してください。登録するトランクには必要です。"), field="password")
    if (data.auth_user, data.realm or data.host) != (trunk.auth_user, trunk.realm):
        raise Refusal(_("ユーザ名かレルムを変えるときは、パスワードも入力してください。"), field="password")


def refuse_shared(data: TrunkData, trunk: Trunk) -> None:
    """Raise Refusal where two trunks known by address would claim the same address."""
    others = Trunk.objects.filter(kind=Trunk.Kind.BY_ADDRESS).exclude(pk=trunk.pk)
    for other in others:
        for source in data.sources:
            if any(overlap(source, theirs) for theirs in other.sources):
                raise Refusal(
                    _("%(source)s はトランク「%(other)s」の発信元アドレスと重なります。")
                    % {"source": source, "other": other.name},
                    field="sources",
                )


def overlap(one: str, other: str) -> bool:
    """Whether two addresses or networks have an address in common."""
    a, b = ipaddress.ip_network(one), ipaddress.ip_network(other)
    if isinstance(a, ipaddress.IPv4Network):
        return isinstance(b, ipaddress.IPv4Network) and a.overlaps(b)
    return isinstance(b, ipaddress.IPv6Network) and a.overlaps(b)


def source_of(text: str) -> str:
    """An address, or a network of at most 256 addresses, as it is stored; ValueError with what to do."""
    try:
        network = ipaddress.ip_network(text)
    except ValueError as error:
        raise ValueError(
            _("%(text)s は正しいアドレスではありません。例: 203.0.113.10 または 203.0.113.0/28")
            % {"text": text}
        ) from error
    widest = WIDEST_IPV4 if network.version == 4 else WIDEST_IPV6
    if network.prefixlen < widest:
        raise ValueError(
            _("%(text)s は広すぎます。/%(widest)s 以下の範囲に分けて入力してください。")
            % {"text": text, "widest": widest}
        )
    if network.is_multicast or network.network_address.is_unspecified:
        raise ValueError(_("%(text)s は発信元アドレスになりません。") % {"text": text})
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def password_of(trunk: Trunk) -> str:
    """The password that was typed; raises sealing.Broken."""
    return sealing.unseal(trunk.secret or b"", bound_to=_bound_to(trunk))


def snapshot(trunk: Trunk) -> dict[str, Any]:
    """Field name → plain value, for the audit trail. Never the password."""
    return {
        "name": trunk.name,
        "kind": trunk.kind,
        "host": trunk.host,
        "port": trunk.port,
        "transport": trunk.transport,
        "number_format": trunk.number_format,
        "auth_user": trunk.auth_user,
        "realm": trunk.realm,
        "sources": list(trunk.sources),
    }


def stamp_of(trunk: Trunk) -> str:
    """What tells whether a trunk is still the one that a form showed; the password counts."""
    return sealing.fingerprint(f"{snapshot(trunk)}|{trunk.auth_ha1}", purpose="trunk")


def locked(trunk: Trunk) -> Trunk:
    """The row as it is now, locked until the transaction ends; Refusal where it is gone."""
    current = Trunk.objects.select_for_update().filter(pk=trunk.pk).first()
    if current is None:
        raise Refusal(_("このトランクはなくなっています。一覧に戻ってください。"))
    return current


def _columns(data: TrunkData) -> dict[str, Any]:
    registering = data.kind == Trunk.Kind.REGISTERING
    return {
        "name": data.name,
        "kind": data.kind,
        "host": data.host,
        "port": data.port,
        "transport": data.transport,
        "number_format": data.number_format,
        "auth_user": data.auth_user,
        # The digest is of the realm (RFC 7616); most carriers use their host name.
        "realm": (data.realm or data.host) if registering or data.auth_user else "",
        "sources": list(data.sources),
    }


def _seal(trunk: Trunk, data: TrunkData) -> None:
    """Keep the password as cipher text, and for the edge the digest alone (rule 8)."""
    if not data.auth_user:
        trunk.secret, trunk.auth_ha1 = None, ""
    elif data.password:
        trunk.secret = sealing.seal(data.password, bound_to=_bound_to(trunk))
        trunk.auth_ha1 = ha1(login=trunk.auth_user, domain=trunk.realm, password=data.password)


def _bound_to(trunk: Trunk) -> str:
    return f"trunk|{trunk.pk}"
