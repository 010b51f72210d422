"""How yes and no are written in files and forms, in the languages of those who write them."""

YES = frozenset({"1", "yes", "true", "ja", "oui", "y", "x"})
NO = frozenset({"", "0", "no", "false", "nee", "non", "n"})
