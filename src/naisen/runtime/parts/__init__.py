"""The parts, one file each: PostgreSQL, rtpengine, edge, portal, worker, demo phones."""
