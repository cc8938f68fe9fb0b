"""Numbers as people type them in Japan."""

# How people write a telephone number, besides its digits.
BETWEEN_DIGITS = str.maketrans({"＋": "+", **dict.fromkeys("-‐－ー−() 　()", None)})
FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def half_width(text: str) -> str:
    """`text` with full-width digits as ASCII digits and outer spaces gone; nothing else changes."""
    return text.translate(FULL_WIDTH).strip()


def telephone_number(text: str) -> str:
    """`text` as digits, perhaps after a plus sign: hyphens, brackets and spaces go."""
    return half_width(text).translate(BETWEEN_DIGITS)
