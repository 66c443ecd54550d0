"""How to explain a cause: its page, the facts that would settle it, and the site that shows both."""
