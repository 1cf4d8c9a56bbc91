"""From prepared notebooks to pages: `choice.choose` gives a `publisher.Publisher`."""
