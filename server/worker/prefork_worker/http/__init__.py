"""HTTP/1.1 as the worker speaks it: no sockets here, bytes in and values or bytes out."""
