"""The one exception the command line shows: a line a person can act on."""


class StartError(Exception):
    """Naisen cannot start, or a part of it cannot; the text is one line that says what to do."""
