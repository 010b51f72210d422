"""Hash lists for platforms: what is on them and why, who reads them, what is in use there, what they say is wrong."""
