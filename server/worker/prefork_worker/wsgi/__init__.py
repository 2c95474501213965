"""PEP 3333: what the app is given (environ, input) and what it gives back (the response)."""
