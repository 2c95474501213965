"""Templates: a span for each that is rendered, and the template's line for what happens in it."""
