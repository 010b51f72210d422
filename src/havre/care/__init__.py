"""Care for who looks: what was revealed and for how long, the unit's limits, pauses, how each wants to see."""
