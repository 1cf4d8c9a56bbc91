"""LaTeX formulas as MathML, made when the page is made: no script and no font from elsewhere."""

import html
import xml.etree.ElementTree as ET

from latex2mathml.converter import convert_to_element

# what LaTeX can set (\\href, \\style, \\class, \\cssId) and a page does not want
_REFUSED = {"href", "style", "class", "id"}


class FormulaError(ValueError):
    """A formula that cannot be converted; the text says why."""


def mathml(latex: str, display: bool = False) -> str:
    """A `<math>` element of a LaTeX formula; the formula itself is its `alttext`.

    The converter's own text form leaves markup in `\\text{...}` unescaped, so the element tree is taken and
    written here.

    Raises:
        FormulaError: malformed LaTeX, or a command that the converter does not know.
    """
    try:
        root = convert_to_element(latex.strip(), display="block" if display else "inline")
    except Exception as error:  # the converter's errors have no common base, and it falls over on some input
        msg = f"formula {latex.strip()!r}: {type(error).__name__} {error}".rstrip()
        raise FormulaError(msg) from error
    for element in root.iter():
        element.attrib = {k: v for k, v in element.attrib.items() if k not in _REFUSED}
        element.text = html.unescape(element.text) if element.text else element.text
        element.tail = None
        if element.tag == "mi" and (element.text or "").startswith("\\"):
            msg = f"formula {latex.strip()!r}: unknown command {element.text}"
            raise FormulaError(msg)
    root.set("alttext", latex.strip())
    return ET.tostring(root, encoding="unicode")
