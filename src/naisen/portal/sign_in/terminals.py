"""What a browser is called in the list of sessions; the User-Agent header says many things at once."""

import re

# The first that matches: most browsers name others too.
BROWSERS = (
    ("Edge", re.compile(r"Edg(?:e|A|iOS)?/")),
    ("Opera", re.compile(r"OPR/")),
    ("Firefox", re.compile(r"Firefox/|FxiOS/")),
    ("Chrome", re.compile(r"Chrome/|CriOS/")),
    ("Safari", re.compile(r"Safari/")),
)
SYSTEMS = (
    ("iPhone", re.compile(r"iPhone")),
    ("iPad", re.compile(r"iPad")),
    ("Android", re.compile(r"Android")),
    ("Windows", re.compile(r"Windows")),
    ("macOS", re.compile(r"Macintosh")),
    ("ChromeOS", re.compile(r"CrOS")),
    ("Linux", re.compile(r"Linux")),
)
LONGEST = 60


def name_of(user_agent: str) -> str:
    """`Chrome · Windows`, or the header's own words when it is no known browser."""
    parts = [
        next((name for name, pattern in known if pattern.search(user_agent)), "")
        for known in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(part for part in parts if part) or user_agent[:LONGEST]
