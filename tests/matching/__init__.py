"""Matching: the index finds exactly what comparing everything finds."""
