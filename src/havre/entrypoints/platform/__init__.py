"""Where subscribers of hash lists come in: signed files, receipts, votes; a token each, no pages, no keys of a home."""
