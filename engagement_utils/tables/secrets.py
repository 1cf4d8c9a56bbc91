"""Credentials in URLs: `${NAME}` stands for an environment variable, and only the kernel looks it up.

`postgresql://reader:${PG_PASSWORD}@db/engagement` travels as it is written through plan, cache key, notebook
and manifest; `expand` is called where the connection is made. Text that is no URL is left alone.
"""

import os
import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, quote

from engagement_utils.errors import ParameterError

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_ONLY_NAMES = re.compile(r"(?:\$\{[A-Za-z_][A-Za-z0-9_]*\})*")
_SECRET_KEYS = re.compile(r"(?i)passw|pwd|secret|token|api_?key|access_?key|credential|sslkey")
# in text of any kind (messages, tracebacks): what stands between "user:" and the last "@" of the word
_IN_TEXT = re.compile(r"(://[^\s/?#:@'\"]*:)([^\s'\"]+)@")
_QUERY_IN_TEXT = re.compile(
    r"(?i)([?&;][^\s=&;'\"]*(?:passw|pwd|secret|token|api_?key|access_?key|credential|sslkey)[^\s=&;'\"]*=)"
    r"(?!\$\{)[^\s&;'\"]+"
)
HIDDEN = "***"


def is_url(text: str) -> bool:
    """Whether `text` starts with a scheme, such as `postgresql://`; only such text is ever expanded."""
    return bool(_URL.match(text))


def names(text: str) -> list[str]:
    """The environment variables that a URL names as `${NAME}`, in order; of other text none."""
    return list(dict.fromkeys(_NAME.findall(text))) if is_url(text) else []


def literal_password(text: str) -> bool:
    """Whether a URL has a password (or token) written out, in the authority or in the query."""
    if not is_url(text):
        return False
    _, colon, password = _userinfo(text).partition(":")
    if colon and not _ONLY_NAMES.fullmatch(password):
        return True
    pairs = parse_qsl(text.partition("?")[2])
    return any(_SECRET_KEYS.search(key) and not _ONLY_NAMES.fullmatch(value) for key, value in pairs)


def expand(text: str) -> str:
    """A URL with every `${NAME}` replaced by the environment variable; other text as it is.

    A password is percent-encoded on its way in, so the variable holds it as it is typed.

    Raises:
        ParameterError: a variable is not set; the text names it.
    """
    if not is_url(text):
        return text
    missing = [name for name in names(text) if name not in os.environ]
    if missing:
        msg = f"{', '.join(missing)}: not set in the environment, but named in {redact(text)}"
        raise ParameterError(msg)
    start = text.index("://") + 3
    user, colon, password = _userinfo(text).partition(":")
    first, last = start + len(user + colon), start + len(user + colon + password)

    def value(match: re.Match[str]) -> str:
        found = os.environ[match[1]]
        return quote(found, safe="") if first <= match.start() < last else found

    return _NAME.sub(value, text)


def redact(text: str, urls: Iterable[str] = ()) -> str:
    """`text` (a message, a traceback) without passwords.

    Hides what URLs in it write out, and the value of every variable that `urls` name as `${NAME}`,
    plain and percent-encoded.
    """
    for url in urls:
        for name in names(url):
            value = os.environ.get(name, "")
            for form in {value, quote(value, safe="")} - {""}:
                text = text.replace(form, HIDDEN)
    text = _IN_TEXT.sub(lambda m: m[0] if _ONLY_NAMES.fullmatch(m[2]) else f"{m[1]}{HIDDEN}@", text)
    return _QUERY_IN_TEXT.sub(rf"\g<1>{HIDDEN}", text)


def _userinfo(url: str) -> str:
    """What stands before the host: up to the last "@" of the authority, "" without one.

    A password may hold "/", "?" or "#" unescaped by mistake; outside http(s), where a path may well hold
    an "@", the last "@" of the whole URL counts, so that such a password is seen too.
    """
    scheme, _, rest = url.partition("://")
    if scheme.lower() in {"http", "https"}:
        rest = re.split(r"[/?#]", rest, maxsplit=1)[0]
    return rest.rpartition("@")[0]
