"""Stop, resume and delete the ticked people, after a confirmation (S1-25, S1-63, S1-64)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from naisen.portal.frame.confirmations import Confirmation, Effect, ask, go, is_confirmed
from naisen.portal.people import queries
from naisen.portal.people.actions import delete_people, resume_people, stop_people
from naisen.portal.people.models import Person
from naisen.portal.sign_in.access import login_of, tenant_to_change


@dataclass(frozen=True, kw_only=True)
class Bulk:
    """One of the three. `route` is its own address, `back` the list that it is offered on."""

    route: str
    back: str
    act: Callable[..., int]
    question: str | Promise
    verb: str | Promise
    lines: tuple[str | Promise, ...]
    effect: Callable[[Person], str]
    done: Callable[[int], str]
    danger: bool = True


def falls_silent(person: Person) -> str:
    """What a stop does to one person's phones and departments."""
    count = getattr(person, "device_count", 0)
    parts = [
        ngettext(
            "%(count)s台の端末で発信も着信もできなくなります。",
            "%(count)s台の端末で発信も着信もできなくなります。",
            count,
        )
        % {"count": count}
        if count
        else _("使っている端末はありません。")
    ]
    names = "、".join(department.name for department in person.departments.all())
    if names:
        parts.append(_("所属「%(names)s」の呼び出しでも鳴りません。") % {"names": names})
    return " ".join(parts)


def works_again(person: Person) -> str:
    """What resuming does."""
    return _("%(count)s台の端末で発信と着信ができるようになります。") % {
        "count": getattr(person, "device_count", 0)
    }


def is_lost(person: Person) -> str:
    """What deleting does."""
    return _("内線番号は空き番号になり、%(count)s台の端末は未使用になります。") % {
        "count": getattr(person, "device_count", 0)
    }


STOP = Bulk(
    route="people_stop",
    back="people",
    act=stop_people,
    question=gettext_lazy("選択したユーザを停止します、よろしいですか"),
    verb=gettext_lazy("停止する"),
    lines=(gettext_lazy("内線番号はそのまま残り、停止ユーザ一覧からいつでも再開できます。"),),
    effect=falls_silent,
    done=lambda count: (
        ngettext("%(count)s人を停止しました", "%(count)s人を停止しました", count) % {"count": count}
    ),
)
RESUME = Bulk(
    route="people_resume",
    back="stopped_people",
    act=resume_people,
    question=gettext_lazy("選択したユーザを再開します、よろしいですか"),
    verb=gettext_lazy("再開する"),
    lines=(gettext_lazy("ユーザ一覧に戻ります。"),),
    effect=works_again,
    done=lambda count: (
        ngettext("%(count)s人を再開しました", "%(count)s人を再開しました", count) % {"count": count}
    ),
    danger=False,
)
DELETE = Bulk(
    route="people_delete",
    back="stopped_people",
    act=delete_people,
    question=gettext_lazy("選択したユーザを削除します、よろしいですか"),
    verb=gettext_lazy("削除する"),
    lines=(gettext_lazy("完全に削除され、元に戻せません。"),),
    effect=is_lost,
    done=lambda count: (
        ngettext("%(count)s人を削除しました", "%(count)s人を削除しました", count) % {"count": count}
    ),
)


@require_POST
def people_stop(request: HttpRequest) -> HttpResponse:
    """選択した項目を停止する."""
    return carry_out(request, STOP)


@require_POST
def people_resume(request: HttpRequest) -> HttpResponse:
    """選択した項目を再開する."""
    return carry_out(request, RESUME)


@require_POST
def people_delete(request: HttpRequest) -> HttpResponse:
    """選択した項目を削除する."""
    return carry_out(request, DELETE)


def carry_out(request: HttpRequest, bulk: Bulk) -> HttpResponse:
    """Ask once, then do it."""
    tenant = tenant_to_change(request)
    ids = [int(pk) for pk in request.POST.getlist("ids") if pk.isascii() and pk.isdigit() and len(pk) < 19]
    chosen = queries.chosen(tenant, ids)
    if not chosen:
        messages.error(request, _("ユーザが選ばれていません。一覧で選んでから、もう一度操作してください。"))
        return go(request, bulk.back)
    if not is_confirmed(request):
        return ask(request, confirmation(bulk, chosen))
    messages.success(request, bulk.done(bulk.act(by=login_of(request), tenant=tenant, people=chosen)))
    return go(request, bulk.back)


def confirmation(bulk: Bulk, chosen: list[Person]) -> Confirmation:
    """Names everybody, and says what will happen to their phones."""
    return Confirmation(
        question=str(bulk.question),
        effects=[Effect(str(person), bulk.effect(person)) for person in chosen],
        lines=[str(line) for line in bulk.lines],
        verb=str(bulk.verb),
        action=resolve_url(bulk.route),
        back=resolve_url(bulk.back),
        danger=bulk.danger,
        fields=[("ids", str(person.pk)) for person in chosen],
    )
