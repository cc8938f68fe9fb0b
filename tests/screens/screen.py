"""What the browser tests say about any screen."""

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Error, Page, ViewportSize

LOGIN = "kmy-admin"
OPERATOR = "operator"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"desktop": ViewportSize(width=1440, height=900), "narrow": ViewportSize(width=390, height=844)}
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")
# What a person typed is shown as it is, in every language.
DATA = (
    # The rates that a new database begins with.
    "国際通話(例)",
    "固定電話(例)",
    "IP電話(例)",
    "携帯電話(例)",
    "フリーダイヤル(例)",
    "ナビダイヤル(例)",
    "株式会社テスト",
    "伊藤 彩",
    "小林 恵子",
    "田中",
    "鈴木",
    "佐藤",
    "みなと物流株式会社",
    "運用 担当",
    "運",
    "営業部",
    "タナカ",
    "スズキ",
    "サトウ",
    "株",
    "伊",
)
VISIBLE_WORDS = """() => {
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  const words = [];
  for (let node = walker.currentNode; node; node = walker.nextNode()) {
    if ((node.closest ? node : node.parentElement).closest("[lang=ja], [translate=no], script, style")) continue;
    if (node.nodeType === Node.TEXT_NODE) words.push(node.textContent);
    else for (const name of ["aria-label", "placeholder", "title", "alt", "data-label", "data-prompt"])
      if (node.hasAttribute(name)) words.push(node.getAttribute(name));
  }
  return words.map((word) => word.trim()).filter(Boolean);
}"""

# A wait_for_function would have to eval inside the page, which its policy forbids.
SETTLED = """() => Promise.all(document.getAnimations()
  .filter((one) => one.effect.getTiming().iterations !== Infinity)
  .map((one) => one.finished.catch(() => undefined))).then(() => undefined)"""


class Screen:
    """A page, and everything that went wrong on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.troubles: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", self._broke)

    def leave(self) -> None:
        """Listen no longer; the page lives on."""
        self.page.remove_listener("console", self._heard)
        self.page.remove_listener("pageerror", self._broke)

    def _broke(self, error: Error) -> None:
        self.troubles.append(str(error))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(message.text)

    def look(self, size: str, theme: Any) -> None:
        """Change the window's size and the system's theme under the open page."""
        self.page.set_viewport_size(SIZES[size])
        self.page.emulate_media(color_scheme=theme)

    def violations(self) -> list[str]:
        """What axe-core finds: rule and first element of each."""
        self.page.evaluate(SETTLED)
        # It stays in the page, and its half a megabyte is read only once.
        axe = Axe("0") if self.page.evaluate("'axe' in window") else Axe()
        found = axe.run(self.page, options={"reporter": "no-passes"}).response["violations"]
        return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found]

    def overflow_px(self) -> int:
        """By how much the page is wider than the window."""
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(width))

    def japanese_left(self) -> list[str]:
        """Japanese words, those of the data aside."""
        words: list[str] = self.page.evaluate(VISIBLE_WORDS)
        for data in DATA:
            words = [word.replace(data, "") for word in words]
        return [word for word in words if JAPANESE.search(word)]

    def assert_sound(self) -> None:
        """Accessible, not wider than the window, and without a message in the console."""
        assert self.violations() == []
        assert self.overflow_px() <= 0
        assert self.troubles == []
