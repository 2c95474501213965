"""Caches: a span for each operation, with its keys and how many of them the cache had."""
