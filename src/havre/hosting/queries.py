"""What others ask of this room. It is the operator's data, the same for every unit: nobody in particular asks."""

from havre.hosting.where import Fact, Hosting, where_is

__all__ = ["Fact", "Hosting", "where_is"]
