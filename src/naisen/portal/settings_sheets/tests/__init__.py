"""Tests of the settings sheets."""
