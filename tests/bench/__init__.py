"""Tests of the measurements themselves: small, and only of what can be told without a quiet machine."""
