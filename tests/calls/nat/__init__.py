"""An office behind a NAT, made of network namespaces."""
