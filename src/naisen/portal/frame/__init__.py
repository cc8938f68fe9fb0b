"""The frame around every screen: layout, assets, security headers, error pages, health."""
