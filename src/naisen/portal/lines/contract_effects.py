"""What a change of a line's contract does to people and callers, before it is made (S1-10)."""

from django.utils.translation import gettext as _

from naisen.portal.frame.confirmations import Effect
from naisen.portal.lines import queries
from naisen.portal.lines.contract_actions import LineContract
from naisen.portal.lines.models import Line
from naisen.portal.people.words import names_of


def editing(line: Line, contract: LineContract) -> list[Effect]:
    """What somebody notices; nothing where only the name changes."""
    effects = []
    if contract.number != line.number:
        effects += [
            Effect(_("%(number)s への電話は鳴らなくなります") % {"number": line.number}),
            Effect(
                _("%(number)s への電話が鳴るようになります") % {"number": contract.number},
                names_of(queries.recipients(line)),
            ),
            Effect(
                _("発信者番号が %(number)s になります") % {"number": contract.number},
                names_of(queries.callers(line)),
            ),
        ]
    if contract.code != line.code:
        effects.append(
            Effect(
                _("発信で回線を選ぶ番号が変わります"),
                _("%(old)s から %(new)s になります。") % {"old": line.code, "new": contract.code},
            )
        )
    if contract.trunk != line.trunk:
        effects.append(_trunk_effect(line, contract))
    if contract.max_calls is not None and (line.max_calls is None or contract.max_calls < line.max_calls):
        effects.append(
            Effect(
                _("同時に話せる通話が%(count)sまでになります") % {"count": contract.max_calls},
                _("いまの通話は切れません。超える着信は話中になり、超える発信は断られます。"),
            )
        )
    return effects


def _trunk_effect(line: Line, contract: LineContract) -> Effect:
    if contract.trunk is None:
        return Effect(
            _("この回線では外と話せなくなります"), _("着信も発信もできません。いまの通話は切れません。")
        )
    return Effect(
        _("次の通話からトランク「%(trunk)s」を通ります") % {"trunk": contract.trunk},
        _("これまではトランク「%(trunk)s」でした。") % {"trunk": line.trunk} if line.trunk else "",
    )


def deleting(line: Line) -> list[Effect]:
    """Who rings no more, who calls no more, and who goes back to the common line."""
    rows = [
        (_("この回線への電話で鳴らなくなるユーザ"), queries.recipients(line)),
        (_("この回線で発信できなくなるユーザ"), queries.callers(line)),
        (_("共通初期回線に戻るユーザ"), queries.default_users(line)),
    ]
    effects = [Effect(text, names) for text, people in rows if (names := names_of(people))]
    if line.tenant.common_line_id == line.pk:
        effects.append(Effect(_("共通初期回線がなくなります"), _("回線を選ばない発信はできなくなります。")))
    return effects
