"""A local server that speaks the part of HubSpot's CRM v3 that the pull uses, with its ways of failing."""

import json
import socket
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOKEN = "pat-na1-planted-secret-token"
START = 1_700_000_000_000


def contact(number, modified=0):
    """A contact with a history out of order; every third one without."""
    moment = f"2024-05-0{1 + number % 9}T10:00:00.000Z"
    history = [
        {"value": "lead", "timestamp": "2024-02-01T00:00:00Z", "sourceType": "FORM"},
        {"value": "subscriber", "timestamp": "2024-01-01T00:00:00.500Z", "sourceType": "FORM"},
    ]
    stage = {} if number % 3 == 0 else {"lifecyclestage": history}
    return {
        "id": str(number),
        "properties": {"lifecyclestage": "lead", "city": f"Ciudad {number}" if number % 2 else None},
        "propertiesWithHistory": stage,
        "associations": {
            "companies": {"results": [{"id": str(9000 + number % 7), "type": "contact_to_company"}]}
        },
        "createdAt": moment,
        "updatedAt": f"2024-06-{1 + modified:02d}T00:00:00.000Z",
        "archived": False,
    }


class FakeHubSpot:
    """Contacts 1 to `total`; `faults` says what happens to the nth request: a status, "cut" or "broken"."""

    def __init__(self, total, faults=None, retry_after="0"):
        self.total, self.faults, self.retry_after = total, faults or {}, retry_after
        self.requests, self.served, self.seen = 0, Counter(), []
        self.changed = {}
        self.archived = set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def do_GET(self):
                outer.answer(self, None)

            def do_POST(self):
                length = int(self.headers.get("Content-Length") or 0)
                outer.answer(self, json.loads(self.rfile.read(length)))

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, handler, body):
        self.requests += 1
        fault = self.faults.get(self.requests)
        if handler.headers.get("Authorization") != f"Bearer {TOKEN}":
            fault = 401
        if fault == "cut":
            # closing alone leaves the socket open, for the handler's files hold it too
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
            return
        if fault == "broken":
            self.send(handler, 200, b'{"results": [{"id": "1", ')
            return
        if fault:
            text = json.dumps(
                {"status": "error", "message": f"planted {handler.headers.get('Authorization')}"}
            )
            self.send(
                handler, fault, text.encode(), {"Retry-After": self.retry_after} if fault == 429 else {}
            )
            return
        url = urlsplit(handler.path)
        if url.path.endswith("/search"):
            found = self.search(body)
        elif url.path.endswith("/batch/read"):
            found = {"results": [self.get(int(i["id"])) for i in body["inputs"]]}
        else:
            found = self.page(parse_qs(url.query))
        self.send(handler, 200, json.dumps(found).encode())

    def get(self, number):
        result = contact(number, 1 if number in self.changed else 0)
        if number in self.changed:
            result["properties"]["city"] = self.changed[number]
        return result

    def page(self, query):
        if query.get("archived", [""])[0].lower() == "true":  # the client writes True
            return self.deleted(query)
        after = int(query.get("after", ["0"])[0])
        limit = min(int(query["limit"][0]), 50)
        numbers = range(after + 1, min(after + limit, self.total) + 1)
        self.served.update(numbers)
        result = {"results": [self.get(n) for n in numbers if n not in self.archived]}
        if numbers and numbers[-1] < self.total:
            result["paging"] = {"next": {"after": str(numbers[-1]), "link": "unused"}}
        return result

    def deleted(self, query):
        """Archived contacts, as HubSpot lists them: ids and moments, without those that are not archived."""
        numbers, after = sorted(self.archived), int(query.get("after", ["0"])[0])
        part = numbers[after : after + int(query["limit"][0])]
        result = {
            "results": [contact(n) | {"archived": True, "archivedAt": "2024-07-01T00:00:00Z"} for n in part]
        }
        if after + len(part) < len(numbers):
            result["paging"] = {"next": {"after": str(after + len(part))}}
        return result

    def search(self, body):
        self.seen.append(body)
        numbers = sorted(set(self.changed) - self.archived)
        after, limit = int(body.get("after") or 0), body["limit"]
        part = numbers[after : after + limit]
        result = {
            "total": len(numbers),
            "results": [{"id": str(n), "updatedAt": self.get(n)["updatedAt"]} for n in part],
        }
        if after + limit < len(numbers):
            result["paging"] = {"next": {"after": str(after + limit)}}
        return result

    def send(self, handler, status, payload, headers=None):
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(payload)))
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(payload)
