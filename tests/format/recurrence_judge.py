#!/usr/bin/env python3
"""Judges the expansion of recurrence rules: python-dateutil expands the same ones, those of the
examples of RFC 5545 section 3.8.5.3 that name days, and random ones."""
import datetime
import itertools
import random
import subprocess
import sys

from dateutil.rrule import rrulestr

# the rule, its first day, and the first days that the RFC itself lists
EXAMPLES = [
    ("FREQ=DAILY;COUNT=10", "1997-09-02", "1997-09-02 1997-09-03 1997-09-04"),
    ("FREQ=DAILY;UNTIL=19971224", "1997-09-02", "1997-09-02 1997-09-03 1997-09-04"),
    ("FREQ=DAILY;INTERVAL=2", "1997-09-02", "1997-09-02 1997-09-04 1997-09-06"),
    ("FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09-02", "1997-09-02 1997-09-12 1997-09-22 1997-10-02 1997-10-12"),
    ("FREQ=YEARLY;UNTIL=20000131;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", "1998-01-01", "1998-01-01 1998-01-02"),
    ("FREQ=DAILY;UNTIL=20000131;BYMONTH=1", "1998-01-01", "1998-01-01 1998-01-02"),
    ("FREQ=WEEKLY;COUNT=10", "1997-09-02", "1997-09-02 1997-09-09 1997-09-16"),
    ("FREQ=WEEKLY;UNTIL=19971224", "1997-09-02", "1997-09-02 1997-09-09"),
    ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", "1997-09-02", "1997-09-02 1997-09-16 1997-09-30"),
    ("FREQ=WEEKLY;UNTIL=19971007;WKST=SU;BYDAY=TU,TH", "1997-09-02", "1997-09-02 1997-09-04 1997-09-09"),
    ("FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", "1997-09-02", "1997-09-02 1997-09-04 1997-09-09"),
    ("FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224;WKST=SU;BYDAY=MO,WE,FR", "1997-09-01", "1997-09-01 1997-09-03 1997-09-05 1997-09-15"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997-09-02", "1997-09-02 1997-09-04 1997-09-16"),
    ("FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "1997-09-05", "1997-09-05 1997-10-03 1997-11-07"),
    ("FREQ=MONTHLY;UNTIL=19971224;BYDAY=1FR", "1997-09-05", "1997-09-05 1997-10-03"),
    ("FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", "1997-09-07", "1997-09-07 1997-09-28 1997-11-02"),
    ("FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997-09-22", "1997-09-22 1997-10-20 1997-11-17"),
    ("FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09-28", "1997-09-28 1997-10-29 1997-11-28"),
    ("FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", "1997-09-02", "1997-09-02 1997-09-15 1997-10-02"),
    ("FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", "1997-09-30", "1997-09-30 1997-10-01 1997-10-31"),
    ("FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15", "1997-09-10", "1997-09-10 1997-09-11"),
    ("FREQ=MONTHLY;INTERVAL=2;BYDAY=TU", "1997-09-02", "1997-09-02 1997-09-09 1997-09-16"),
    ("FREQ=YEARLY;COUNT=10;BYMONTH=6,7", "1997-06-10", "1997-06-10 1997-07-10 1998-06-10"),
    ("FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3", "1997-03-10", "1997-03-10 1999-01-10 1999-02-10"),
    ("FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200", "1997-01-01", "1997-01-01 1997-04-10 1997-07-19 2000-01-01"),
    ("FREQ=YEARLY;BYDAY=20MO", "1997-05-19", "1997-05-19 1998-05-18 1999-05-17"),
    ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997-05-12", "1997-05-12 1998-05-11 1999-05-17"),
    ("FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "1997-03-13", "1997-03-13 1997-03-20 1997-03-27"),
    ("FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8", "1997-06-05", "1997-06-05 1997-06-12"),
    ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1998-02-13", "1998-02-13 1998-03-13 1998-11-13"),
    ("FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "1997-09-13", "1997-09-13 1997-10-11"),
    ("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996-11-05", "1996-11-05 2000-11-07 2004-11-02"),
    ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04", "1997-09-04 1997-10-07 1997-11-06"),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29", "1997-09-29 1997-10-30 1997-11-27"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05", "1997-08-05 1997-08-10 1997-08-19 1997-08-24"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05", "1997-08-05 1997-08-17 1997-08-19 1997-08-31"),
    ("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007-01-15", "2007-01-15 2007-01-30 2007-02-15 2007-03-15 2007-03-30"),
]

REFUSED = [
    "", "FREQ=", "FREQ=OFTEN", "BYMONTH=3", "FREQ=HOURLY", "FREQ=MINUTELY;INTERVAL=15", "FREQ=SECONDLY",
    "FREQ=DAILY;COUNT=2;UNTIL=20200101", "FREQ=DAILY;BYMONTH=13", "FREQ=DAILY;BYHOUR=9", "FREQ=DAILY;FREQ=DAILY",
    "FREQ=MONTHLY;BYDAY=XX", "RRULE:FREQ=DAILY", "FREQ=DAILY;INTERVAL=0",
    # named in no year: looked for to the end of the calendar, they would take seconds
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=4", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=366", "FREQ=YEARLY;BYDAY=53MO;BYMONTHDAY=1;BYMONTH=2",
]


def random_rule(r):
    freq = r.choice(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
    parts = ["FREQ=" + freq]
    if r.random() < 0.5:
        parts.append(f"INTERVAL={r.randint(1, 5)}")
    if freq == "WEEKLY" or r.random() < 0.3:
        parts.append("BYDAY=" + ",".join(r.sample(["MO", "TU", "WE", "TH", "FR", "SA", "SU"], r.randint(1, 3))))
    if freq in ("MONTHLY", "YEARLY") and r.random() < 0.5:
        parts.append("BYMONTHDAY=" + ",".join(str(d) for d in r.sample([1, 2, 15, 28, 29, 30, 31, -1, -5], r.randint(1, 2))))
    if freq != "WEEKLY" and r.random() < 0.4:
        parts.append("BYMONTH=" + ",".join(str(m) for m in sorted(r.sample(range(1, 13), r.randint(1, 3)))))
    if r.random() < 0.3:
        parts.append(f"COUNT={r.randint(1, 30)}")
    return ";".join(parts)


def judged(rule, start, first, last, most):
    begin = datetime.datetime.fromisoformat(start)
    days = itertools.takewhile(lambda d: d <= datetime.datetime.fromisoformat(last), rrulestr(rule, dtstart=begin))
    days = [d.date().isoformat() for d in days if d >= datetime.datetime.fromisoformat(first)]
    return " ".join(days[:most]) + (" cut" if len(days) > most else "")


def main():
    cases = [(rule, start, start, "2010-12-31", 400) for rule, start, _ in EXAMPLES]
    r = random.Random(5545)
    for _ in range(400):
        rule = random_rule(r)
        start = (datetime.date(2015, 1, 1) + datetime.timedelta(r.randint(0, 2000))).isoformat()
        cases.append((rule, start, "2018-01-01", "2027-12-31", r.choice([0, 1, 50, 400])))
    refused = [(rule, "2020-01-01", "2020-01-01", "2021-01-01", 5) for rule in REFUSED]
    hostile = [("FREQ=DAILY;COUNT=9999", "0001-01-01", "9000-01-01", "9000-12-31", 5)]
    never = [("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2020-01-01", "2020-01-01", "2400-01-01", 5)]
    lines = "".join(" ".join(str(p) for p in case) + "\n" for case in cases + refused + hostile + never)
    answer = subprocess.run([sys.argv[1]], input=lines, capture_output=True, text=True, check=True)
    got = answer.stdout.split("\n")
    results = []
    for (rule, start, listed), text in zip(EXAMPLES, got):
        results.append((f"{rule} begins as the RFC lists it", text.startswith(listed), text))
    for case, text in zip(cases, got):
        wanted = judged(*case)
        results.append((f"{case[0]} from {case[1]}", text == wanted, f"{text}\n# not {wanted}"))
    at = len(cases)
    for case in refused:
        results.append((f"{case[0]!r} is refused", got[at] == "error", got[at]))
        at += 1
    results.append(("a rule that recurs without end is left", got[at] == "too large", got[at]))
    results.append(("a day that never comes is no rule", got[at + 1] == "error", got[at + 1]))
    print(f"1..{len(results)}")
    for i, (name, good, detail) in enumerate(results, 1):
        print(f"{'ok' if good else 'not ok'} {i} - {name}")
        if not good:
            print(f"# {detail}")
    return 0 if all(good for _, good, _ in results) else 1


sys.exit(main())
