"""初期回線一括設定 (S1-90): the lines, and per line the people whose default one it is."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from naisen.portal.frame.confirmations import Confirmation, Effect, ask, go, is_confirmed, is_partial
from naisen.portal.frame.paging import page_context
from naisen.portal.lines import queries
from naisen.portal.lines.default_actions import set_default_line
from naisen.portal.lines.default_effects import default_effects
from naisen.portal.lines.forms import LineSearch
from naisen.portal.lines.models import Line
from naisen.portal.lines.ticks import Ticks, joined, mentioned
from naisen.portal.people import queries as people_queries
from naisen.portal.people.choosing import Difference
from naisen.portal.people.forms import PeopleSearch
from naisen.portal.people.words import names_of
from naisen.portal.refusals import Refusal
from naisen.portal.sign_in.access import login_of, may_change, tenant_to_change, tenant_to_read
from naisen.portal.tenants.models import Tenant

# A confirmation names so many people (D-04); the others are counted.
NAMED = 50


@require_safe
def default_lines(request: HttpRequest) -> HttpResponse:
    """初期回線一括設定 回線一覧."""
    tenant = tenant_to_read(request)
    search = LineSearch(request.GET)
    context = page_context(request, queries.search(queries.lines(tenant), **search.criteria()))
    context["search"] = search
    page = "lines/default_results.html" if is_partial(request) else "lines/default_list.html"
    return render(request, page, context)


@require_http_methods(["GET", "HEAD", "POST"])
def default_line_people(request: HttpRequest, pk: int) -> HttpResponse:
    """The people, with a tick where the line is theirs; a sent form turns the page and keeps the ticks."""
    tenant = tenant_to_read(request)
    line = queries.line_or_404(tenant, pk)
    sent = request.POST if request.method == "POST" else request.GET
    search = PeopleSearch(sent, tenant=tenant)
    everybody = people_queries.people(tenant)
    found = people_queries.search(everybody, tenant=tenant, **search.criteria()).order_by("serial")
    ticks = ticks_of(line, sent)
    if "all" in sent:
        stored = queries.default_users(line).values_list("pk", flat=True)
        ticks = ticks.everybody(found.values_list("pk", flat=True), stored, on=sent["all"] == "on")
    context = page_context(request, found, sent=sent)
    people = list(context["page"])
    context |= {
        "line": line,
        "search": search,
        "ticks": ticks,
        "rows": [
            (person, ticks.has(person.pk, stored=person.default_line_id == line.pk)) for person in people
        ],
        "here": joined(person.pk for person in people),
        "may_change": may_change(request),
    }
    page = "lines/default_people_results.html" if is_partial(request) else "lines/default_people.html"
    return render(request, page, context)


@require_POST
def default_line_save(request: HttpRequest, pk: int) -> HttpResponse:
    """+ 選択した項目を登録する: ask, saying what it means for whom, then do it."""
    tenant = tenant_to_change(request)
    line = queries.line_or_404(tenant, pk)
    change = ticks_of(line, request.POST).change
    back = resolve_url("default_line_people", line.pk)
    effects = effects_of(tenant, line, change)
    if not effects:
        messages.error(request, _("変更がありません。ユーザを選ぶか、選択を外してから登録してください。"))
        return go(request, back)
    if not is_confirmed(request):
        return ask(request, confirmation(line, change, effects))
    try:
        set_default_line(by=login_of(request), line=line, change=change)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("登録に成功しました"))
    return go(request, back)


def ticks_of(line: Line, sent: QueryDict) -> Ticks:
    """The changes that a form carries."""
    stored = queries.default_users(line).filter(pk__in=mentioned(sent)).values_list("pk", flat=True)
    return Ticks.of(sent, stored)


def confirmation(line: Line, change: Difference, effects: list[Effect]) -> Confirmation:
    """Says who gets the line, for whom it is new, and who returns to the common line."""
    return Confirmation(
        question=_("「%(line)s」の初期回線の設定を登録します、よろしいですか") % {"line": line},
        effects=effects,
        verb=_("登録する"),
        action=resolve_url("default_line_save", line.pk),
        back=resolve_url("default_line_people", line.pk),
        fields=Ticks(change).fields(),
    )


def effects_of(tenant: Tenant, line: Line, change: Difference) -> list[Effect]:
    """What the change does to people's outgoing calls; nothing when nobody's changes."""
    effects = default_effects(line, change)
    common = tenant.common_line or _("未設定")
    rows = [
        (_("この回線が初期回線になるユーザ"), effects.getting),
        (_("この回線が発信回線にも新しく加わるユーザ"), effects.granted),
        (_("共通初期回線「%(line)s」に戻るユーザ") % {"line": common}, effects.returning),
        (
            _("共通初期回線の発信に選ばれていないため、回線を選ばずに発信できなくなるユーザ"),
            effects.silent,
        ),
    ]
    named = [(text, names_of(people, limit=NAMED)) for text, people in rows]
    return [Effect(text, names) for text, names in named if names]
