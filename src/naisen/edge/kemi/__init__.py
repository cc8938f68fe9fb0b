"""Kamailio's side of the edge, one file a topic: the only package that knows KSR. Thin: what to do is decided elsewhere.

`routes.py` is what Kamailio loads. KSR's results are ints: > 0 is yes, and -1 is true to Python.
"""
