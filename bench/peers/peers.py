"""What the scripts of this folder share: running programs that print JSON, and giving a peer its threads."""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
MINDWRIGHT = os.path.join(HERE, "..", "..", "mindwright")


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def take_threads(count):
    """To be called before torch is imported: OpenBLAS has threads of its own, which PyTorch's setting does not reach, and reads its settings when it is loaded."""
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = str(count)
