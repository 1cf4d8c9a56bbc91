"""Generated posts whose truth is known."""

from engagement_utils.posts.sample.generate import SAMPLES

__all__ = ["SAMPLES"]
