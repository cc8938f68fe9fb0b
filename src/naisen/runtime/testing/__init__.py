"""What tests run against: a throw-away PostgreSQL cluster, and whole instances of Naisen."""
