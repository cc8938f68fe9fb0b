"""Real phones under program control: the demo's two built-in phones and the call test.

Every phone here is a baresip process (Debian's `baresip-core`) that Naisen starts, steers and stops.
The package knows SIP only as a phone's owner does: a login, a password, a domain and a server.
"""
