"""Requests a second and their slowest per cent, for single profiles, on a served model.

`python -m benchmarks.profiles_api [--seconds 20] [--rate 200] [--workers 1] [--write]` trains a model on a
part of the stock profiles, serves it by `engagement serve`, and sends requests at a fixed rate, whether or
not the earlier ones are answered (an open loop, so that waiting counts): half ask for a known profile, half
send the daily rows of one profile. Client and server share the machine. To reach: 200 requests a second, p99
under 100 ms, no error.
"""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from benchmarks import profiles_doc
from engagement_utils.profiles import bundle, collect, models, sample, schema
from engagement_utils.tables.reading import read_tables

RATE, P99 = 200.0, 0.1  # to reach
PROFILES = 600
SERVE = "from engagement_utils.profiles.commands import serve; serve()"


def prepared(folder: Path) -> list[bytes]:
    """Save a model to `folder`, and give the bodies of requests."""
    daily = sample.simulate(sample.Truth(profiles=PROFILES)).daily
    daily["date"] = daily["date"].dt.date
    daily = daily.astype({"profile_id": "string[pyarrow]"})
    path = folder / "profiles.parquet"
    daily.to_parquet(path, index=False)
    dataset = read_tables({"profiles": str(path)}, {"profiles": schema.PROFILES}, aside=folder / "aside")
    ready = collect.prepare(dataset.connection, dataset["profiles"])
    rows, _ = collect.sample(ready, 10**9)
    latest = collect.current(ready)
    model = models.fit(rows, ready.span.last_week, models.Settings())
    bundle.save(model, {"backtest": []}, "# Benchmark\n", folder / "model", latest)
    bodies = [json.dumps({"profiles": [str(i)]}) for i in latest["profile_id"].head(100)]
    columns = ["date", "profile_id", "followers", "posts", "engagement", "reach", "impressions"]
    for _, part in list(daily.groupby("profile_id"))[:100]:
        plain = part[columns].assign(date=part["date"].astype(str))
        records = json.loads(plain.to_json(orient="records"))
        for record in records:
            if record["followers"] != "undefined":
                record["followers"] = int(record["followers"])
        bodies.append(json.dumps({"rows": records, "as_of": str(sample.LAST_DAY)}))
    order = np.random.default_rng(0).permutation(len(bodies))
    return [bodies[i].encode() for i in order]


def served(folder: Path, workers: int) -> tuple["subprocess.Popen[bytes]", str]:
    """The service, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", SERVE, "--model", str(folder / "model"), "--port", str(port)]
    server = subprocess.Popen([*command, "--workers", str(workers)], env=os.environ)
    url = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            httpx.get(f"{url}/health", timeout=5)
            return server, url
        except httpx.TransportError:
            time.sleep(0.1)
    server.terminate()
    msg = "the service did not answer within a minute"
    raise RuntimeError(msg)


async def asked(url: str, bodies: list[bytes], rate: float, seconds: float) -> dict[str, Any]:
    """Send at the rate; latency counts from when a request was due."""
    latencies: list[float] = []
    failures = 0
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=30) as client:
        head = {"content-type": "application/json"}

        async def one(body: bytes, due: float) -> None:
            nonlocal failures
            found = await client.post("/forecasts", content=body, headers=head)
            failures += found.status_code != 200
            latencies.append(time.perf_counter() - due)

        for body in bodies[:50]:
            await one(body, time.perf_counter())  # warm up
        latencies.clear()
        started, tasks = time.perf_counter(), []
        for i in range(int(rate * seconds)):
            due = started + i / rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            tasks.append(asyncio.create_task(one(bodies[i % len(bodies)], due)))
        await asyncio.gather(*tasks)
        took = time.perf_counter() - started
    ordered = np.sort(latencies)
    return {
        "rate": len(latencies) / took,
        "failures": failures,
        **{f"p{q}": float(np.percentile(ordered, q)) for q in (50, 95, 99)},
        "worst": float(ordered[-1]),
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as place:
        bodies = prepared(Path(place))
        server, url = served(Path(place), given.workers)
        try:
            r = asyncio.run(asked(url, bodies, given.rate, given.seconds))
        finally:
            server.terminate()
            server.wait()
    head = [
        "asked a second",
        "answered a second",
        "p50 (ms)",
        "p95 (ms)",
        "p99 (ms)",
        "slowest (ms)",
        "errors",
    ]
    times = [f"{r[k] * 1000:.1f}" for k in ("p50", "p95", "p99", "worst")]
    text = profiles_doc.table(head, [[f"{given.rate:g}", f"{r['rate']:.0f}", *times, str(r["failures"])]])
    busy = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    text += (
        f"\n\n{given.seconds:g} seconds, {given.workers} worker, {os.cpu_count()} cores shared with client "
        f" (load of the machine over 1, 5, 15 minutes: {busy}). To reach: {RATE:g} a second with p99 under "
        f"{P99 * 1000:g} ms."
    )
    print(text)
    reached = r["rate"] >= 0.99 * RATE and r["p99"] < P99 and not r["failures"]
    print("\nreached" if reached else "\nmissed")
    if given.write:
        profiles_doc.write("api", text)
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
