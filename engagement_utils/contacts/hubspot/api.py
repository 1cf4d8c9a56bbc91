"""Requests to HubSpot through its official client, repeated where repeating can help."""

import http.client
import json
import os
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import urllib3

from engagement_utils.contacts.hubspot.mapping import HubSpotError

TOKEN = "HUBSPOT_ACCESS_TOKEN"
PAGE = 50  # HubSpot's most for a page with property history
SEARCH_PAGE = ARCHIVED_PAGE = 100
ATTEMPTS = 8
LONGEST_WAIT = 120.0  # seconds
TIMEOUT = (10.0, 60.0)  # seconds to connect, to answer
REFUSED = {
    400: "HubSpot does not understand the request; check the internal names of the properties",
    401: f"HubSpot refuses the token; check the environment variable {TOKEN}",
    403: "the token may not read contacts; the private app needs the scope crm.objects.contacts.read",
    404: "HubSpot does not know the address that was asked",
}


def token() -> str:
    """The token of the environment. Raises HubSpotError when there is none."""
    value = os.environ.get(TOKEN, "").strip()
    if not value:
        msg = f"no token: set the environment variable {TOKEN} to the access token of a private app"
        raise HubSpotError(msg)
    return value


@dataclass
class Api:
    """HubSpot's contacts.

    Attributes:
        host: where the API is, "" for HubSpot itself.
        sleep: waits for seconds; tests pass their own.
        waited: seconds waited in all.
    """

    host: str = ""
    sleep: Callable[[float], None] = time.sleep
    waited: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        try:
            from hubspot import HubSpot
        except ImportError as error:
            msg = "the HubSpot client is not installed; install the extra `hubspot`"
            raise HubSpotError(msg) from error
        given: dict[str, Any] = {"host": self.host} if self.host else {}
        # this module repeats requests itself, and knows which
        client = HubSpot(access_token=token(), retry=urllib3.Retry(total=0, redirect=0), **given)
        self._contacts = client.crm.contacts

    def page(
        self, after: str | None, properties: Sequence[str], associations: Sequence[str]
    ) -> Mapping[str, Any]:
        """One page of all contacts, with property history."""
        more: dict[str, Any] = {"after": after} if after else {}
        if associations:
            more["associations"] = list(associations)
        call = self._contacts.basic_api.get_page
        return self._ask(
            lambda: call(limit=PAGE, properties_with_history=list(properties), archived=False, **more, **_RAW)
        )

    def archived(self, after: str | None) -> Mapping[str, Any]:
        """One page of deleted contacts (at most 100), as long as HubSpot can restore them; ids, dates."""
        more: dict[str, Any] = {"after": after} if after else {}
        call = self._contacts.basic_api.get_page
        return self._ask(
            lambda: call(limit=ARCHIVED_PAGE, properties=["lastmodifieddate"], archived=True, **more, **_RAW)
        )

    def modified(self, since: int, after: str | None) -> Mapping[str, Any]:
        """A page of contacts modified at or after `since` (epoch milliseconds), oldest first; ids, dates."""
        request: dict[str, Any] = {
            "filterGroups": [
                {"filters": [{"propertyName": "lastmodifieddate", "operator": "GTE", "value": str(since)}]}
            ],
            "sorts": [{"propertyName": "lastmodifieddate", "direction": "ASCENDING"}],
            "properties": ["lastmodifieddate"],
            "limit": SEARCH_PAGE,
        }
        if after:
            request["after"] = after
        return self._ask(lambda: self._contacts.search_api.do_search(request, **_RAW))

    def read(self, ids: Sequence[str], properties: Sequence[str]) -> Mapping[str, Any]:
        """Contacts by id (at most 50) with property history."""
        body = {
            "inputs": [{"id": i} for i in ids],
            "properties": [],
            "propertiesWithHistory": list(properties),
        }
        return self._ask(lambda: self._contacts.batch_api.read(body, **_RAW))

    def _ask(self, request: Callable[[], Any]) -> Mapping[str, Any]:
        """The answer's JSON; 429, server errors, cut connections and broken JSON are asked again."""
        why = ""
        for attempt in range(ATTEMPTS):
            try:
                answer = json.loads(request().data)
                if isinstance(answer, dict) and isinstance(answer.get("results"), list):
                    return answer
                why, wait = "the answer has no results", None
            except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
                why, wait = f"the connection failed ({type(error).__name__})", None
            except ValueError:
                why, wait = "the answer is no JSON", None
            except Exception as error:
                status = getattr(error, "status", None)
                if status is None:
                    raise
                if status != 429 and status < 500:
                    # the answer's text is not repeated: what it quotes is not known
                    msg = f"HTTP {status}: {REFUSED.get(status, 'HubSpot refuses the request')}"
                    raise HubSpotError(msg) from None
                why, wait = f"HTTP {status}", _retry_after(error)
            if attempt + 1 < ATTEMPTS:
                self._wait(attempt, wait)
        msg = (
            f"HubSpot did not answer after {ATTEMPTS} attempts: {why}; run the command again to go "
            "on from here"
        )
        raise HubSpotError(msg)

    def _wait(self, attempt: int, told: float | None) -> None:
        seconds = told if told is not None else 0.5 * 2**attempt * random.uniform(0.8, 1.2)
        seconds = min(seconds, LONGEST_WAIT)
        self.waited += seconds
        self.sleep(seconds)


_RAW = {"_preload_content": False, "_request_timeout": TIMEOUT}


def _retry_after(error: Any) -> float | None:
    """Seconds that a 429 asks to wait; None where it says nothing usable."""
    headers = {str(k).lower(): v for k, v in dict(getattr(error, "headers", None) or {}).items()}
    try:
        return max(0.0, float(headers["retry-after"]))
    except (KeyError, ValueError):
        return None
