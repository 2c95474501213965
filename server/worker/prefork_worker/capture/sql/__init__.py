"""SQL: one span for each query, by whichever layer sees it first.

The outermost of Django, SQLAlchemy and the driver opens the span (`Spans.open` gives the inner ones
none); the driver's cursor adds the rows and the time that fetching them takes, whoever opened it.
"""
