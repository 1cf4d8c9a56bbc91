"""Which publisher makes the pages."""

import shutil
from pathlib import Path

from engagement_utils.errors import PublishError
from engagement_utils.suite.publish.builtin import BuiltinPublisher
from engagement_utils.suite.publish.publisher import Publisher
from engagement_utils.suite.publish.theme import Theme

NAMES = ("auto", "builtin", "quarto")


def choose(name: str = "auto", project: Path | None = None) -> Publisher:
    """The publisher `name`, with the theme of a project; "auto" is Quarto where it is on the PATH, else ours.

    Raises:
        PublishError: "quarto" where there is none (never a fallback), or an unknown name.
    """
    if name not in NAMES:
        msg = f"publisher {name!r}, accepted: {', '.join(NAMES)}"
        raise PublishError(msg)
    found = shutil.which("quarto")
    if name == "quarto" and not found:
        msg = (
            "publisher 'quarto': no program `quarto` on the PATH; install Quarto (environment.yml has it), "
            "or use --publisher builtin"
        )
        raise PublishError(msg)
    if name == "builtin" or not found:
        return BuiltinPublisher(Theme(project))
    from engagement_utils.suite.publish.quarto import QuartoPublisher

    return QuartoPublisher(Theme(project))
