"""Which platform a source text speaks of: by whole words and by domains, never by a part of a word.

A text is a traffic source, a campaign name or an address. A word counts where no letter or digit touches it
("fb_ads" speaks of fb, "instalaciones" does not speak of insta); a domain counts as such or below it
("l.facebook.com" is facebook.com, "netflix.com" is not x.com).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis.expr.types as ir

_BEFORE, _AFTER = "(^|[^a-z0-9])", "($|[^a-z0-9])"
_HOST_BEFORE, _HOST_AFTER = (
    r"(^|[^a-z0-9.-]|[/@]|[^a-z0-9-]\.)([a-z0-9-]+\.)*",
    r"($|[^a-z0-9.-]|\.($|[^a-z0-9]))",
)


@dataclass(frozen=True)
class Platform:
    """How one platform is recognised.

    Attributes:
        name: shown to readers; key: of columns, such as "twitter".
        words: whole words or phrases, in lower case without accents; a space stands for any run of
            separators.
        domains: hosts; their subdomains count too.
        whole: regular expressions for the text as a whole, for words that are ordinary elsewhere.
        never: a text that holds one of these does not speak of the platform by its words.
    """

    name: str
    key: str
    words: tuple[str, ...]
    domains: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


PLATFORMS = (
    Platform(
        "Facebook",
        "facebook",
        (
            "facebook",
            "fb",
            "fbads",
            "fblead",
            "fbleads",
            "fbclid",
            "meta ads",
            "meta lead ads",
            "messenger",
            "feisbuk",
            "facebook com",
        ),
        ("facebook.com", "fb.com", "fb.me", "m.me", "messenger.com", "facebook.net"),
    ),
    Platform(
        "Instagram",
        "instagram",
        ("instagram", "insta", "ig", "igads", "igshid", "instagramads", "instastories", "instastory"),
        ("instagram.com", "ig.me", "instagr.am"),
    ),
    Platform(
        "LinkedIn", "linkedin", ("linkedin", "linked in", "linkedinads", "lnkd"), ("linkedin.com", "lnkd.in")
    ),
    Platform(
        "Twitter/X",
        "twitter",
        (
            "twitter",
            "tweet",
            "tweets",
            "retweet",
            "x ads",
            "x twitter",
            "x organic",
            "x social",
            "twitterads",
        ),
        ("twitter.com", "x.com", "t.co"),
        whole=("x",),
    ),
    Platform("TikTok", "tiktok", ("tiktok", "tik tok", "tiktokads", "ttclid"), ("tiktok.com",)),
    Platform(
        "YouTube",
        "youtube",
        ("youtube", "you tube", "yt", "ytads", "youtubeads"),
        ("youtube.com", "youtu.be", "youtube-nocookie.com"),
    ),
    Platform(
        "Google Ads",
        "google_ads",
        (
            "google ads",
            "googleads",
            "google adwords",
            "adwords",
            "gads",
            "gclid",
            "google cpc",
            "google ppc",
            "google sem",
            "sem google",
            "sem",
            "paid search",
            "busqueda pagada",
            "busqueda de pago",
            "google display",
            "google pmax",
            "google performance max",
        ),
        ("googleadservices.com", "ads.google.com", "doubleclick.net", "googlesyndication.com"),
        never=("bing", "yahoo", "a sem", "1 sem", "er sem", "por sem", "sem 1", "sem 2", "sem 3"),
    ),
    Platform(
        "Eventbrite",
        "eventbrite",
        ("eventbrite", "event brite"),
        ("eventbrite.com", "eventbrite.com.mx", "eventbrite.es", "evbuc.com"),
    ),
    Platform(
        "WhatsApp",
        "whatsapp",
        ("whatsapp", "whats app", "whatsap", "wapp", "wsp", "wa me", "whats"),
        ("whatsapp.com", "wa.me", "whatsapp.net", "wa.link"),
    ),
    Platform(
        "MAKE",
        "make",
        (
            "integromat",
            "make com",
            "make integration",
            "integracion make",
            "integration make",
            "make scenario",
            "make webhook",
            "via make",
            "make automation",
            "escenario make",
        ),
        ("make.com", "integromat.com"),
        whole=(r"make", r"make\s*[-_:|/(>].*", r".*[-_:|/(>]\s*make\)?", r".*\(make\).*"),
        never=("make your", "make the", "make a", "make up"),
    ),
    Platform("AtomChat", "atomchat", ("atomchat", "atom chat"), ("atomchat.io", "atomchat.com")),
    Platform(
        "Organic social",
        "organic_social",
        (
            "organic social",
            "social organic",
            "social organico",
            "organico social",
            "social media",
            "social media organic",
            "organicsocial",
            "redes sociales",
            "redes sociales organico",
            "red social",
            "rrss",
            "redes sociales organicas",
        ),
        never=(
            "paid social",
            "paid",
            "pagado",
            "pagadas",
            "pagada",
            "de pago",
            "ads",
            "cpc",
            "responsabilidad",
            "servicio social",
            "organic search",
            "curso",
            "taller",
            "course",
            "marketing en",
        ),
        whole=("social", "redes", "organico"),
    ),
)
KEYS = tuple(p.key for p in PLATFORMS)
NAMES: Mapping[str, str] = {p.key: p.name for p in PLATFORMS}
MIXED, NO_PLATFORM = "Mixed", "No platform"
# platforms that HubSpot also counts clicks for
CLICKED = {"facebook": "facebook_clicks", "linkedin": "linkedin_clicks", "twitter": "twitter_clicks"}
SOCIAL_KEYWORDS = ("social", "redes sociales", "red social", "rrss", "influencer", "influencers")


def words_pattern(words: Sequence[str]) -> str:
    """A regular expression for any of the words as whole words; a space is any run of separators."""
    every = "|".join(w.replace(".", r"\.").replace(" ", r"[^a-z0-9]+") for w in words)
    return f"{_BEFORE}({every}){_AFTER}"


def domains_pattern(domains: Sequence[str]) -> str:
    """A regular expression for any of the hosts, or a host below one of them."""
    every = "|".join(d.replace(".", r"\.") for d in domains)
    return f"{_HOST_BEFORE}({every}){_HOST_AFTER}"


def mentions(text: ir.StringValue, platform: Platform) -> ir.BooleanValue:
    """Whether one value speaks of the platform; `text` is `words.plain`."""
    by_word = text.re_search(words_pattern(platform.words))
    if platform.whole:
        by_word = by_word | text.re_search(f"^({'|'.join(platform.whole)})$")
    if platform.never:
        by_word = by_word & ~text.re_search(words_pattern(platform.never))
    return by_word | text.re_search(domains_pattern(platform.domains)) if platform.domains else by_word


# where "social" means society
NOT_SOCIAL = words_pattern(
    ("responsabilidad social", "servicio social", "ciencias sociales", "trabajo social", "impacto social")
)


def detect(texts: ir.Table, keywords: Sequence[str] = SOCIAL_KEYWORDS) -> ir.Table:
    """`texts` with a 0/1 column a platform, `social_keyword` and `offline`.

    Args:
        texts: has a column `plain`, as `words.plain` gives it: a column, not an expression, since it stands
            many times in the result. Give distinct values: a regular expression costs more than a join.
        keywords: whole words that show social engagement without naming a platform.
    """
    text = texts["plain"]
    flags = {p.key: mentions(text, p) for p in PLATFORMS}
    flags["social_keyword"] = text.re_search(words_pattern(keywords)) & ~text.re_search(NOT_SOCIAL)
    flags["offline"] = text.re_search(words_pattern(("offline", "fuera de linea")))
    return texts.mutate(**{k: v.cast("int32") for k, v in flags.items()})
