"""Where addresses are hosted, from what the operator loads: each fact with its file and date, over time."""
