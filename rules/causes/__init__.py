"""One module a cause: when it applies and which changes may end it, as data."""
