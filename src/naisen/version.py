"""The version, as CHANGELOG.md has it (a test compares them)."""

VERSION = "0.1.0"
