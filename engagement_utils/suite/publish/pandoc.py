"""pandoc, as its wheel brings it: one call, one error."""

import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from engagement_utils.errors import PublishError

# What our own markdown is read with: nothing raw goes through, and no text turns into quotes or citations.
MARKDOWN = (
    "markdown-raw_html-raw_tex-raw_attribute-native_divs-native_spans-smart-citations-footnotes"
    "-inline_notes-example_lists-inline_code_attributes-latex_macros-auto_identifiers-yaml_metadata_block"
)
SECONDS = 120


@cache
def executable() -> str:
    """The program that the wheel `pypandoc-binary` ships."""
    import pypandoc

    return str(Path(pypandoc.__file__).parent / "files" / "pandoc")


def pandoc(text: str, arguments: Sequence[str], where: str) -> str:
    """Run pandoc over `text`.

    Args:
        text: what it reads.
        arguments: its options; `--sandbox` is added, so it opens only the files they name.
        where: what is being converted, for the error.

    Raises:
        PublishError: pandoc ended with an error or did not end; the text has its message.
    """
    try:
        done = subprocess.run(
            [executable(), *arguments], input=text.encode(), capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        msg = f"{where}: pandoc could not convert the text: {error}"
        raise PublishError(msg) from error
    if done.returncode:
        msg = f"{where}: pandoc could not convert the text: {done.stderr.decode(errors='replace').strip()}"
        raise PublishError(msg)
    return done.stdout.decode()
