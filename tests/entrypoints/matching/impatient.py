"""How gunicorn serves matching, with less patience than users are given. Read by gunicorn as its configuration."""

from havre.entrypoints.matching import patience, server

patience.SILENCE, patience.HEAD = 0.5, 1.0

globals().update({name: value for name, value in vars(server).items() if not name.startswith("_")})
