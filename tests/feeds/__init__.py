"""Tests of havre.feeds."""
