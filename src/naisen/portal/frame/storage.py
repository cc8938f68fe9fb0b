"""Static files with hashed names."""

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Hashed and compressed names once `prepare_assets` has run; before that, the plain names.

    A page whose assets were not prepared still works: WhiteNoise then serves the sources.
    """

    manifest_strict = False

    def url(self, name: str | None, force: bool = False) -> str:
        """The address of `name`."""
        if name and not self.hashed_files:
            return f"{settings.STATIC_URL}{name}"
        return str(super().url(name, force))
