"""A process that keeps conversations and is killed at any moment: what it was told is kept stays, once."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from app.stores.conversations import CONVERSATIONS_FILE, Conversations

ROUNDS = int(os.environ.get("KILLS", "8"))
NAMES = [f"conversation-{n}" for n in range(7)]
WRITER = """
import sys
from pathlib import Path
from app.stores.conversations import Conversations
kept = Conversations(Path(sys.argv[1]))
first = int(sys.argv[2])
for number in range(first, first + 100_000):
    conversation, key = f"conversation-{number % 7}", f"key-{number}"
    # As a page does that heard nothing: sent twice.
    turns = {kept.add("", conversation, key, f"Question {number}?", "{}") for _ in range(2)}
    print("asked", conversation, key, *turns, flush=True)
    kept.finish(conversation, turns.pop(), "told " * 200, '{"of": "' + key + '"}', ["a" * 20])
    print("done", conversation, key, flush=True)
"""


@pytest.mark.parametrize("seed", [20261128])
def test_a_kill_loses_and_doubles_nothing(tmp_path: Path, seed: int) -> None:
    path, chance = tmp_path / CONVERSATIONS_FILE, random.Random(seed)
    asked: dict[str, tuple[str, int]] = {}
    done: set[str] = set()
    for turn in range(ROUNDS):
        command = [sys.executable, "-c", WRITER, str(path), str(turn * 100_000)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(chance.uniform(0, 0.2))
            writer.kill()
            for line in writer.stdout:
                what, conversation, key, *numbers = line.split() if line.endswith("\n") else ("", "", "")
                if what == "asked":
                    assert len(numbers) == 1, "one question sent twice has one number"
                    asked[key] = conversation, int(numbers[0])
                if what == "done":
                    done.add(key)
        with closing(sqlite3.connect(path)) as file:
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            file.execute("INSERT INTO turn_words (turn_words) VALUES ('integrity-check')")
        with closing(Conversations(path)) as kept:
            found = [(name, one) for name in NAMES for one in kept.turns("", name) or []]
        turns = {one.key: (name, one) for name, one in found}
        assert len(found) == len(turns), "none is doubled"
        assert all((turns[key][0], turns[key][1].number) == place for key, place in asked.items())
        assert all(turns[key][1].done and turns[key][1].body == f'{{"of": "{key}"}}' for key in done)
    assert len(done) > ROUNDS
