"""Havre: an open, self-hosted network for identifying child victims of sexual abuse."""
