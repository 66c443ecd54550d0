"""Which documented causes explain a denial, and what would end it."""
