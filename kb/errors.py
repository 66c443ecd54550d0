"""The errors that `kb` raises, each a sentence that names the file at fault."""


class KnowledgeBaseError(ValueError):
    """Base of every error this package raises."""


class PageError(KnowledgeBaseError):
    """A page whose front matter, sections, steps, placeholders or example are not in the fixed shape."""


class FactsError(KnowledgeBaseError):
    """An entry of `facts.toml` that is not in the fixed shape."""


class BuildError(KnowledgeBaseError):
    """A site that could not be built."""
