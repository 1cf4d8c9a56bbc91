"""Text brought to one form: without accents and case, one space between words."""

import unicodedata

import ibis.expr.types as ir

ACCENTED = "áàâäãåéèêëíìîïóòôöõúùûüñçÁÀÂÄÃÅÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇ"
PLAIN = "aaaaaaeeeeiiiiooooouuuuncaaaaaaeeeeiiiiooooouuuunc"
COMBINING = "[\u0300-\u036f]"  # accents written as characters of their own


def folded(text: str) -> str:
    """`text` in lower case, without accents, its words apart by one space; `_` and `-` separate words."""
    parts = unicodedata.normalize("NFKD", str(text).replace("_", " ").replace("-", " "))
    return " ".join("".join(c for c in parts if not unicodedata.combining(c)).casefold().split())


def plain(text: ir.StringValue) -> ir.StringValue:
    """The same for an Ibis column, but `_` and `-` stay: addresses and campaign names need them."""
    return text.translate(ACCENTED, PLAIN).re_replace(COMBINING, "").lower().re_replace(r"\s+", " ").strip()
