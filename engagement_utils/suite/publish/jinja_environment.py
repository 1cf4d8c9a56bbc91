"""The Jinja environment of all pages: text from data is escaped unless it was made here as markup."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from engagement_utils.report.outputs import MARKS
from engagement_utils.suite.publish import words
from engagement_utils.suite.publish.assets import templates


def dressed(environment: Environment) -> Environment:
    """`environment` with escaping on, misspelled names as errors, and the words and marks of the pages."""
    environment.autoescape = True
    environment.undefined = StrictUndefined
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.filters.update(many=words.many, size=words.size, plain=words.plain, sentence=words.sentence)
    environment.globals.update(marks=MARKS, window=words.window)
    return environment


def environment(project: Path) -> Environment:
    """For pages that are made without a notebook; light, unlike nbconvert's."""
    return dressed(Environment(loader=FileSystemLoader(templates(project) / "engagement"), autoescape=True))
