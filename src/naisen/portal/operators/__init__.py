"""The operator's screens: trunks, and the lines and limits of every tenant (C-08, S2-24)."""
