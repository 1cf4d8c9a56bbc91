"""A figure's SVG as part of a page: in the page's colours, without scripts, with ids of its own."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from functools import lru_cache

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
FULL_WIDTH = 672.0  # CSS pixels of a figure of the style's full seven inches: it fills the column

# the colours of `report.style` that mean "as the page has it"
SENTINELS: Mapping[str, str] = {"#1b1b1f": "ink", "#5f6368": "muted", "#dadce0": "grid", "#ffffff": "ground"}

_DROPPED = {
    "script",
    "foreignObject",
    "metadata",
    "title",
    "desc",
    "a",
    "animate",
    "set",
    "iframe",
    "handler",
}
_COLOUR = re.compile("|".join(SENTINELS), re.IGNORECASE)
_COLOURED = {"style", "fill", "stroke", "stop-color", "color"}
_LOCAL_URL = re.compile(r"""url\(\s*['"]?#([^'")\s]+)['"]?\s*\)""")
_FOREIGN_URL = re.compile(r"url\(\s*['\"]?(?!#)[^)]*\)|@import[^;]*;?|expression\(", re.IGNORECASE)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")


@lru_cache(maxsize=64)  # a report's page and its code view show the same figures
def inline_svg(svg: str, anchor: str, alt: str) -> str:
    """The SVG to stand in an HTML page.

    Ids and the references to them are prefixed with `anchor`, the figure's own id on the page; styles hold
    inside the figure only; the sentinel colours become `var(--ink,#1b1b1f)` and the like; whatever could run
    or load something is left out. To assistive technology the figure is one image, described by `alt`.
    """
    root = ET.fromstring(svg)
    _clean(root)
    names = {e.get("id"): f"{anchor}-{e.get('id')}" for e in root.iter() if e.get("id")}
    for element in root.iter():
        if element is not root:
            _rewrite(element, names, anchor)
    size = _size(root)
    share = min(100.0, 100 * float(size[0]) / FULL_WIDTH)
    root.attrib = {
        "id": anchor,
        "class": "plot",
        "viewBox": root.get("viewBox") or f"0 0 {size[0]} {size[1]}",
        "width": f"{share:.4g}%",
        "role": "img",
        "aria-label": alt,
    }
    for element in root.iter():
        element.tag = str(element.tag).rpartition("}")[2]
        element.attrib = {_plain(key): value for key, value in element.attrib.items()}
    return ET.tostring(root, encoding="unicode")


def _clean(element: ET.Element) -> None:
    """Without elements of other namespaces and those that run or load."""
    for child in list(element):
        namespace, _, tag = str(child.tag).rpartition("}")
        if namespace != "{" + SVG or tag in _DROPPED:
            element.remove(child)
        else:
            _clean(child)


def _rewrite(element: ET.Element, names: Mapping[str | None, str], anchor: str) -> None:
    kept: dict[str, str] = {}
    for key, value in element.attrib.items():
        plain = _plain(key)
        if plain.lower().startswith("on") or "}" in plain:
            continue
        if plain == "id":
            kept[key] = names[value]
        elif plain == "href":
            if value.startswith("#"):
                kept[plain] = f"#{names.get(value[1:], anchor)}"
            elif value.startswith("data:image/png;base64,"):
                kept[plain] = value
        else:
            value = _FOREIGN_URL.sub("none", value)
            value = _LOCAL_URL.sub(lambda m: f"url(#{names.get(m[1], anchor)})", value)
            kept[key] = _themed(value) if plain in _COLOURED else value
    element.attrib = kept
    if str(element.tag).endswith("}style"):
        element.text = _scoped(element.text or "", anchor)


def _themed(value: str) -> str:
    return _COLOUR.sub(lambda m: f"var(--{SENTINELS[m[0].lower()]},{m[0].lower()})", value)


def _scoped(css: str, anchor: str) -> str:
    """Plain rules only, each held to the figure."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    rules = []
    for selectors, body in _RULE.findall(_FOREIGN_URL.sub("", css)):
        if "@" in selectors:
            continue
        scoped = ",".join(f"#{anchor} {s.strip()}" for s in selectors.split(","))
        rules.append(f"{scoped}{{{_themed(body.strip())}}}")
    return "".join(rules).replace("<", "")


def _size(root: ET.Element) -> tuple[str, str]:
    """Width and height in CSS pixels, from the attributes (pt) or the view box."""
    box = (root.get("viewBox") or "0 0 640 400").replace(",", " ").split()
    sizes = []
    for attribute, fallback in (("width", box[2]), ("height", box[3])):
        number = re.fullmatch(r"([\d.]+)(pt|px)?", root.get(attribute, "")) or re.fullmatch(
            r"([\d.]+)()", fallback
        )
        pixels = float(number[1]) * (4 / 3 if number[2] == "pt" else 1) if number else 640.0
        sizes.append(f"{pixels:.5g}")
    return sizes[0], sizes[1]


def _plain(key: str) -> str:
    """An attribute's name as HTML writes it; names of unknown namespaces keep their brace."""
    if key.startswith("{" + XLINK + "}"):
        return key.rpartition("}")[2]
    if key.startswith("{http://www.w3.org/XML/1998/namespace}"):
        return "xml:" + key.rpartition("}")[2]
    return key
