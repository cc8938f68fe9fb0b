"""Views translate between a request and the app's forms, queries and actions; they decide nothing."""
