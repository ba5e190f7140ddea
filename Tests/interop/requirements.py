"""Names those of some packages that this Python lacks; exits 1 when there are any.

    python requirements.py PACKAGE...
"""
import importlib.util
import sys

missing = [name for name in sys.argv[1:] if importlib.util.find_spec(name) is None]
print(", ".join(missing))
sys.exit(1 if missing else 0)
