"""Chapters as a tree that manual.typ sets: names and values only, nothing that typst could run."""

from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from naisen.portal.help_pages.source import IMAGES, Page

Node = dict[str, Any]

# Markdown's name → the template's.
CONTAINERS = {
    "paragraph": "paragraph",
    "bullet_list": "bullets",
    "ordered_list": "steps",
    "list_item": "item",
    "table": "table",
    "tr": "row",
    "th": "cell",
    "td": "cell",
    "blockquote": "note",
    "strong": "strong",
    "em": "emphasis",
    "link": "plain",
    "inline": "plain",
    "thead": "plain",
    "tbody": "plain",
}


class NotForPaper(ValueError):
    """The source has a kind of Markdown that the PDF does not know."""


def chapter_tree(page: Page) -> Node:
    """`title` and `body` of one chapter."""
    return {"name": page.name, "title": page.title, "body": body_tree(page.body)}


def body_tree(tokens: Sequence[Token]) -> list[Node]:
    """The nodes of a chapter, each with its `kind`, and `text` or `children` as the kind has it."""
    return list(_nodes(SyntaxTreeNode(tokens).children))


def _nodes(children: Sequence[SyntaxTreeNode]) -> Iterator[Node]:
    for child in children:
        node = _node(child)
        # typst sets no block inside a paragraph: a picture stands for itself.
        is_picture = node["kind"] == "paragraph" and [c["kind"] for c in node["children"]] == ["picture"]
        if node["kind"] == "plain" or is_picture:
            yield from node["children"]
        else:
            yield node


def _node(node: SyntaxTreeNode) -> Node:
    """One node; raises NotForPaper."""
    match node.type:
        case "text":
            return {"kind": "text", "text": node.content}
        case "code_inline":
            return {"kind": "code", "text": node.content}
        case "softbreak":
            return {"kind": "text", "text": " "}
        case "hardbreak":
            return {"kind": "break"}
        case "heading":
            return {"kind": "heading", "level": int(node.tag[1]), "children": list(_nodes(node.children))}
        case "fence" | "code_block":
            return {"kind": "block", "text": node.content.rstrip("\n")}
        case "image":
            file = IMAGES / str(node.attrs["src"]).rpartition("/")[2]
            return {"kind": "picture", "file": f"/{file.name}", "text": node.content}
        case kind if kind in CONTAINERS:
            return {"kind": CONTAINERS[kind], "children": list(_nodes(node.children))}
        case kind:
            raise NotForPaper(kind)
