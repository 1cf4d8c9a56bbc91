"""The seed's rule, plain substrings: kept to compare with; the report does not use it."""

from collections.abc import Mapping

import ibis.expr.types as ir

from engagement_utils.contacts.platforms import PLATFORMS

SUBSTRINGS: Mapping[str, tuple[str, ...]] = {
    "facebook": ("facebook", "fb"),
    "instagram": ("instagram", "insta", "ig"),
    "linkedin": ("linkedin", "lnkd"),
    "twitter": ("twitter", "t.co", "x.com"),
    "tiktok": ("tiktok",),
    "youtube": ("youtube", "yt"),
    "google_ads": ("google ads", "googleads", "adwords", "gclid", "sem"),
    "eventbrite": ("eventbrite",),
    "whatsapp": ("whatsapp", "wa.me"),
    "make": ("make",),
    "atomchat": ("atomchat", "atom chat"),
    "organic_social": ("social",),
}


def detect(texts: ir.Table) -> ir.Table:
    """`texts` (a column `value`) with a 0/1 column a platform, by substrings alone."""
    low = texts["value"].lower()
    flags = {}
    for platform in PLATFORMS:
        parts = [low.contains(s) for s in SUBSTRINGS[platform.key]]
        found = parts[0]
        for part in parts[1:]:
            found = found | part
        flags[platform.key] = found.fill_null(False).cast("int64")
    return texts.mutate(**flags)
