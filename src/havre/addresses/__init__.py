"""Addresses of pages as values: the same page, the same site, whatever a person typed; nothing is ever fetched."""
