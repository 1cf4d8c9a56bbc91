"""What generated contacts say: platforms, sources, places and channels, in two languages, as people type."""

from collections.abc import Mapping

PLATFORM_SHARES = {
    "facebook": 0.27,
    "instagram": 0.2,
    "google_ads": 0.13,
    "tiktok": 0.1,
    "whatsapp": 0.07,
    "organic_social": 0.06,
    "youtube": 0.04,
    "linkedin": 0.04,
    "twitter": 0.03,
    "eventbrite": 0.03,
    "make": 0.02,
    "atomchat": 0.01,
}
# platform -> original source, drill-downs, channel, referrer; several spellings each
TEXTS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "facebook": (
        ("PAID_SOCIAL", "Paid Social"),
        ("Facebook", "facebook"),
        ("FB_Ads_Ingenieria", "facebook_leads_becas"),
        ("Facebook",),
        ("https://l.facebook.com/", "https://m.facebook.com/"),
    ),
    "instagram": (
        ("PAID_SOCIAL", "Social pagado"),
        ("Instagram", "instagram"),
        ("IG_Ads_Derecho", "insta_story_becas"),
        ("Instagram",),
        ("https://l.instagram.com/",),
    ),
    "google_ads": (
        ("PAID_SEARCH", "Búsqueda pagada"),
        ("google / cpc", "SEM"),
        ("google_sem_carreras", "GAds_Derecho"),
        ("Google Ads",),
        ("https://www.google.com/",),
    ),
    "tiktok": (
        ("PAID_SOCIAL", "Paid Social"),
        ("TikTok", "tiktok"),
        ("tiktok_ads_negocios",),
        ("TikTok", "Tik Tok"),
        ("https://www.tiktok.com/",),
    ),
    "whatsapp": (
        ("OFFLINE", "Fuentes offline"),
        ("INTEGRATION",),
        ("WhatsApp Business",),
        ("WhatsApp",),
        ("https://wa.me/",),
    ),
    "organic_social": (
        ("SOCIAL_MEDIA", "Redes sociales"),
        ("Organic Social", "Social orgánico"),
        ("",),
        ("Redes sociales",),
        ("",),
    ),
    "youtube": (
        ("PAID_SOCIAL",),
        ("YouTube",),
        ("yt_preroll_medicina",),
        ("YouTube",),
        ("https://www.youtube.com/",),
    ),
    "linkedin": (
        ("PAID_SOCIAL",),
        ("LinkedIn",),
        ("linkedin_posgrado",),
        ("LinkedIn",),
        ("https://www.linkedin.com/",),
    ),
    "twitter": (("PAID_SOCIAL",), ("Twitter",), ("x_ads_becas",), ("Twitter",), ("https://t.co/",)),
    "eventbrite": (
        ("OFFLINE",),
        ("INTEGRATION",),
        ("Eventbrite",),
        ("Eventbrite",),
        ("https://www.eventbrite.com.mx/",),
    ),
    "make": (("OFFLINE",), ("INTEGRATION",), ("MAKE",), ("MAKE",), ("https://hook.us1.make.com/",)),
    "atomchat": (("OFFLINE",), ("INTEGRATION",), ("AtomChat",), ("AtomChat",), ("https://app.atomchat.io/",)),
    # no platform, and the traps of a rule that looks for parts of words
    "": (
        ("DIRECT_TRAFFIC", "ORGANIC_SEARCH", "Tráfico directo", "OFFLINE", "EMAIL_MARKETING", "REFERRALS"),
        ("", "IMPORT", "CRM_UI", "semestre agosto", "Newsletter"),
        ("", "make your future 2024", "instalaciones"),
        ("Feria vocacional", "Visita a preparatoria", "", "Recomendado por exalumno"),
        ("https://app.hubspot.com/", "https://www.netflix.com/", "", "https://qro.example.mx/"),
    ),
}
DOMESTIC = (
    "Guanajuato",
    "CDMX",
    "Ciudad de México",
    "Distrito Federal",
    "Nuevo León",
    "N.L.",
    "Jalisco",
    "Estado de México",
    "EdoMex",
    "Michoacán",
    "San Luis Potosi",
    "SLP",
    "Hidalgo",
    "Veracruz",
    "Puebla",
)
PLACES: Mapping[str, tuple[str, ...]] = {
    "local": ("Querétaro", "Queretaro", "QRO", "Qro.", "Querétaro de Arteaga"),
    "domestic": DOMESTIC,
    "international": ("Texas", "Antioquia", "California", "Madrid", "Pichincha"),
    "unknown": ("", "N/A", "-"),
}
COUNTRIES = {"local": "Mexico", "domestic": "México", "unknown": ""}
ABROAD = ("United States", "Colombia", "Estados Unidos", "España", "Ecuador")
CHANNELS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "digital": (
        ("", "Formulario web carreras"),
        ("", "Landing page: descarga de folleto"),
        ("Webinar en línea", "Web form becas"),
    ),
    "event": (
        ("Open Day", "Registro Open Day"),
        ("Fogatada", "Fogatada registro"),
        ("Tour de campus", "Visita guiada campus"),
    ),
    "messaging": (("", "WhatsApp: mensaje directo"), ("Chat asesor", "AtomChat conversación")),
    "niche": (
        ("Summer camp", "Campamento de verano"),
        ("Olimpiada de matemáticas", "Programa talento deportivo"),
    ),
    "unknown": (("", ""),),
}
PERIODS = ("10", "35", "60", "75", "05")
CLICKED_ORDER = ("facebook", "linkedin", "twitter", "broadcast")
