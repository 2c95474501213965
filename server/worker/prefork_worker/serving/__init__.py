"""Sockets, threads and workers side by side: who serves which connection, and when."""
