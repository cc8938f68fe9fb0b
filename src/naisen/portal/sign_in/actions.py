"""What a login may change about itself."""

from django.conf import settings

from naisen.portal.sign_in.models import Login


def choose_language(*, login: Login, language: str) -> None:
    """Remember the portal's language for `login`; a language that does not exist changes nothing."""
    if language in dict(settings.LANGUAGES) and login.language != language:
        login.language = language
        login.save(update_fields=["language"])
