#!/usr/bin/python3
"""Who sees how much: the access model read naively, step by step, for comparing with policy.

One world a line on standard input, as tests/unit/test_sight_worlds.c writes it, with the levels that policy gave.
Every level is computed anew; the first that differ are named. It shares no code with Brug, and no cleverness.
"""
import json
import sys

SIDE = ("betrokkene", "ondersteuner")


def runs(x, t, begin="from", end="until"):
    return x.get(begin, 0) <= t and (not x.get(end, 0) or t < x[end])


def meet(a, b):
    return bool(set(a) & set(b))


class World:
    def __init__(self, w):
        self.__dict__.update(w)

    def phase(self, t):
        now = ""
        for p in self.phases:
            if p["from"] <= t:
                now = p["phase"]
        return now

    def purposes(self, item, m, session):
        mine = set(item["purposes"]) & set(m["purposes"])
        return mine & set(session) if session else mine

    def meant(self, to, m):
        """0 not meant, 1 broadly, 2 directly."""
        if to in ("*", "domain=" + m["domain"]):
            return 1
        return 2 if to in ("agency=" + m["agency"], "role=" + m["role"], "#%d" % m["person"]) else 0

    def broad(self, level, how, item, m):
        everywhere = m["role"] in SIDE + ("casusregisseur", "procesregisseur")
        if how == 2 or everywhere or meet(item["areas"], m["areas"]):
            return level
        return min(level, self.caps.get(item["category"], 0))

    def given(self, c, item, m, session, t):
        """What this consent gives him of this item."""
        owner = c["agency"] or "#%d" % c["person"]
        covers = (runs(c, t) and not (c["withdrawn"] and t >= c["withdrawn"]) and c["person"] == self.person
                  and c["category"] == item["category"] and owner == item["owner"]
                  and (not c["items"] or item["num"] in c["items"])
                  and (m["agency"] in c["to"] or m["person"] in c["people"])
                  and self.purposes(item, m, session) & set(c["purposes"]))
        return min(4, c["level"]) if covers else 0

    def consent(self, item, m, session, t):
        return max([self.given(c, item, m, session, t) for c in self.consents] + [0])

    def under(self, item, m, session, t, plain, agreed):
        """Per shared purpose the lowest row of the nearest recipient; of these the highest."""
        most = [0, 0]
        for purpose in self.purposes(item, m, session):
            for to in (m["role"], m["domain"], "-"):
                rows = [c for c in self.ceilings if c["category"] == item["category"] and c["to"] == to
                        and c["purpose"] in ("", purpose) and c["phase"] in ("", self.phase(t))]
                if rows:
                    low = [min(c["level"] for c in rows), min(c["consent_level"] for c in rows)]
                    most = [max(a, b) for a, b in zip(most, low)]
                    break
        return max(min(plain, most[0]), min(agreed, most[1]))

    def permitted(self, item, m, session, t):
        plain = agreed = 0
        consent = self.consent(item, m, session, t)
        shared = self.purposes(item, m, session)
        for r in self.rules:
            how = self.meant(r["to"], m)
            if (how and r["category"] == item["category"] and r["agency"] in ("*", item["owner"]) and runs(r, t)
                    and not (r["ended"] and t >= r["ended"]) and (not r["purposes"] or shared & set(r["purposes"]))
                    and (not r["areas"] or meet(r["areas"], item["areas"]))):
                level = min(4, r["level"])
                if r["consent"]:
                    agreed = max(agreed, self.broad(min(level, consent), how, item, m))
                else:
                    plain = max(plain, self.broad(level, how, item, m))
        for v in item["widens"]:
            how, level = self.meant(v["to"], m), min(4, v["level"])
            if how and runs(v, t) and not v["consent"]:
                plain = max(plain, self.broad(level, how, item, m))
            for c in self.consents:
                if how and runs(v, t) and v["consent"] == c["id"]:
                    agreed = max(agreed, self.broad(min(level, self.given(c, item, m, session, t)), how, item, m))
        if item["category"] == "zelf":
            agreed = max(agreed, consent)
        if item["executor"] == m["person"]:
            if item["category"] != "gezondheid":
                return 4
            plain = 4
        return self.under(item, m, session, t, plain, agreed)

    def spoken(self, item, m, session, t):
        for d in self.mandates:
            of = self.members.get(str(d["of"]))
            if (d["person"] == m["person"] and runs(d, t) and item["category"] in d["categories"] and of
                    and of["role"] == "betrokkene" and m["on_behalf"] in (0, d["of"])):
                his = self.level(d["of"], session, item, t)
                return self.under(item, m, session, t, his, his if self.consent(item, m, session, t) else 0)
        return 0

    def phased(self, level, item, m, t):
        now, weigh = self.phase(t), 1 if item["category"] == "gezondheid" else 2
        if m["role"] in SIDE or now in ("actief", "afschaling"):
            return level
        if now == "nazorg":
            busy = any(i["executor"] == m["person"] and meet(i["areas"], item["areas"])
                       and i["state"] in ("open", "loopt", "verlopen") for i in self.items)
            return level if busy else min(level, 2)
        weighs = m["role"] in ("procesregisseur", "informatiecoordinator") or m["person"] == self.by
        return min(level, weigh) if now == "triage" or weighs else 0

    def usual(self, item, m, session, t):
        if not self.purposes(item, m, session):
            return 0
        if item["owner"] == "#%d" % m["person"]:
            return 4
        if item["owner"] == m["agency"]:
            return 1 if item["category"] == "gezondheid" and not m["treating"] else 4
        ask = self.spoken if m["role"] == "ondersteuner" else self.permitted
        level = self.phased(ask(item, m, session, t), item, m, t)
        for c in item["cuts"]:
            if self.meant(c["to"], m) and runs(c, t):
                level = min(level, c["level"])
        return 0 if item["restricted"] and item["restricted"] <= t and m["role"] not in SIDE else level

    def level(self, person, session, item, t):
        m = self.members.get(str(person))
        if not m or m["status"] != "active" or not runs(m, t):
            return 0
        if any(b["person"] == person and runs(b, t) for b in self.blocks):
            return 0
        if item["about"]:
            about = [i for i in self.items if i["num"] == item["about"]]
            return 4 if about and self.level(person, session, about[0], t) >= 3 else 0
        nood = [min(4, e["level"]) for e in self.emergencies
                if e["person"] == person and e["item"] == item["num"] and runs(e, t)]
        return max([self.usual(item, m, session, t)] + nood)


def main():
    pairs = wrong = 0
    for line in sys.stdin:
        w = World(json.loads(line))
        for q in w.asked:
            for person, given in q["levels"].items():
                for item, level in zip(w.items, given):
                    pairs += 1
                    right = w.level(int(person), q["session"], item, q["t"])
                    if right != level:
                        wrong += 1
                        if wrong <= 10:
                            print("seed %d, t %d: %s on item %d should be %d, and is %d"
                                  % (w.seed, q["t"], person, item["num"], right, level), file=sys.stderr)
    print("%d pairs, %d differ" % (pairs, wrong), file=sys.stderr)
    return 1 if wrong or pairs < 100000 else 0


sys.exit(main())
