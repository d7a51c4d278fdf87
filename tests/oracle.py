#!/usr/bin/python3
"""Who sees how much: the access model read naively, step by step, for comparing with policy.
One world a line, as tests/unit/test_sight_worlds.c writes it, with policy's levels. It shares no code with Brug."""
import json
import sys
CLOSED = ("gesloten", "afgewezen", "doorverwezen", "vernietigd")
SIDE = ("betrokkene", "ondersteuner")


def runs(x, t):
    return x.get("from", 0) <= t and (not x.get("until", 0) or t < x["until"])
class World:
    def __init__(self, w):
        self.__dict__.update(w)

    def phase(self, t):
        return ([""] + [p["phase"] for p in self.phases if p["from"] <= t])[-1]

    def purposes(self, item, m, session):
        return set(item["purposes"]) & set(m["purposes"]) & set(session or m["purposes"])

    def meant(self, to, m):
        """0 not meant, 1 broadly, 2 directly."""
        if to in ("*", "domain=" + m["domain"]):
            return 1
        return 2 if to in ("agency=" + m["agency"], "role=" + m["role"], "#%d" % m["person"]) else 0

    def broad(self, level, how, item, m):
        near = how == 2 or m["role"] in SIDE + ("casusregisseur", "procesregisseur") or set(item["areas"]) & set(m["areas"])
        return level if near else min(level, self.caps.get(item["category"], 0))

    def given(self, c, item, m, session, t):
        """What this consent gives him of this item."""
        owner = c["agency"] or "#%d" % c["person"]
        covers = (runs(c, t) and not (c["withdrawn"] and t >= c["withdrawn"]) and c["person"] == self.person
                  and c["category"] == item["category"] and owner == item["owner"] and (not c["items"] or item["num"] in c["items"])
                  and (m["agency"] in c["to"] or m["person"] in c["people"]) and self.purposes(item, m, session) & set(c["purposes"]))
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

    def permits(self, item, m, session, t):
        """(level, how he is meant, by consent) of all that shows it to him."""
        consent, shared = self.consent(item, m, session, t), self.purposes(item, m, session)
        for r in self.rules:
            if (r["category"] == item["category"] and r["agency"] in ("*", item["owner"]) and runs(r, t)
                    and not (r["ended"] and t >= r["ended"]) and (not r["purposes"] or shared & set(r["purposes"]))
                    and (not r["areas"] or set(r["areas"]) & set(item["areas"]))):
                yield min(r["level"], consent if r["consent"] else 4), self.meant(r["to"], m), r["consent"]
        for v in item["widens"]:
            given = [self.given(c, item, m, session, t) for c in self.consents if c["id"] == v["consent"]]
            if runs(v, t):
                yield min(v["level"], max(given + [0]) if v["consent"] else 4), self.meant(v["to"], m), v["consent"]
        yield (consent if item["category"] == "zelf" else 0), 2, True

    def permitted(self, item, m, session, t):
        doer = item["executor"] == m["person"]
        if doer and item["category"] != "gezondheid":
            return 4
        most = {False: 4 if doer else 0, True: 0}
        for level, how, consented in self.permits(item, m, session, t):
            if how:
                most[bool(consented)] = max(most[bool(consented)], self.broad(min(4, level), how, item, m))
        return self.under(item, m, session, t, most[False], most[True])

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
            busy = any(i["executor"] == m["person"] and set(i["areas"]) & set(item["areas"])
                       and i["state"] in ("open", "wacht", "loopt", "verlopen", "geweigerd") for i in self.items)
            return level if busy else min(level, 2)
        weighs = m["role"] in ("procesregisseur", "informatiecoordinator") or m["person"] == self.by
        return min(level, weigh) if now == "triage" or weighs else 0

    def usual(self, item, m, session, t):
        if not self.purposes(item, m, session):
            return 0
        if item["owner"] == "#%d" % m["person"]:
            return 4
        if item["category"] == "leren":
            level = max([min(4, v["level"]) for v in item["widens"] if runs(v, t) and not v["consent"]
                         and v["to"] == "#%d" % m["person"]] + [0])
        elif item["owner"] == m["agency"]:
            return 1 if item["category"] == "gezondheid" and not m["treating"] else 4
        elif self.sort:
            level = 0 if item["owner"].startswith("#") else 4
        else:
            ask = self.spoken if m["role"] == "ondersteuner" else self.permitted
            level = self.phased(ask(item, m, session, t), item, m, t)
        for c in item["cuts"]:
            if self.meant(c["to"], m) and runs(c, t):
                level = min(level, c["level"])
        return 0 if item["restricted"] and item["restricted"] <= t and m["role"] not in SIDE else level

    def level(self, person, session, item, t):
        m = self.members.get(str(person))
        if (not m or m["status"] != "active" or not runs(m, t) or self.phase(t) in CLOSED
                or any(b["person"] == person and runs(b, t) for b in self.blocks)
                or (item["only"] and person not in item["only"] + [item["author"]])):
            return 0
        if item["about"]:
            if 0 < item["made"] < m.get("from", 0) and person != item["author"] and m["role"] not in SIDE + ("casusregisseur",):
                return 0
            return max([4 for i in self.items if i["num"] == item["about"] and self.level(person, session, i, t) >= 3] + [0])
        nood = [min(4, e["level"], self.nood) for e in self.emergencies if item["category"] != "leren"
                and e["person"] == person and e["item"] == item["num"] and runs(e, t)]
        d, roles = self.deputy, [m, dict(m, role="casusregisseur")]  # who stands in: as himself, and as the lead
        roles = roles[:1 + (d["person"] == person and runs(d, t))]
        return max([self.usual(item, r, session, t) for r in roles] + nood)


def main():
    pairs = wrong = 0
    for w in (World(json.loads(line)) for line in sys.stdin):
        for q, person, item, level in [(q, int(person), item, level) for q in w.asked
                                       for person, given in q["levels"].items() for item, level in zip(w.items, given)]:
            right = w.level(person, q["session"], item, q["t"])
            pairs, wrong = pairs + 1, wrong + (right != level)
            if right != level and wrong <= 10:
                print("seed %d, t %d: %s on item %d should be %d, and is %d"
                      % (w.seed, q["t"], person, item["num"], right, level), file=sys.stderr)
    sys.exit("%d pairs, %d differ" % (pairs, wrong) if wrong or pairs < 100000 else 0)


main()
