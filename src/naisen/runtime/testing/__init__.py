"""What tests run against: a throw-away PostgreSQL cluster, and whole instances of Naisen."""

from naisen.runtime.testing.cluster import TestCluster
from naisen.runtime.testing.instance import RunningInstance

__all__ = ["RunningInstance", "TestCluster"]
