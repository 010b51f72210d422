"""In English: as people in Europe read them."""
