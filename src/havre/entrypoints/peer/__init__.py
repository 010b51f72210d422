"""Where other nodes come in: two addresses, mutual TLS, signed messages; no pages and no people."""
