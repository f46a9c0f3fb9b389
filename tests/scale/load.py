"""Readers that ask again as soon as they are answered, and what servers do for them."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Sequence

READERS = 4


def requests_a_second(port: int, questions: Sequence[str], seconds: float) -> tuple[float, set[int]]:
    """(searches answered in a second by whoever listens there, every status that came)."""
    counts, statuses = [0] * READERS, set()
    deadline = time.monotonic() + seconds

    def read(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        turn = number
        while time.monotonic() < deadline:
            body = json.dumps({"question": questions[turn % len(questions)], "k": 10})
            connection.request("POST", "/api/search", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            statuses.add(answer.status)
            counts[number] += 1
            turn += READERS
        connection.close()

    began = time.monotonic()
    readers = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return sum(counts) / (time.monotonic() - began), statuses
