"""The portal: the Django site in which administrators manage their phones."""
