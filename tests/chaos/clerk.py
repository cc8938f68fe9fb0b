"""A clerk at a browser without scripts: signs in, reads forms, sends them back with something changed."""

import http.client
import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

PATIENCE_S = 10.0
Values = dict[str, list[str]]


class Away(Exception):
    """The portal did not answer, or said that it could not: whether it did anything is unknown."""


@dataclass
class Answer:
    """What came back in the end, and where that was."""

    url: str
    text: str


class Forms(HTMLParser):
    """Every form of a page: its action, and the values that a browser would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, Values]] = []
        self._select, self._area = "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Note fields."""
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self.forms.append((given.get("action") or "", {}))
        elif tag == "input" and name:
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked and given.get("type") not in ("file", "submit"):
                self._add(name, value)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self._add(self._select, value)
        elif tag == "textarea":
            self._area = name
            self._add(name, "")

    def handle_data(self, data: str) -> None:
        """The text of a textarea."""
        if self._area and self.forms:
            self.forms[-1][1][self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        """Leave a select or a textarea."""
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def _add(self, name: str, value: str) -> None:
        if self.forms:
            self.forms[-1][1].setdefault(name, []).append(value)


@dataclass
class Clerk:
    """Signed in at `base` after `sign_in`."""

    base: str
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def sign_in(self, login: str, password: str) -> None:
        """Sign in; the portal must be up."""
        self.send("/sign-in/", "/sign-in/", {"login_id": [login], "password": [password]})

    def get(self, path: str) -> Answer:
        """A page."""
        return self._ask(urllib.request.Request(urllib.parse.urljoin(self.base, path)))

    def form(self, path: str, action: str) -> Values:
        """The values of the form on the page at `path` that is sent to `action`."""
        found = [values for to, values in Forms(self.get(path).text).forms if to in (action, "")]
        if not found:
            raise Away(path)
        return max(found, key=len)

    def send(self, path: str, action: str, changed: Mapping[str, list[str]]) -> Answer:
        """Send the form at `path` to `action`, with some of its values changed."""
        values = {**self.form(path, action), **changed}
        return self.post(action, values)

    def post(self, action: str, values: Mapping[str, list[str]]) -> Answer:
        """Send these values, with the token that the cookie wants."""
        body = urllib.parse.urlencode({**values, "csrfmiddlewaretoken": [self.token]}, doseq=True)
        return self._post(action, body.encode(), "application/x-www-form-urlencoded")

    def upload(self, action: str, name: str, content: bytes) -> Answer:
        """Send a file."""
        mark = uuid.uuid4().hex
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{self.token}\r\n'
        )
        file = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = (head + file).encode() + content + f"\r\n--{mark}--\r\n".encode()
        return self._post(action, body, f"multipart/form-data; boundary={mark}")

    @property
    def token(self) -> str:
        """What the portal wants back of the cookie."""
        return next((cookie.value or "" for cookie in self.jar if cookie.name == "csrftoken"), "")

    def _post(self, path: str, body: bytes, content_type: str) -> Answer:
        headers = {"Content-Type": content_type, "Referer": self.base}
        url = urllib.parse.urljoin(self.base, path)
        return self._ask(urllib.request.Request(url, body, headers))

    def _ask(self, request: urllib.request.Request) -> Answer:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        try:
            with opener.open(request, timeout=PATIENCE_S) as answer:
                return Answer(answer.url, answer.read().decode())
        except (OSError, http.client.HTTPException) as error:
            raise Away(str(error)) from error
