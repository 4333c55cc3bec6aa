"""The slow, obvious second implementation of the trust kernel: exact rationals and big integers.

Reads the cases that oracle_driver prints, computes every answer from the inputs by definition, and
reports in TAP. Nothing here is shared with the kernel. Usage: oracle.py WHAT DRIVER
"""
import json
import math
import subprocess
import sys
from decimal import Decimal, getcontext
from fractions import Fraction as F

getcontext().prec = 100
ONE = 2**32
UNITS = ONE * 10**6
decay_cache = {}


def decay(dt, h):
    """floor(2^32 * 2^(-dt/h)), by integer powers where that is feasible, else by 100 digits."""
    if (dt, h) not in decay_cache:
        halvings, rest = divmod(dt, h)
        if rest == 0:
            d = ONE >> halvings
        elif halvings >= 32:
            d = 0
        else:
            x = Decimal(2) ** (Decimal(32 - halvings) - Decimal(rest) / Decimal(h))
            d = int(x)
            assert abs(x - round(x)) > Decimal(10) ** -40
        if h <= 400 and dt <= 32 * h:
            # d <= 2^(32 - dt/h) < d + 1, both sides to the power h
            assert d**h * 2**dt <= 2 ** (32 * h) < (d + 1) ** h * 2**dt
        decay_cache[dt, h] = d
    return decay_cache[dt, h]


def close(got, want, tolerance):
    assert abs(F(got) - F(want)) <= tolerance, (got, float(want))


def judge_decay(c):
    want = decay(c["dt"], c["h"])
    assert c["d"] == want and c["wide"] == want, c
    rest = c["dt"] % c["h"]
    if rest:
        power = Decimal(2) ** (256 - Decimal(rest) / Decimal(c["h"]))
        assert 0 <= power - int(c["power"], 16) < 2**16, "a lower bound, within 2^-240"


class Opinion:
    """Section 5 of the model, in rationals."""

    def __init__(self, p, n, a, kappa, w):
        self.s = (1 + kappa) * (p + n) + w
        self.b, self.d = p / self.s, n / self.s
        self.u = (w + kappa * (p + n)) / self.s
        self.e = a + (p * (1 - a) - n * a) / self.s
        assert 0 < self.e < 1
        assert self.b + self.d + self.u == 1
        assert self.e == self.b + a * self.u
        assert self.u >= kappa / (1 + kappa)


def judge_opinion(got, want, a):
    tolerance = F(1, 10**14)
    for g, w in zip(got, [want.b, want.d, want.u, a, want.e]):
        close(g, w, tolerance)


def judge_explanation(c, o, weights, a, lam):
    exact = {}
    for i, side, units in weights:
        exact[i] = -lam * units * a / o.s if side % 2 else units * (1 - a) / o.s
    assert sum(exact.values()) == o.e - a, "the explanation is an identity"
    assert [t[0] for t in c["terms"]] == [i for i, _, _ in weights]
    for i, d, weight, share, ppm in c["terms"]:
        at, w, side, _ = c["items"][i]
        assert d == decay(c["as_of"] - at, c["h"][side % 2])
        close(weight, F(w * d, UNITS), F(1, 10**9))
        close(share, exact[i], F(1, 10**13))
        assert abs(ppm - exact[i] * 10**6) < F(1000001, 1000000)
    printed = [round(x * 1e6) for x in (c["opinion"][4], c["opinion"][3])]
    if c["terms"]:
        assert sum(t[4] for t in c["terms"]) == printed[0] - printed[1], "printed figures add up"


