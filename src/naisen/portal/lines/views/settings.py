"""発着信設定 of one line (S1-120)."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from naisen.portal.frame.confirmations import Confirmation, Effect, ask, go, is_confirmed
from naisen.portal.lines import queries
from naisen.portal.lines.actions import edit_line
from naisen.portal.lines.forms import GROUPS, LineForm, chosen_of
from naisen.portal.lines.models import Line
from naisen.portal.people.views.candidates import answer
from naisen.portal.people.words import names_of
from naisen.portal.refusals import Refusal, StaleVersion
from naisen.portal.sign_in.access import login_of, may_change, tenant_to_change, tenant_to_read

# Fields of the sent form that a confirmation must not send again.
ONCE = {"csrfmiddlewaretoken", "confirmed"}


@require_http_methods(["GET", "HEAD", "POST"])
def line_settings(request: HttpRequest, pk: int) -> HttpResponse:
    """The settings as stored, asking before somebody loses the line, and storing."""
    tenant = tenant_to_read(request) if request.method != "POST" else tenant_to_change(request)
    line = queries.line_or_404(tenant, pk)
    if request.method != "POST":
        return show(request, line, LineForm(line=line))
    searching = "find" in request.POST
    form = LineForm(request.POST, line=line, searching=searching)
    if searching or not form.is_valid():
        return show(request, line, form)
    effects = effects_of(line, form)
    if effects and not is_confirmed(request):
        return ask_first(request, line, effects)
    return save(request, line, form)


def save(request: HttpRequest, line: Line, form: LineForm) -> HttpResponse:
    """Carry out a valid form; a stale one comes back under the present version."""
    try:
        edit_line(
            by=login_of(request),
            line=line,
            version=form.cleaned_data["version"],
            settings=form.settings(),
            recipients=form.difference("recipients"),
            callers=form.difference("callers"),
        )
    except StaleVersion as refusal:
        data = request.POST.copy()
        data["version"] = str(line.version)
        form = LineForm(data, line=line)
        form.add_error(None, refusal.message)
    except Refusal as refusal:
        form.add_error(refusal.field, refusal.message)
    else:
        messages.success(request, _("編集に成功しました"))
        return go(request, "lines")
    return show(request, line, form)


def ask_first(request: HttpRequest, line: Line, effects: list[Effect]) -> HttpResponse:
    """The confirmation, in a dialog where the form was sent by htmx."""
    sent = [(name, value) for name, values in request.POST.lists() for value in values if name not in ONCE]
    confirmation = Confirmation(
        question=_("「%(line)s」の発着信設定を保存します、よろしいですか") % {"line": line},
        effects=effects,
        verb=_("保存"),
        action=resolve_url("line_settings", line.pk),
        back=resolve_url("line_settings", line.pk),
        fields=sent,
    )
    response = ask(request, confirmation)
    response.headers["HX-Reselect"] = "dialog"
    return response


def effects_of(line: Line, form: LineForm) -> list[Effect]:
    """What people lose; nothing when people are only added."""
    recipients, callers = form.difference("recipients"), form.difference("callers")
    losing = queries.callers(line).filter(pk__in=callers.removed)
    rows = [
        (
            _("この回線への電話で鳴らなくなるユーザ"),
            names_of(queries.recipients(line).filter(pk__in=recipients.removed)),
        ),
        (_("この回線で発信できなくなるユーザ"), names_of(losing)),
    ]
    effects = [Effect(text, names) for text, names in rows if names]
    if line.tenant.common_line_id == line.pk:
        effects += silenced(names_of(losing.filter(default_line__isnull=True)))
    remaining = queries.recipients(line).exclude(pk__in=recipients.removed)
    if recipients.removed and not recipients.added and not remaining.exists():
        effects.append(
            Effect(_("着信のユーザがいなくなります"), _("この回線への電話では、どの端末も鳴りません。"))
        )
    return effects


def silenced(names: str) -> list[Effect]:
    """Who calls out on the common line and loses it."""
    if not names:
        return []
    return [Effect(_("共通初期回線で発信できなくなるユーザ"), names)]


def show(request: HttpRequest, line: Line, form: LineForm) -> HttpResponse:
    """The page with `form`."""
    context = {"form": form, "line": line, "may_change": may_change(request)}
    return render(request, "lines/settings.html", context)


@require_safe
def line_candidates(request: HttpRequest, pk: int, group: str) -> HttpResponse:
    """The people whom the form finds by searching; who is in the group already comes ticked."""
    tenant = tenant_to_read(request)
    line = queries.line_or_404(tenant, pk)
    if group not in GROUPS:
        raise Http404
    return answer(request, tenant, group, chosen_of(line, group))
