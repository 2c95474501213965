"""What a save changes; always of the same size."""

TEXT = "version 0001"
