"""By which door a contact came in: digital, event, messaging or a niche programme."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

from engagement_utils.contacts.platforms import words_pattern

# checked in this order: a programme's name says more than the form it was booked by
DOORS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "3D": (
        "niche programme",
        (
            "campamento",
            "summer camp",
            "camp",
            "olimpiada",
            "talento",
            "liderazgo",
            "deportivo",
            "deportiva",
            "atletas",
            "borregos",
            "concurso",
            "programa",
            "bootcamp",
            "curso de verano",
            "escuela de verano",
            "modelo de naciones unidas",
        ),
    ),
    "3B": (
        "event",
        (
            "open day",
            "openday",
            "fogatada",
            "tour",
            "tours",
            "visita",
            "visita guiada",
            "feria",
            "evento",
            "event",
            "expo",
            "puertas abiertas",
            "sesion informativa",
            "experiencia",
            "vive campus",
        ),
    ),
    "3C": (
        "messaging",
        (
            "whatsapp",
            "whats app",
            "whats",
            "messenger",
            "chat",
            "chatbot",
            "atomchat",
            "mensaje",
            "mensaje directo",
            "inbox",
            "dm",
            "sms",
            "llamada",
        ),
    ),
    "3A": (
        "digital",
        (
            "web",
            "website",
            "formulario",
            "form",
            "forms",
            "landing",
            "landing page",
            "folleto",
            "brochure",
            "descarga",
            "webinar",
            "newsletter",
            "sitio",
            "pagina",
            "en linea",
            "online",
            "ebook",
            "blog",
            "solicitud",
            "quiz",
            "pop up",
            "popup",
        ),
    ),
}
NAMES: Mapping[str, str] = {key: DOORS[key][0] for key in sorted(DOORS)}
NO_DOOR = "3-unknown"


def door(text: ir.StringValue) -> ir.StringValue:
    """The segment 3A to 3D of a `words.plain` text; null where no rule knows it."""
    return ibis.cases(*((text.re_search(words_pattern(w)), key) for key, (_, w) in DOORS.items()), else_=None)
