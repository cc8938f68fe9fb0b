"""Views translate between a request and the actions and queries of this app; they decide nothing."""
