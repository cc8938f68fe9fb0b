"""Screens of the settings sheets."""
