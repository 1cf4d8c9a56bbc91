"""Lifecycle stages and traffic sources: the values that HubSpot knows, by their English and Spanish names."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

# HubSpot's stages in the funnel's order, then those outside it
STAGES: Mapping[str, tuple[str, ...]] = {
    "subscriber": ("subscriber", "suscriptor", "suscriptora"),
    "lead": ("lead", "prospecto", "cliente potencial", "oportunidad de venta potencial"),
    "marketing qualified": (
        "marketingqualifiedlead",
        "marketing qualified lead",
        "mql",
        "lead calificado por marketing",
        "prospecto calificado para marketing",
    ),
    "sales qualified": (
        "salesqualifiedlead",
        "sales qualified lead",
        "sql",
        "lead calificado por ventas",
        "prospecto calificado para ventas",
    ),
    "opportunity": ("opportunity", "oportunidad"),
    "customer": ("customer", "cliente"),
    "evangelist": ("evangelist", "evangelista", "promotor"),
    "other": ("other", "otro", "otra"),
}
FUNNEL = ("lead", "marketing qualified", "sales qualified", "opportunity", "customer")
UNKNOWN_STAGE = "unknown"
CUSTOMERS = ("customer", "evangelist")

CHANNELS: Mapping[str, str] = {
    "paid social": r"^(paid social|social pagado|redes sociales pagadas|social de pago)",
    "organic social": r"(^|[^a-z])(social media|organic social|redes sociales|social organico|red social)",
    "paid search": r"^(paid search|busqueda pagada|busqueda de pago)",
    "organic search": r"^(organic search|busqueda organica)",
    "email": r"^(email|correo)",
    "referral": r"^(referral|referencia)",
    "direct": r"^(direct|trafico directo|directo)",
    "offline": r"(^|[^a-z])(offline|fuera de linea|sin conexion)",
    "AI referral": r"^(ai referral|referencias de ia)",
    "other campaign": r"^(other campaign|otras campanas)",
}
NO_CHANNEL = "unknown"


def stage_of(value: ir.StringValue) -> ir.StringValue:
    """The stage by our name; "unknown" for any other value. `value` is `words.plain`."""
    pairs = ((word, stage) for stage, words in STAGES.items() for word in words)
    return value.cases(*pairs, else_=UNKNOWN_STAGE)


def channel_of(value: ir.StringValue) -> ir.StringValue:
    """The traffic source by our name; "unknown" for any other value. `value` is `words.plain`."""
    text = value.replace("_", " ")
    return ibis.cases(*((text.re_search(p), name) for name, p in CHANNELS.items()), else_=NO_CHANNEL)
