"""How a rule of the portal says no, in words for the clerk."""


class Refusal(Exception):
    """An action is not allowed; nothing was changed.

    `message` is a translated sentence that says what to do. `field` is the form field that it
    belongs to, or None when it belongs to the whole form.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class StaleVersion(Refusal):
    """Somebody else saved the object after this form was opened; nothing was overwritten."""
