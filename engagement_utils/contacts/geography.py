"""Where a contact comes from: local, domestic, international or unknown, and the Mexican state."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir

LOCAL, DOMESTIC, INTERNATIONAL, UNKNOWN = TIERS = ("local", "domestic", "international", "unknown")
LOCAL_STATE = "Querétaro"
# the states of Mexico with the spellings and abbreviations (ISO 3166-2:MX, postal, everyday) that occur
STATES: Mapping[str, tuple[str, ...]] = {
    "Aguascalientes": ("aguascalientes", "ags", "agu"),
    "Baja California": ("baja california", "baja california norte", "bc", "bcn", "tijuana", "mexicali"),
    "Baja California Sur": ("baja california sur", "bcs", "la paz"),
    "Campeche": ("campeche", "camp", "cam"),
    "Chiapas": ("chiapas", "chis", "chp", "tuxtla gutierrez"),
    "Chihuahua": ("chihuahua", "chih", "chh", "ciudad juarez"),
    "Ciudad de México": (
        "ciudad de mexico",
        "cdmx",
        "cd de mexico",
        "mexico city",
        "distrito federal",
        "df",
        "d f",
        "mexico df",
        "mexico d f",
        "cmx",
        "cdmx distrito federal",
    ),
    "Coahuila": ("coahuila", "coahuila de zaragoza", "coah", "coa", "saltillo", "torreon"),
    "Colima": ("colima", "col"),
    "Durango": ("durango", "dgo", "dur"),
    "Estado de México": (
        "estado de mexico",
        "edo de mexico",
        "edo mexico",
        "edomex",
        "edo mex",
        "mex",
        "edo de mex",
        "state of mexico",
        "toluca",
    ),
    "Guanajuato": (
        "guanajuato",
        "gto",
        "gua",
        "celaya",
        "leon",
        "irapuato",
        "salamanca",
        "san miguel de allende",
    ),
    "Guerrero": ("guerrero", "gro", "acapulco"),
    "Hidalgo": ("hidalgo", "hgo", "hid", "pachuca"),
    "Jalisco": ("jalisco", "jal", "guadalajara", "zapopan"),
    "Michoacán": ("michoacan", "michoacan de ocampo", "mich", "mic", "morelia"),
    "Morelos": ("morelos", "mor", "cuernavaca"),
    "Nayarit": ("nayarit", "nay", "tepic"),
    "Nuevo León": ("nuevo leon", "nl", "n l", "nle", "monterrey"),
    "Oaxaca": ("oaxaca", "oax", "oaxaca de juarez"),
    "Puebla": ("puebla", "pue", "heroica puebla de zaragoza"),
    "Querétaro": (
        "queretaro",
        "queretaro de arteaga",
        "qro",
        "que",
        "qto",
        "queretaro arteaga",
        "santiago de queretaro",
        "queretaro qro",
        "san juan del rio",
        "el marques",
        "corregidora",
        "juriquilla",
    ),
    "Quintana Roo": ("quintana roo", "q roo", "qroo", "q r", "roo", "cancun"),
    "San Luis Potosí": ("san luis potosi", "slp", "s l p"),
    "Sinaloa": ("sinaloa", "sin", "culiacan", "mazatlan"),
    "Sonora": ("sonora", "son", "hermosillo"),
    "Tabasco": ("tabasco", "tab", "villahermosa"),
    "Tamaulipas": ("tamaulipas", "tamps", "tam", "tampico", "reynosa"),
    "Tlaxcala": ("tlaxcala", "tlax", "tla"),
    "Veracruz": ("veracruz", "veracruz de ignacio de la llave", "ver", "xalapa", "veracruz llave"),
    "Yucatán": ("yucatan", "yuc", "merida"),
    "Zacatecas": ("zacatecas", "zac"),
}
MEXICO = ("mexico", "mx", "mex", "mexico mx", "estados unidos mexicanos")
NO_PLACE = (
    "",
    "n a",
    "na",
    "none",
    "unknown",
    "desconocido",
    "otro",
    "otra",
    "other",
    "no aplica",
    "sin dato",
)
# a tier's two segments: high and low engagement
SEGMENTS: Mapping[str, tuple[str, str]] = {
    DOMESTIC: ("2A", "2B"),
    INTERNATIONAL: ("2C", "2D"),
    LOCAL: ("2E", "2F"),
}
NO_SEGMENT = "2-unknown"


def _letters(place: ir.StringValue) -> ir.StringValue:
    return place.re_replace(r"[^a-z]+", " ").strip()


def state_of(place: ir.StringValue) -> ir.StringValue:
    """The Mexican state that a `words.plain` text names, by our spelling; null where it names none."""
    return _letters(place).cases(*((w, state) for state, words in STATES.items() for w in words), else_=None)


def is_mexico(country: ir.StringValue) -> ir.BooleanValue:
    """True for Mexico, false for another country, null where none is given; `country` is `words.plain`."""
    known = [*((w, None) for w in NO_PLACE), *((w, True) for w in MEXICO)]
    return _letters(country).cases(*known, else_=False)


def place(t: ir.Table) -> dict[str, ir.Value]:
    """Columns `state` and `tier`.

    What the contact declares (state of origin, high school) goes before where the connection came from. A
    contact in Mexico without a state is unknown: it could be local or domestic.

    Args:
        t: has, for each field of geography, the column `<field>_state` or `<field>_mexico`.
    """
    declared = ibis.coalesce(t.estado_de_procedencia_state, t.prep_state_state, t.prep_city_state)
    home_abroad = (~t.prep_country_mexico).fill_null(False)
    ip_abroad = (~t.ip_country_mexico).fill_null(False)
    state = ibis.coalesce(declared, (home_abroad | ip_abroad).ifelse(None, t.ip_state_state))
    tier = ibis.cases(
        ((state == LOCAL_STATE).fill_null(False), LOCAL),
        (state.notnull(), DOMESTIC),
        (home_abroad | ip_abroad, INTERNATIONAL),
        else_=UNKNOWN,
    )
    return {"state": state, "tier": tier}
