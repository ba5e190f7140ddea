"""Names the packages that the interop check needs and this Python lacks; exits 1 when there are any."""
import importlib.util
import sys

missing = [name for name in ("numpy", "pandas", "safetensors", "torch", "transformers") if importlib.util.find_spec(name) is None]
print(", ".join(missing))
sys.exit(1 if missing else 0)
