"""The edge: Kamailio with its routing in Python.

`kemi` is the only package that knows Kamailio; the rest is logic that asks an engine (`engine.Engine`) and
a directory (`directory.Directory`), and is tested with fakes that can say no. See `config.render`.
"""
