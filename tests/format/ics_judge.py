#!/usr/bin/env python3
"""Our calendars beside python3-icalendar and python-dateutil: what we write icalendar reads as we
meant it, and the occurrences we take from its files are those that dateutil names. Prints TAP."""
import datetime
import json
import random
import subprocess
import sys

try:
    import dateutil.rrule
    import icalendar
except ImportError:
    print("1..0 # SKIP python3-icalendar or python3-dateutil is not installed")
    sys.exit(0)

DUMP = sys.argv[1]
UTC = datetime.timezone.utc
PIECES = ["Québec", "a,b", "c;d", "back\\slash", "new\nline", "Ελλάδα", "x" * 70, "é" * 40, "日本", ": "]
RULES = ["FREQ=DAILY;COUNT=10", "FREQ=DAILY;INTERVAL=10;COUNT=5", "FREQ=WEEKLY;COUNT=10",
         "FREQ=WEEKLY;UNTIL=20261224T000000Z", "FREQ=WEEKLY;INTERVAL=2;COUNT=8;BYDAY=TU,TH;WKST=SU",
         "FREQ=MONTHLY;COUNT=8;BYDAY=1FR", "FREQ=MONTHLY;INTERVAL=2;COUNT=4;BYDAY=1SU,-1SU",
         "FREQ=MONTHLY;COUNT=6;BYMONTHDAY=-3", "FREQ=MONTHLY;COUNT=6;BYMONTHDAY=2,15",
         "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
         "FREQ=YEARLY;COUNT=3;BYMONTH=6,7", "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8"]


def ours(arguments, data):
    done = subprocess.run([DUMP] + arguments, input=data, stdout=subprocess.PIPE, check=True)
    return done.stdout


def text(rng):
    return "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 6))).strip()


def written_by_us(rng):
    events = []
    for n in range(20):
        day = datetime.date(2026, 1, 1) + datetime.timedelta(days=rng.randint(0, 300))
        start, until = (day.isoformat(), (day + datetime.timedelta(days=2)).isoformat()) if n % 2 else \
            (f"{day}T09:30:00Z", f"{day}T11:00:00Z")
        events.append([f"u{n}", start, until, text(rng), text(rng), "CONFIRMED"])
    data = ours(["--write"], "\n".join(json.dumps(e) for e in events).encode())
    for line in data.split(b"\r\n"):
        if len(line) > 75:
            return "a line is longer than 75 octets"
        line.decode("utf-8")
    read = icalendar.Calendar.from_ical(data).walk("VEVENT")
    if len(read) != len(events):
        return f"{len(read)} events"
    for (uid, start, until, summary, description, status), e in zip(events, read):
        days = len(start) == 10
        first, last = e.decoded("DTSTART"), e.decoded("DTEND")
        if days:
            last -= datetime.timedelta(days=1)
        form = (lambda d: d.isoformat()) if days else (lambda d: d.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        got = [str(e["UID"]), form(first), form(last), str(e["SUMMARY"]), str(e["DESCRIPTION"]), str(e["STATUS"])]
        if got != [uid, start, until, summary, description, status]:
            return f"{got} for {[uid, start, until, summary, description, status]}"
        if "DTSTAMP" not in e or "SEQUENCE" not in e:
            return "an event without DTSTAMP or SEQUENCE"
    return None


def occurrences(_):
    for rule in RULES:
        calendar = icalendar.Calendar()
        event = icalendar.Event()
        start = datetime.datetime(2026, 1, 6, 9, 0, tzinfo=UTC)
        named = dateutil.rrule.rrulestr(rule, dtstart=start)
        start = next(iter(named))  # a DTSTART that the rule names, as RFC 5545 asks for
        named = dateutil.rrule.rrulestr(rule, dtstart=start)
        event.add("uid", "r")
        event.add("dtstart", start)
        event.add("rrule", icalendar.vRecur.from_ical(rule))
        calendar.add_component(event)
        told = [json.loads(line)[1] for line in ours([], calendar.to_ical()).decode().splitlines()]
        last = datetime.datetime(2026, 12, 31, tzinfo=UTC)
        want = [d.strftime("%Y-%m-%dT%H:%M:%SZ") for d in named.between(start, last, inc=True)]
        if told != want[:200]:
            return f"{rule}: {told} for {want}"
    return None


def zoned(_):
    calendar = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:z\r\n"
                "DTSTART;TZID=America/Toronto:20260301T090000\r\nDTEND;TZID=America/Toronto:20260301T100000\r\n"
                "RRULE:FREQ=WEEKLY;COUNT=3\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    told = [json.loads(line)[1:3] for line in ours([], calendar.encode()).decode().splitlines()]
    want = [["2026-03-01T14:00:00Z", "2026-03-01T15:00:00Z"], ["2026-03-08T13:00:00Z", "2026-03-08T14:00:00Z"],
            ["2026-03-15T13:00:00Z", "2026-03-15T14:00:00Z"]]
    return None if told == want else f"{told}"


def main():
    failed = 0
    tests = ((written_by_us, "icalendar reads what we write as we meant it"),
             (occurrences, "occurrences are those that dateutil names"),
             (zoned, "an hour of the day stays across the change of the clocks"))
    print(f"1..{len(tests)}")
    for number, (run, title) in enumerate(tests, 1):
        wrong = run(random.Random(11))
        failed += wrong is not None
        print(f"{'not ok' if wrong else 'ok'} {number} - {title}" + (f"\n# {wrong}" if wrong else ""))
    sys.exit(1 if failed else 0)


main()
