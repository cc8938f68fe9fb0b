"""`python -m naisen.edge.carrier_links TCP_PORT TLS_PORT`: Kamailio's ports on loopback; for ever."""

import asyncio
import os
import ssl
import sys

from naisen.edge.carrier_links.links import Links


def main() -> None:
    """Take the database from NAISEN_EDGE_DATABASE_URL, and whom to trust from the system (or SSL_CERT_FILE)."""
    ports = dict(zip(("tcp", "tls"), map(int, sys.argv[1:]), strict=True))
    links = Links(os.environ["NAISEN_EDGE_DATABASE_URL"], ports, ssl.create_default_context(), say)
    asyncio.run(links.run())


def say(line: str) -> None:
    """One line into the part's log."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
