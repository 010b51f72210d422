"""Addresses of the web: one canonical way to write each, what kind of host it is, and all that stand in a text. Pure.

Nothing here fetches or resolves anything: whatever is said of an address is read from its own text.
"""
