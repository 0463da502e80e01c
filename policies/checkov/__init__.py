"""Checkov loads the modules that are named here."""

__all__ = ["curated"]
