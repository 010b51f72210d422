"""Children and offenders of series, by pseudonym alone; who was identified, and what the figures say of it."""