def judge_trust(c):
    readable = set(c["readable"])
    sums = [[0, 0], [0, 0], [0, 0]]
    weights = []
    for i, (at, w, side, label) in enumerate(c["items"]):
        if at > c["seen_until"] or label not in readable:
            continue
        x = w * decay(c["as_of"] - at, c["h"][side % 2])
        sums[side // 2][side % 2] += x
        weights.append((i, side, F(x, UNITS)))
    assert sums == c["sums"], (sums, c["sums"])
    a, lam, kappa, w = (F(c[k]) for k in ("a", "lambda", "kappa", "w"))
    p = F(sum(s[0] for s in sums), UNITS)
    n = lam * F(sum(s[1] for s in sums), UNITS)
    o = Opinion(p, n, a, kappa, w)
    judge_opinion(c["opinion"], o, a)
    judge_explanation(c, o, weights, a, lam)
    up, down = Opinion(p + 1, n, a, kappa, w), Opinion(p, n + lam * 4, a, kappa, w)
    assert up.e >= o.e >= down.e
    if o.e >= (F(1, 2) + kappa * a) / (1 + kappa):
        fall = Opinion(p, n + lam, a, kappa, w).e
        assert o.e - fall >= up.e - o.e, "lost faster than earned"
    judge_opinion(c["kept1"], up, a)
    judge_opinion(c["broken4"], down, a)
    price = 4 * lam * ((1 + kappa) * o.e - kappa * a) / ((1 + kappa * a) - (1 + kappa) * o.e)
    if price >= 0:
        assert Opinion(p + price, n + lam * 4, a, kappa, w).e == o.e, "the price is exact"
        close(c["price"], price, F(1, 10**10) * max(1, price * price))
    else:
        assert c["price"] == 0


def logit(x):
    x = min(max(x, 1e-9), 1 - 1e-9)
    return math.log(x / (1 - x))


def judge_network(c):
    pair = {(u, v): (F(s[0], UNITS), F(s[1], UNITS)) for u, v, s in c["sums"]}
    cap, rho = F(c["cap"]), F(c["rho"])

    def capped(p):
        f = min(F(1), cap / (p[0] + p[1])) if p[0] + p[1] else F(1)
        return p[0] * f, p[1] * f

    kept, broken = sum(p[0] for p in pair.values()), sum(p[1] for p in pair.values())
    base = 0.6
    if kept + broken and not c["fixed"]:
        base = float((kept + F(9, 2)) / (kept + broken + 5))

    def share(pairs):
        p = [capped(x) for x in pairs]
        k, b = float(sum(x[0] for x in p)), float(sum(x[1] for x in p))
        return (k + 4 * base) / (k + b + 4)

    def clip(x):
        return min(max(x, 0.02), 0.98)

    for u, v, a0, a, crep, cdisp, rk, rb, wk, wb, e in c["readings"]:
        rep = share([p for (x, y), p in pair.items() if y == v and x != u])
        disp = share([p for (x, y), p in pair.items() if x == u and y != v])
        prior = clip(1 / (1 + math.exp(-(logit(rep) + logit(disp) - logit(base)))))
        close(a0, base, 1e-9)
        close(a, prior, 1e-8)
        close(crep, ((clip(rep) - base) + (prior - clip(disp))) / 2, 1e-8)
        close(cdisp, ((clip(disp) - base) + (prior - clip(rep))) / 2, 1e-8)
        none = (F(0), F(0))
        back = pair.get((v, u), none) if u != v else none
        close(rk, rho * back[0], 1e-12)
        close(rb, rho * back[1], 1e-12)
        seen = []
        for x in range(6):
            if x in (u, v) or (x, v) not in pair:
                continue
            t = min(F(1), pair.get((u, x), none)[0])
            seen.append((t * pair[x, v][0], t * pair[x, v][1]))
        wk2, wb2 = sum(s[0] for s in seen), sum(s[1] for s in seen)
        limit = F(c["witness_cap"])
        if wk2 + wb2 > limit:
            wk2, wb2 = wk2 * limit / (wk2 + wb2), wb2 * limit / (wk2 + wb2)
        close(wk, wk2, 1e-12)
        close(wb, wb2, 1e-12)
        own = pair.get((u, v), none)
        o = Opinion(own[0] + rho * back[0] + wk2, F(3, 2) * (own[1] + rho * back[1] + wb2),
                    F(prior), F(c["kappa"]), F(c["w"]))
        close(e, o.e, 1e-8)


def judge_values(c):
    every = {(u, v): r / 1e6 for u, v, r in c["ratings"]}

    def predict(d, u, v):
        mu = sum(d.values()) / len(d) if d else 0

        def mean(rows):
            return sum(x - mu for x in rows) / (len(rows) + 3)

        def given(x):
            return mean([r for (a, _), r in d.items() if a == x])

        b = given(u)
        m = mu + b + mean([r for (_, y), r in d.items() if y == v])
        top, bottom = 0.0, 1.0
        if (v, u) in d and u != v:
            top += 1.5 * (d[v, u] - m)
            bottom += 1.5
        for x in range(6):
            if x in (u, v) or (u, x) not in d or (x, v) not in d:
                continue
            t = max(0.0, d[u, x])
            top += t * (d[x, v] - mu - given(x) - (m - mu - b / 2))
            bottom += t
        return min(1.0, max(-1.0, m + top / bottom))

    for u, v, with_own, without in c["values"]:
        close(with_own, predict(every, u, v), 1e-12)
        rest = {k: r for k, r in every.items() if k != (u, v)}
        close(without, predict(rest, u, v), 1e-12)


JUDGES = {
    "decay": (judge_decay, 100),
    "trust": (judge_trust, 300),
    "network": (judge_network, 40),
    "values": (judge_values, 100),
}


def main():
    what, driver = sys.argv[1:]
    judge, count = JUDGES[what]
    print("1..4")
    failed = False
    for seed in (1, 2, 3, 4):
        run = subprocess.run([driver, what, str(seed), str(count)], check=True, text=True,
                             stdout=subprocess.PIPE)
        lines = run.stdout.splitlines()
        wrong = "" if len(lines) >= count else f"only {len(lines)} cases"
        for number, line in enumerate(lines):
            try:
                judge(json.loads(line))
            except AssertionError as problem:
                wrong = f"case {number}: {problem}"
                break
        failed |= bool(wrong)
        print(f"{'not ok' if wrong else 'ok'} {seed} - {what} equals its exact definition in "
              f"{len(lines)} cases of seed {seed}")
        if wrong:
            print("#", wrong)
    sys.exit(failed)


main()
