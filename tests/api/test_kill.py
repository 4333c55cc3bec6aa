"""The whole program killed under a load of writes: nothing that was acknowledged is lost.

Each round starts the program on the same instance, lets several clients write at once, kills it
without warning at a moment drawn from a seed (printed, and taken from SEED when set), and looks:
every acknowledged record is there, the ledger is sound, and the picture equals one made anew.
"""
import http.client
import json
import os
import random
import signal
import threading
import time
import unittest

import door

ROUNDS, WRITERS = 4, 6
KILL_AFTER_S = (0.05, 1.2)
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))


class Writer(threading.Thread):
    """Creates actors, and changes each one, until the program is gone."""

    def __init__(self, client, name):
        super().__init__(daemon=True)
        self.client, self.name = client, name
        self.acknowledged = {}  # newest acknowledged version by id
        self.wrong = []
        self.start()

    def write(self, number):
        made = self.client.post("/api/v1/actors", judge=False, body={
            "nature": "unit", "name_en": f"{self.name} {number}"})
        if made.status != 201:
            self.wrong.append((made.status, made.bytes))
            return
        identifier = made.json["id"]
        self.acknowledged[identifier] = 1
        changed = self.client.patch(f"/api/v1/actors/{identifier}", {"notes": str(number)},
                                    made.etag, judge=False)
        if changed.status != 200:
            self.wrong.append((changed.status, changed.bytes))
            return
        self.acknowledged[identifier] = 2

    def run(self):
        number = 0
        try:
            while not self.wrong:
                self.write(number)
                number += 1
        except (OSError, ValueError, http.client.HTTPException):
            pass  # it is gone; what it did not answer is not acknowledged


class Kill(unittest.TestCase):
    def setUp(self):
        self.instance = door.Instance()

    def tearDown(self):
        self.assertEqual(self.instance.close(), 0)

    def round(self, random_source, number):
        """Writes and dies; returns what was acknowledged."""
        client = self.instance.clients["contributor"]
        writers = [Writer(client, f"Round {number} writer {i}") for i in range(WRITERS)]
        self.assertTrue(door.wait_until(lambda: any(w.acknowledged for w in writers)))
        time.sleep(random_source.uniform(*KILL_AFTER_S))
        self.instance.process.send_signal(signal.SIGKILL)
        self.instance.process.wait(timeout=60)
        self.instance.process.stdout.close()
        acknowledged = {}
        for writer in writers:
            writer.join(60)
            self.assertFalse(writer.is_alive())
            self.assertEqual(writer.wrong, [])
            acknowledged.update(writer.acknowledged)
        return acknowledged

    def console(self, *words):
        done = self.instance.run("--output", "json", *words)
        self.assertEqual(done.returncode, 0, (words, done.stderr))
        return json.loads(done.stdout)

    def test_what_was_acknowledged_survives_a_kill_at_any_moment(self):
        print(f"seed {SEED}", flush=True)
        source, everything = random.Random(SEED), {}
        for number in range(ROUNDS):
            everything.update(self.round(source, number))
            self.assertTrue(self.console("verify")["sound"])
            self.assertTrue(self.console("rebuild")["identical"])
            self.instance.start()
            reader = self.instance.clients["reader"]
            for identifier, version in everything.items():
                reply = reader.get(f"/api/v1/actors/{identifier}", judge=False)
                self.assertEqual(reply.status, 200, identifier)
                self.assertGreaterEqual(reply.json["version"], version)
        self.assertGreater(len(everything), ROUNDS)


if __name__ == "__main__":
    door.main()
