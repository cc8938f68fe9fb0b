"""Whether a login or a domain that nobody has is nearly a device's: a digit left out, capitals, an old domain."""

from dataclasses import dataclass

CLOSE = 1
"""So many letters may be wrong, missing, too many or swapped."""


@dataclass(frozen=True)
class Names:
    """What a phone may be told to log in as: its own login and domain, and what is mistaken for the login."""

    login: str = ""
    domain: str = ""
    extension: str = ""
    code: str = ""


def resemblance(names: Names, login: str, domain: str) -> str:
    """What was typed wrong: 'login', 'domain', or '' when it was somebody else's attempt.

    With the right domain the login may be nearly right, or the extension, or the ID of the lists. With a
    wrong domain the login must be right.
    """
    if domain.casefold() != names.domain.casefold():
        return "domain" if login.casefold() == names.login.casefold() else ""
    return "login" if login != names.login and _is_nearly(names, login) else ""


def _is_nearly(names: Names, login: str) -> bool:
    typed, own = login.casefold(), names.login.casefold()
    if typed in (own, names.extension or None, names.code or None):
        return True
    return len(own) > 3 and not _is_a_neighbour(typed, own) and is_close(typed, own)


def _is_a_neighbour(typed: str, own: str) -> bool:
    """kmy00002 is no misspelt kmy00001: logins are counted up, so one digit for another tells nothing."""
    differing = [(a, b) for a, b in zip(typed, own, strict=False) if a != b]
    return len(typed) == len(own) and len(differing) == 1 and "".join(differing[0]).isdigit()


def is_close(one: str, other: str) -> bool:
    """Whether at most CLOSE letters differ (Damerau-Levenshtein, neighbours swapped count as one)."""
    if abs(len(one) - len(other)) > CLOSE:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        previous, row, older = row, [i], before
        for j, b in enumerate(other, 1):
            best = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, older[j - 2] + 1)
            row.append(best)
        before = previous
    return row[-1] <= CLOSE
