"""The subscriber's side of a feed: a folder in a platform's own house, signed lists in it, and what they find.

Neither Django nor a database server, and never a picture.
"""
