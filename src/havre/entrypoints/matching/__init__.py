"""The match service: a platform's own uploads against the lists of a feed, in its own house."""
