"""Alerts as VICS has them: what sets them off, and what did, here and with others."""
