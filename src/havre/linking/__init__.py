"""Pure: matches and facts about media → links → proposed series, each with the reason a person can check."""
