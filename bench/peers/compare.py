#!/usr/bin/env python3
"""Mindwright and PyTorch side by side: the same presets, threads and text, in turns, so that both see the same machine."""
import argparse
import os
import statistics
import sys

from peers import HERE, MINDWRIGHT, run

STEPS = {"nanogpt-small": 60, "nanogpt-big": 6, "gpt2-124m": 6, "quickstart": 20}

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--presets", nargs="+", choices=STEPS, default=["nanogpt-small", "nanogpt-big", "gpt2-124m"])
parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
parser.add_argument("--rounds", type=int, default=1, help="turns; the median counts")
parser.add_argument("--layouts", nargs="+", default=["gpt2"], help="the peer's layouts: gpt2, qwen3")
parser.add_argument("--precisions", nargs="+", default=["fp32", "bf16"], help="Mindwright's types of matrix products")
parser.add_argument("--peer-precisions", nargs="+", default=["fp32"], help="PyTorch's")
parser.add_argument("--python", default=sys.executable, help="the Python that has PyTorch")
parser.add_argument("--data", help="a text whose distinct bytes are the tokens")
arguments = parser.parse_args()

rows = {}
data = ["--data", arguments.data] if arguments.data else []
for preset in arguments.presets:
    for threads in arguments.threads:
        common = ["--preset", preset, "--threads", str(threads), "--steps", str(STEPS[preset])] + data
        for _ in range(arguments.rounds):
            for layout in arguments.layouts:
                for precision in arguments.peer_precisions:
                    peer = run([arguments.python, os.path.join(HERE, "pytorch_train.py"), "--layout", layout, "--precision", precision] + common)
                    rows.setdefault((preset, threads), {}).setdefault(f"PyTorch {layout} {precision}", []).append(peer)
            for precision in arguments.precisions:
                ours = run([MINDWRIGHT, "bench", "train", "--precision", precision, "--json"] + common)
                rows.setdefault((preset, threads), {}).setdefault(f"Mindwright {precision}", []).append(ours)

print("| preset | threads | program | ms a step | tokens/s | peak MB | loss | times PyTorch |")
print("| --- | --- | --- | --- | --- | --- | --- | --- |")
for (preset, threads), programs in rows.items():
    median = {name: statistics.median(r["ms_per_step"] for r in results) for name, results in programs.items()}
    fastest = min(ms for name, ms in median.items() if name.startswith("PyTorch"))
    for name, results in programs.items():
        last = results[-1]
        ratio = "" if name.startswith("PyTorch") else f"{fastest / median[name]:.2f}"
        print(f"| {preset} | {threads} | {name} | {median[name]:.1f} | {1000 / median[name] * last['tokens_per_second'] * last['ms_per_step'] / 1000:.0f}"
              f" | {last['peak_rss_bytes'] / 1e6:.0f} | {last['loss_first']:.4f} → {last['loss_last']:.4f} | {ratio} |")
