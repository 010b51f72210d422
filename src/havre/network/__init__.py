"""Peers, and what passes between this node and each of them."""
