"""What the registries publish: zips, sums, a signature, bills of materials. See `__main__.py`."""
