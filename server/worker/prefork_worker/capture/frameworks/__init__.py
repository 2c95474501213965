"""Which route and view answered a request, and what stood before the view: Django, Flask, Bottle."""
