"""One file for each of the operator's screens."""
