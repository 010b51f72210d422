"""Measurements: each module yields JSON-able results of one bar."""
