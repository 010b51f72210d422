"""Tests of havre.entrypoints.platform."""
