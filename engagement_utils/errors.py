"""The errors that a user is meant to read: one base, one class a cause."""


class EngagementError(Exception):
    """Base of every error that is the user's to mend; its text says what was found and what is accepted."""


class ParameterError(EngagementError):
    """Unusable parameters; the text lists every problem with file, line and key."""


class TableError(EngagementError):
    """Unusable input data; the text names file, column, row, what was found and what is accepted."""


class PublishError(EngagementError):
    """A page or PDF could not be made from an executed notebook."""


class LockedError(EngagementError):
    """Another run holds the lock; the text says who."""


class OutputError(EngagementError):
    """What a notebook showed or wrote cannot be published; the text names the cell or file."""
