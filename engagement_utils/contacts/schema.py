"""The contact table: canonical names and the headers under which a HubSpot export writes them.

Every property but the id is text, since any of them may hold its history as `value1 // value2`. Names, emails
and phone numbers are not among the columns, so nothing that the report computes can hold them.
"""

from collections.abc import Mapping

from engagement_utils.tables.schema import Column, Schema

# canonical name -> headers, English and Spanish; case, accents, `_` and `-` do not matter
ALIASES: Mapping[str, tuple[str, ...]] = {
    "contact_id": ("Record ID", "Contact ID", "ID de registro", "ID del contacto", "hs_object_id", "vid"),
    "broadcast_clicks": (
        "Broadcast Clicks",
        "Clics de difusión",
        "Clics en difusiones",
        "hs_social_num_broadcast_clicks",
    ),
    "linkedin_clicks": (
        "LinkedIn Clicks",
        "Clics de LinkedIn",
        "Clics en LinkedIn",
        "hs_social_linkedin_clicks",
    ),
    "twitter_clicks": ("Twitter Clicks", "Clics de Twitter", "Clics en Twitter", "hs_social_twitter_clicks"),
    "facebook_clicks": (
        "Facebook Clicks",
        "Clics de Facebook",
        "Clics en Facebook",
        "hs_social_facebook_clicks",
    ),
    "num_sessions": ("Number of Sessions", "Número de sesiones", "hs_analytics_num_visits"),
    "num_pageviews": (
        "Number of Pageviews",
        "Número de páginas vistas",
        "Número de vistas de página",
        "hs_analytics_num_page_views",
    ),
    "forms_submitted": (
        "Forms Submitted",
        "Number of Form Submissions",
        "Formularios enviados",
        "Número de envíos de formularios",
        "num_conversion_events",
    ),
    "original_source": (
        "Original Source",
        "Original Traffic Source",
        "Fuente original",
        "Fuente original de tráfico",
        "hs_analytics_source",
    ),
    "original_source_d1": (
        "Original Source Drill-Down 1",
        "Original Traffic Source Drill-Down 1",
        "Desglose 1 de fuente original",
        "Desglose de fuente original 1",
        "hs_analytics_source_data_1",
    ),
    "original_source_d2": (
        "Original Source Drill-Down 2",
        "Original Traffic Source Drill-Down 2",
        "Desglose 2 de fuente original",
        "Desglose de fuente original 2",
        "hs_analytics_source_data_2",
    ),
    "canal_de_adquisicion": ("Canal de adquisición", "Acquisition channel"),
    "latest_source": (
        "Latest Traffic Source",
        "Latest Source",
        "Última fuente de tráfico",
        "Fuente de tráfico más reciente",
        "hs_latest_source",
    ),
    "last_referrer": (
        "Last Referring Site",
        "Último sitio de referencia",
        "Última página de referencia",
        "hs_analytics_last_referrer",
    ),
    "likelihood_to_close": ("Likelihood to close", "Probabilidad de cierre", "hs_predictivecontactscore_v2"),
    "create_date": ("Create Date", "Fecha de creación", "createdate"),
    "close_date": ("Close Date", "Fecha de cierre", "closedate"),
    "lifecycle_stage": ("Lifecycle Stage", "Etapa del ciclo de vida", "lifecyclestage"),
    "propiedad_del_contacto": ("Propiedad del contacto", "Contact property", "Contact owner team"),
    "ip_country": ("IP Country", "País de la IP", "País IP"),
    "ip_state": ("IP State/Region", "IP State", "Estado o región de la IP", "Estado/región IP", "ip_state"),
    "prep_city": ("Ciudad de preparatoria BPM", "Ciudad preparatoria BPM", "High school city"),
    "prep_state": ("Estado de preparatoria BPM", "Estado preparatoria BPM", "High school state"),
    "prep_country": ("País de preparatoria BPM", "País preparatoria BPM", "High school country"),
    "preparatoria": ("Preparatoria BPM", "High school"),
    "estado_de_procedencia": ("Estado de procedencia", "State of origin"),
    "apreu_activities": ("Actividades APREU", "APREU activities", "Histórico de actividades APREU"),
    "first_conversion": (
        "First Conversion",
        "Primera conversión",
        "Primer evento de conversión",
        "first_conversion_event_name",
    ),
    "first_conversion_date": (
        "First Conversion Date",
        "Fecha de la primera conversión",
        "Fecha de primera conversión",
    ),
    "recent_conversion": (
        "Recent Conversion",
        "Conversión reciente",
        "Evento de conversión reciente",
        "recent_conversion_event_name",
    ),
    "recent_conversion_date": (
        "Recent Conversion Date",
        "Fecha de la conversión reciente",
        "Fecha de conversión reciente",
    ),
    "emails_delivered": (
        "Marketing emails delivered",
        "Emails Delivered",
        "Correos de marketing entregados",
        "hs_email_delivered",
    ),
    "emails_opened": (
        "Marketing emails opened",
        "Emails Opened",
        "Correos de marketing abiertos",
        "hs_email_open",
    ),
    "emails_clicked": (
        "Marketing emails clicked",
        "Emails Clicked",
        "Correos de marketing con clics",
        "hs_email_click",
    ),
    "periodo_de_ingreso": ("Periodo de ingreso", "Período de ingreso", "Entry period"),
}

CLICKS = ("broadcast_clicks", "linkedin_clicks", "twitter_clicks", "facebook_clicks")
ENGAGEMENT = ("num_sessions", "num_pageviews", "forms_submitted")
EMAILS = ("emails_delivered", "emails_opened", "emails_clicked")
COUNTS = (*CLICKS, *ENGAGEMENT, *EMAILS)
SOURCES = (
    "original_source",
    "original_source_d1",
    "original_source_d2",
    "canal_de_adquisicion",
    "latest_source",
    "last_referrer",
)
DATES = ("create_date", "close_date", "first_conversion_date", "recent_conversion_date")
PLACES = ("estado_de_procedencia", "prep_state", "prep_city", "ip_state", "prep_country", "ip_country")
REQUIRED = ("contact_id", "lifecycle_stage", "create_date", "original_source", *ENGAGEMENT)

CONTACTS = Schema(
    "contacts",
    "one row a contact",
    tuple(
        Column(
            name,
            "string",
            required=name in REQUIRED,
            nullable=name != "contact_id",
            key=name == "contact_id",
            description=aliases[0],
        )
        for name, aliases in ALIASES.items()
    ),
)
HISTORY = Schema(
    "history",
    "one row a value that a property of a contact had",
    (
        Column("contact_id", "string", key=True, references=("contacts", "contact_id")),
        Column("property", "string", key=True, description="Our name of a property, or a header for it"),
        Column("position", "integer", key=True, minimum=1, description="From 1, oldest first"),
        Column("value", "string", required=False, nullable=True),
        Column("time", "timestamp", nullable=True, description="When the property took the value"),
    ),
)
