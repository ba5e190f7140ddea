"""Writes tails.tsv: values of the regularized incomplete beta function, deep in the tails too, for IncompleteBetaTests.

Values come from mpmath at 40 digits by the series of DLMF 8.17.8 (all terms positive), which is another method than the
continued fraction under test; SciPy's own value stands beside each, and a row on which the two differ by more than
1e-10 stops the script. Rows: a, b, x, I_x(a, b), 1 - I_x(a, b), SciPy's I_x(a, b).

Run: python make_tails.py        (needs scipy and mpmath; the versions used are in the file's first line)
"""
import pathlib
import random
import sys

import mpmath
import scipy
from scipy.special import betainc

mpmath.mp.dps = 40


def lower(a, b, x):
    """I_x(a, b) = x^a (1 - x)^b / (a B(a, b)) * sum over n of the rising (a + b)_n / (a + 1)_n * x^n."""
    front = mpmath.exp(
        a * mpmath.log(x) + b * mpmath.log1p(-x) - mpmath.log(a)
        - (mpmath.loggamma(a) + mpmath.loggamma(b) - mpmath.loggamma(a + b)))
    term = total = mpmath.mpf(1)
    n = 0
    while term > total * mpmath.mpf(10) ** -34:
        term *= (a + b + n) / (a + 1 + n) * x
        total += term
        n += 1
    return front * total


def both(a, b, x):
    a, b, x = mpmath.mpf(a), mpmath.mpf(b), mpmath.mpf(x)
    if x < (a + 1) / (a + b + 2):
        below = lower(a, b, x)
        return below, 1 - below
    above = lower(b, a, 1 - x)
    return 1 - above, above


def rows():
    random.seed(7)
    for total in [1, 2, 5, 20, 100, 1000, 10_000, 100_000, 1_000_000]:
        for ratio in [0.0, 0.01, 0.2, 0.4, 0.5, 0.6, 0.8, 1.0]:
            up = round(ratio * total)
            alpha, beta = random.choice([(1.0, 1.0), (0.5, 0.5), (2.25, 7.5), (0.001, 0.001), (1000.0, 250.0)])
            a, b = alpha + up, beta + total - up
            mean = a / (a + b)
            deviation = (mean * (1 - mean) / (a + b + 1)) ** 0.5
            # The series takes too long where nearly all votes of very many are on one side and x is near 0 or 1.
            near = [-30, -8, -3, -1, 0, 0.5, 2, 6, 20] if total <= 1000 or 0.2 <= ratio <= 0.8 else []
            for distance in near:
                x = mean + distance * deviation
                if 0 < x < 1:
                    yield a, b, x
            for x in (0.35, 0.4, 0.6, 0.65):
                yield a, b, x


def main():
    out = [f"# scipy {scipy.__version__}, mpmath {mpmath.__version__}, python {sys.version.split()[0]}"]
    out.append("a\tb\tx\tbelow\tabove\tscipy")
    worst = 0.0
    for a, b, x in rows():
        below, above = both(a, b, x)
        theirs = float(betainc(a, b, x))
        worst = max(worst, abs(float(below) - theirs))
        below, above = (mpmath.nstr(value, 17, min_fixed=1, max_fixed=0) for value in (below, above))
        out.append(f"{a!r}\t{b!r}\t{x!r}\t{below}\t{above}\t{theirs!r}")
    if worst > 1e-10:
        sys.exit(f"scipy and mpmath differ by {worst}")
    pathlib.Path(__file__).with_name("tails.tsv").write_text("\n".join(out) + "\n", encoding="utf-8")
    print(f"{len(out) - 2} rows; scipy and mpmath differ by at most {worst:.2e}")


main()
