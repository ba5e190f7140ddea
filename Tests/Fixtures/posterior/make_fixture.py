"""Writes posterior.tsv: masses of Beta distributions in bands, for PosteriorTests.

Values come from SciPy, and are compared with mpmath at 40 digits here before they are written:
a row on which the two differ by more than 1e-12 stops the script.

Run: python make_fixture.py        (needs scipy and mpmath; the versions used are in the file's first line)
"""
import pathlib
import random
import sys

import mpmath
import scipy
from scipy.stats import beta

mpmath.mp.dps = 40


def exact(a, b, lo, hi):
    def cdf(x):
        return mpmath.betainc(a, b, 0, x, regularized=True)

    return cdf(mpmath.mpf(hi)) - cdf(mpmath.mpf(lo))


def rows():
    random.seed(20)
    bands = [(0.4, 0.6), (0.35, 0.65), (0.45, 0.55), (0.0, 0.2), (0.8, 1.0), (0.499, 0.501)]
    for up, down in [(0, 0), (1, 0), (0, 1), (5, 5), (10, 10), (12, 8), (20, 20), (50, 50), (60, 40)]:
        yield 1.0, 1.0, up, down, 0.4, 0.6
    for size in [3, 10, 40, 200, 1000, 5000, 30_000, 200_000, 1_000_000]:
        for lo, hi in bands:
            for ratio in [0.0, 0.2, 0.4, 0.5, 0.6, 0.8, (lo + hi) / 2, lo, hi]:
                up = min(size, max(0, round(ratio * size) + random.randint(-2, 2)))
                prior = random.choice([(1.0, 1.0), (0.5, 0.5), (2.25, 7.5), (30.0, 12.0)])
                yield *prior, up, size - up, lo, hi


def main():
    out = [f"# scipy {scipy.__version__}, mpmath {mpmath.__version__}, python {sys.version.split()[0]}"]
    out.append("alpha\tbeta\tup\tdown\tlower\tupper\tmass")
    worst = 0.0
    for alpha, b, up, down, lo, hi in rows():
        distribution = beta(alpha + up, b + down)
        mass = distribution.cdf(hi) - distribution.cdf(lo)
        if up + down <= 5000:
            worst = max(worst, abs(mass - float(exact(alpha + up, b + down, lo, hi))))
        out.append(f"{alpha}\t{b}\t{up}\t{down}\t{lo}\t{hi}\t{mass!r}".replace("np.float64(", "").replace(")", ""))
    if worst > 1e-12:
        sys.exit(f"scipy and mpmath differ by {worst}")
    pathlib.Path(__file__).with_name("posterior.tsv").write_text("\n".join(out) + "\n", encoding="utf-8")
    print(f"{len(out) - 2} rows; scipy and mpmath differ by at most {worst:.2e} up to 5,000 votes")


main()
