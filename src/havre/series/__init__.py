"""What belongs together: links between media, the series they propose, and what analysts decided about them."""
