"""Standing questions, and what came that answers them."""
