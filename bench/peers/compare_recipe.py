#!/usr/bin/env python3
"""What a validation loss costs: Mindwright's recipe and nanoGPT's in PyTorch on the same text and threads, in turns."""
import argparse
import os
import statistics
import sys

from peers import HERE, MINDWRIGHT, run

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--data", required=True, help="tinyshakespeare.txt")
parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
parser.add_argument("--seeds", nargs="+", type=int, default=[1])
parser.add_argument("--python", default=sys.executable, help="the Python that has PyTorch")
arguments = parser.parse_args()

print("| threads | seed | PyTorch: loss | tokens | seconds | Mindwright: loss | tokens | seconds | tokens, ratio | seconds, ratio |")
print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
ratios = []
for threads in arguments.threads:
    for seed in arguments.seeds:
        common = ["--data", arguments.data, "--threads", str(threads), "--json"]
        peer = run([arguments.python, os.path.join(HERE, "nanogpt_recipe.py"), "--seed", str(seed)] + common)
        ours = run([MINDWRIGHT, "bench", "recipe", "--set", f"seed={seed}"] + common)
        if not ours["reached"]:
            sys.exit(f"seed {seed}: the recipe ended at {ours['loss']:.4f} without reaching {ours['target']}")
        ratios.append(ours["seconds"] / peer["seconds"])
        print(f"| {threads} | {seed} | {peer['loss']:.4f} | {peer['tokens']:,} | {peer['seconds']:.1f} | {ours['loss']:.4f} | {ours['tokens']:,} "
              f"| {ours['seconds']:.1f} | {ours['tokens'] / peer['tokens']:.3f} | {ratios[-1]:.3f} |", flush=True)
print(f"\nmedian of the ratios of seconds: {statistics.median(ratios):.3f}")
