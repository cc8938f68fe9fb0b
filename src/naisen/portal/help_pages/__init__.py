"""The help of every screen: on the page, as PDF, and as one user manual, from one Markdown source (S1-07)."""
