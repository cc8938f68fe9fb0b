"""`replace` for what a call goes through many times: a third of the edge's own time went into the stock one."""

from typing import Any, TypeVar

Item = TypeVar("Item")


def replace(item: Item, **values: Any) -> Item:
    """What `dataclasses.replace` returns, for frozen dataclasses without slots and without a `__post_init__`.

    It takes the fields as they are instead of handing each to `__init__`: 1 µs, where that takes 15.
    """
    changed: Item = object.__new__(type(item))
    changed.__dict__.update(item.__dict__, **values)
    return changed
