"""Writes noise.json: expected label noise and label weights by SciPy and pandas, for LabelNoiseTests.

Run: python make_fixture.py        (needs numpy, pandas and scipy; the versions used are in the file)
"""
import json
import pathlib
import sys

import numpy
import pandas
import scipy
from scipy.stats import beta, entropy


def masses(rule, up, down):
    posterior = beta(rule["prior"][0] + up, rule["prior"][1] + down)
    (lo, hi), (most, least) = rule["controversial"], rule["uncontroversial"]
    split = posterior.cdf(hi) - posterior.cdf(lo)
    return split, posterior.cdf(most) + posterior.sf(least)


def main():
    random = numpy.random.default_rng(3)
    totals = random.geometric(1 / 30, 3000)
    ups = random.binomial(totals, random.beta(1.2, 1.1, 3000))
    frame = pandas.DataFrame({"up": ups, "down": totals - ups})
    counts = frame.value_counts().reset_index()
    cases = []
    for rule in [
        {"min_votes": 20, "controversial": [0.4, 0.6], "uncontroversial": [0.2, 0.8], "prior": [1, 1]},
        {"min_votes": 5, "controversial": [0.35, 0.65], "uncontroversial": [0.15, 0.85], "prior": [2.5, 0.5]},
        {"min_votes": 10, "controversial": [0.4, 0.6], "uncontroversial": [0.2, 0.8], "prior": [1, 1],
         "confidence": 0.7},
    ]:
        split, agreed = masses(rule, counts.up, counts.down)
        total = counts.up + counts.down
        ratio = counts.up / total
        least = rule.get("confidence", 0)
        enough = total >= rule["min_votes"]
        is_split = enough & ratio.between(*rule["controversial"]) & (split >= least)
        is_agreed = enough & ((ratio <= rule["uncontroversial"][0]) | (ratio >= rule["uncontroversial"][1])) & (
            agreed >= least)
        weight = 1 - entropy(numpy.stack([split, agreed, numpy.maximum(0, 1 - split - agreed)]), axis=0) / numpy.log(3)
        labeled = is_split | is_agreed
        cases.append({
            "rule": rule,
            "controversial": [int(counts["count"][is_split].sum()), float((counts["count"] * (1 - split))[is_split].sum())],
            "uncontroversial": [
                int(counts["count"][is_agreed].sum()), float((counts["count"] * (1 - agreed))[is_agreed].sum())],
            "weights": [
                [int(u), int(d), bool(s), float(p), float(w)]
                for u, d, s, p, w in zip(
                    counts.up[labeled], counts.down[labeled], is_split[labeled],
                    numpy.where(is_split, split, agreed)[labeled], weight[labeled])][:200]})
    versions = (
        f"scipy {scipy.__version__}, numpy {numpy.__version__}, pandas {pandas.__version__}, "
        f"python {sys.version.split()[0]}")
    out = {"made_by": versions, "counts": counts[["up", "down", "count"]].values.tolist(), "cases": cases}
    pathlib.Path(__file__).with_name("noise.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
    print([(case["controversial"], case["uncontroversial"]) for case in cases])


main()
