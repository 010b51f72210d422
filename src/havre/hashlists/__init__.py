"""Hash lists: what an entry is, and how each consumer's format says it; values in, values out."""
