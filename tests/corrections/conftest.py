"""A begun node for what needs one."""

from tests.flows.conftest import begun

__all__ = ["begun"]
