"""Where the public comes in: reports and what came of them. A process of its own, without a home and without keys."""
