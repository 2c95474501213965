"""What the tests edit: every answer of `/` has it."""

TEXT = "version 1"
