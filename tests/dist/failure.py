"""What stops the packing, in words for the one who packs."""


class Failure(Exception):
    """Says what is wrong and how to mend it."""
