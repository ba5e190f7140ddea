"""Writes studies.json: a comparison of two label sets and a threshold surface by pandas, for LabelStudiesTests.

Both are worked out row by row or with group-by and crosstab, none of it like the code under test.

Run: python make_fixture.py        (needs numpy, pandas and scipy; the versions used are in the file)
"""
import json
import pathlib
import sys

import numpy
import pandas
import scipy
from scipy.stats import beta

CODES = {"uncontroversial": 0, "controversial": 1, "in_between": 2, "too_few_votes": 3, "unsure": 4, "unsettled": 5}
STATE = {0: "uncontroversial", 1: "controversial"}


def judge(up, down, rule, settled=True):
    n = up + down
    if n < rule["min_votes"] or n == 0:
        return "too_few_votes"
    if not settled:
        return "unsettled"
    ratio = up / n
    posterior = beta(1 + up, 1 + down)
    (lo, hi), (most, least) = rule["controversial"], rule["uncontroversial"]
    if lo <= ratio <= hi:
        name, mass = "controversial", posterior.cdf(hi) - posterior.cdf(lo)
    elif ratio <= most or ratio >= least:
        name, mass = "uncontroversial", posterior.cdf(most) + posterior.sf(least)
    else:
        return "in_between"
    return name if mass >= rule.get("confidence", 0) else "unsure"


def comparison(random):
    old_rule = {"min_votes": 10, "controversial": [0.4, 0.6], "uncontroversial": [0.2, 0.8]}
    new_rule = {"min_votes": 20, "controversial": [0.35, 0.65], "uncontroversial": [0.2, 0.8], "confidence": 0.6}
    n = 900
    frame = pandas.DataFrame({"comment": numpy.sort(random.choice(numpy.arange(1, 2000), n, replace=False))})
    frame["article"] = random.integers(1, 40, n)
    total = random.geometric(1 / 25, n)
    frame["old_up"] = random.binomial(total, random.beta(1, 1, n))
    frame["old_down"] = total - frame.old_up
    grows = random.random(n) < 0.4
    frame["new_up"] = frame.old_up + numpy.where(grows, random.integers(0, 15, n), 0)
    frame["new_down"] = frame.old_down + numpy.where(grows, random.integers(0, 15, n), 0)
    frame["where"] = random.choice(["both", "old", "new"], n, p=[0.9, 0.05, 0.05])
    frame["settled"] = random.random(n) < 0.95
    frame["old"] = [judge(r.old_up, r.old_down, old_rule) for r in frame.itertuples()]
    frame["new"] = [judge(r.new_up, r.new_down, new_rule, r.settled) for r in frame.itertuples()]
    gone = frame[(frame["where"] == "old")].comment.iloc[::2].tolist()
    last = 1500

    def state(name):
        return name if name in ("controversial", "uncontroversial") else "abstained"

    flips, table, fresh = [], {}, {}
    for r in frame.itertuples():
        a = "absent" if r.where == "new" else state(r.old)
        b = "absent" if r.where == "old" else state(r.new)
        table[f"{a}>{b}"] = table.get(f"{a}>{b}", 0) + 1
        if a == "absent" and r.comment > last:
            fresh[b] = fresh.get(b, 0) + 1
            continue
        if a == b or {a, b} == {"absent", "abstained"}:
            continue
        if a == "absent":
            cause = "text_changed"
        elif b == "absent":
            cause = "comment_gone" if r.comment in gone else "text_changed"
        else:
            moved = (r.old_up, r.old_down) != (r.new_up, r.new_down)
            still = state(judge(r.old_up, r.old_down, new_rule, r.new != "unsettled")) == a
            cause = "votes_moved" if moved and still else "rule_changed"
        flips.append([int(r.comment), int(r.article), a, b, cause])
    by_article = pandas.DataFrame(flips, columns=["comment", "article", "old", "new", "cause"])
    top = by_article.groupby("article").size().reset_index(name="n").sort_values(
        ["n", "article"], ascending=[False, True]).head(5)

    def columns(side, other):
        rows = frame[frame["where"] != other]
        return {
            "comments": rows.comment.tolist(), "labels": [CODES[name] for name in rows[side]],
            "ups": rows[f"{side}_up"].tolist(), "downs": rows[f"{side}_down"].tolist(),
            "articles": rows.article.tolist()}

    return {
        "old_rule": old_rule, "new_rule": new_rule, "old": columns("old", "new"), "new": columns("new", "old"),
        "gone": gone, "last_comment": last, "table": table, "new_comments": fresh, "flips": flips,
        "causes": by_article.cause.value_counts().to_dict(), "top": top[["article", "n"]].values.tolist()}


def surface(random):
    n = 1500
    total = random.geometric(1 / 30, n) - 1
    frame = pandas.DataFrame({"up": random.binomial(total, random.beta(1.1, 0.9, n))})
    frame["down"] = total - frame.up
    frame["source"] = random.integers(0, 3, n)
    frame["former"] = random.choice(["controversial", "uncontroversial", "abstained", "absent"], n)
    frame["settled"] = random.random(n) < 0.9
    cells = []
    rule = {"uncontroversial": [0.2, 0.8], "confidence": 0.55}
    for band in [[0.35, 0.65], [0.4, 0.6]]:
        for votes in [1, 5, 20, 41]:
            cell_rule = {**rule, "min_votes": votes, "controversial": band}
            frame["label"] = [judge(r.up, r.down, cell_rule, r.settled) for r in frame.itertuples()]
            state = frame.label.where(frame.label.isin(["controversial", "uncontroversial"]), "abstained")
            cross = pandas.crosstab(state[frame.former != "absent"], frame.former[frame.former != "absent"])
            cross = cross.reindex(index=list(STATE.values()) + ["abstained"], columns=list(STATE.values()) + ["abstained"])
            cross = cross.fillna(0).astype(int)
            counts = frame.label.value_counts()
            cells.append({
                "min_votes": votes, "band": band, "counts": [int(counts.get(name, 0)) for name in CODES],
                "gained": int(cross["abstained"][["controversial", "uncontroversial"]].sum()),
                "lost": int(cross.loc["abstained", ["controversial", "uncontroversial"]].sum()),
                "turned": int(cross.loc["controversial", "uncontroversial"] + cross.loc["uncontroversial", "controversial"]),
                "by_source": [
                    [int(((frame.source == s) & (frame.label == name)).sum()) for name in CODES] for s in range(3)]})
    return {"rule": rule, "cells": cells, **{name: frame[name].tolist() for name in ("up", "down", "source", "former", "settled")}}


def main():
    random = numpy.random.default_rng(5)
    out = {
        "made_by": f"pandas {pandas.__version__}, numpy {numpy.__version__}, scipy {scipy.__version__}, "
                   f"python {sys.version.split()[0]}",
        "comparison": comparison(random), "surface": surface(random)}
    pathlib.Path(__file__).with_name("studies.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
    print(out["comparison"]["table"], out["comparison"]["causes"], out["surface"]["cells"][-1])


main()
