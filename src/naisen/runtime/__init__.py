"""Starts, watches, restarts and stops the processes that Naisen is made of."""
