TEXT = "version 1"
