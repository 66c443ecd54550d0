"""The errors of the service that concern whoever runs it, each one sentence."""


class ServiceError(Exception):
    """Base of the errors that end a command with one sentence."""


class ConfigError(ServiceError):
    """A setting that cannot be used."""


class StorageError(ServiceError):
    """The database cannot be used as configured."""
