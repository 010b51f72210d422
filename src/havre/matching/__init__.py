"""Fingerprints to matches: which known pictures are close to the one asked about."""
