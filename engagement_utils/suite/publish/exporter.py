"""nbconvert with our templates: none of its styles, scripts and addresses."""

from functools import lru_cache
from typing import Any

from jinja2 import Environment
from nbconvert.exporters import Exporter, TemplateExporter
from nbformat import NotebookNode

from engagement_utils.suite.publish.theme import Theme, dressed


class PageExporter(TemplateExporter):
    """A notebook through one of our templates; `resources["page"]` are the template's variables."""

    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def _create_environment(self) -> Environment:
        return dressed(super()._create_environment())

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of a notebook, with `resources["page"]` at the template's top level."""
        nb, resources = Exporter.from_notebook_node(self, nb, resources, **kw)
        page = self.template.render(nb=nb, resources=resources, **resources["page"])
        return page, resources


@lru_cache(maxsize=8)
def exporter(theme: Theme, template: str) -> PageExporter:
    """The exporter of one template, with its environment made once a process."""
    return PageExporter(
        template_name="engagement",
        template_file=f"{template}.html.j2",
        extra_template_basedirs=[str(folder) for folder in theme.folders("templates")],
    )
