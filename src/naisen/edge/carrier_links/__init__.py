"""Keeps a connection to every carrier on TCP or TLS, and hands it to Kamailio (C-08).

Kamailio opens no connections by itself (its `tcp_no_connect`): a phone could make it call anybody. So this process
of its own opens one to the carrier and one to Kamailio, and passes bytes on. It checks the certificate of a carrier
on TLS; Kamailio has no TLS at all. docs/decisions/0016-carrier-links.md says why it is so.
"""
