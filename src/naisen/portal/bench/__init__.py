"""Measures what the README quotes: `./naisen bench`, in a database of its own."""
