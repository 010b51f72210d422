"""The board: what each source lets others know, of whatever node."""
