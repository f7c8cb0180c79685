#!/usr/bin/env python3
"""nanoGPT's CPU configuration of shakespeare_char in plain PyTorch: what `mindwright bench recipe` is compared with.

4 layers, 4 heads, 128 wide, learned positions, GELU, no biases, no dropout; batch 12 x 64 characters; AdamW (0.9, 0.99, decay 0.1 on
matrices), 1e-3 by cosine to 1e-4 after 100 steps of warm-up, gradients clipped at 1; 2,000 steps. The validation loss is that of the
whole last tenth of the text, in windows of 64. Seconds are those of the steps, without evaluations.

Debian: apt-get install python3-torch libopenblas0-pthread
Use:    python3 nanogpt_recipe.py --data tinyshakespeare.txt --threads 1 --json
"""
import argparse
import json
import math
import sys
import time

from peers import take_threads

parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("--data", required=True)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--steps", type=int, default=2000)
parser.add_argument("--evaluate-every", type=int, default=250)
parser.add_argument("--seed", type=int, default=1337)
parser.add_argument("--json", action="store_true")
args = parser.parse_args()

take_threads(args.threads)

import torch
from torch import nn
from torch.nn import functional as F

LAYERS, HEADS, WIDTH, CONTEXT, BATCH = 4, 4, 128, 64, 12


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x):
        return F.layer_norm(x, (WIDTH,), self.weight)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2 = Norm(), Norm()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH, bias=False)
        self.out = nn.Linear(WIDTH, WIDTH, bias=False)
        self.up = nn.Linear(WIDTH, 4 * WIDTH, bias=False)
        self.down = nn.Linear(4 * WIDTH, WIDTH, bias=False)
        self.register_buffer("mask", torch.ones(CONTEXT, CONTEXT, dtype=torch.bool).triu(1), persistent=False)

    def forward(self, x):
        b, t, c = x.shape
        q, k, v = (y.view(b, t, HEADS, c // HEADS).transpose(1, 2) for y in self.qkv(self.norm1(x)).split(c, dim=2))
        if hasattr(F, "scaled_dot_product_attention"):
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            scores = (q @ k.transpose(-2, -1)) / math.sqrt(c // HEADS)
            y = scores.masked_fill(self.mask[:t, :t], float("-inf")).softmax(-1) @ v
        x = x + self.out(y.transpose(1, 2).reshape(b, t, c))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Model(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, WIDTH)
        self.positions = nn.Embedding(CONTEXT, WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm = Norm()
        for name, p in self.named_parameters():
            if p.dim() == 2:
                residual = name.endswith(("out.weight", "down.weight"))
                nn.init.normal_(p, std=0.02 / math.sqrt(2 * LAYERS) if residual else 0.02)

    def forward(self, ids, targets):
        x = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        for block in self.blocks:
            x = block(x)
        logits = F.linear(self.norm(x), self.tokens.weight)
        return F.cross_entropy(logits.view(-1, logits.shape[-1]), targets.reshape(-1))


def main():
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)

    text = open(args.data, encoding="utf-8").read()
    ids_of = {c: i for i, c in enumerate(sorted(set(text)))}
    ids = torch.tensor([ids_of[c] for c in text])
    cut = int(len(ids) * 0.9)
    train, held_out = ids[:cut], ids[cut:]
    windows = (len(held_out) - 1) // CONTEXT
    val_inputs = held_out[: windows * CONTEXT].view(windows, CONTEXT)
    val_targets = held_out[1 : windows * CONTEXT + 1].view(windows, CONTEXT)

    model = Model(len(ids_of))
    parameters = sum(p.numel() for p in model.parameters())
    decayed = [p for p in model.parameters() if p.dim() >= 2]
    others = [p for p in model.parameters() if p.dim() < 2]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}], lr=1e-3, betas=(0.9, 0.99))

    def rate(step, warmup=100, high=1e-3, low=1e-4):
        if step < warmup:
            return high * (step + 1) / (warmup + 1)
        return low + 0.5 * (1 + math.cos(math.pi * (step - warmup) / (args.steps - warmup))) * (high - low)

    @torch.no_grad()
    def evaluate():
        losses = [model(x, y).item() * len(x) for x, y in zip(val_inputs.split(64), val_targets.split(64))]
        return sum(losses) / windows

    seconds, trajectory = 0.0, []

    def report(step):
        point = {"step": step, "tokens": step * BATCH * CONTEXT, "seconds": seconds, "loss": evaluate()}
        trajectory.append(point)
        print(f"step {step}, {point['tokens']} tokens, {seconds:.1f} s: validation loss {point['loss']:.4f}", file=sys.stderr, flush=True)

    for step in range(args.steps):
        if step % args.evaluate_every == 0:
            report(step)
        start = time.perf_counter()
        for group in optimizer.param_groups:
            group["lr"] = rate(step)
        at = torch.randint(len(train) - CONTEXT, (BATCH,))
        x = torch.stack([train[i : i + CONTEXT] for i in at])
        y = torch.stack([train[i + 1 : i + 1 + CONTEXT] for i in at])
        loss = model(x, y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        seconds += time.perf_counter() - start
    report(args.steps)

    last = trajectory[-1]
    result = {"parameters": parameters, "steps": args.steps, "tokens": last["tokens"], "seconds": seconds, "loss": last["loss"],
              "threads": args.threads, "torch": torch.__version__, "trajectory": trajectory}
    print(json.dumps(result, indent=2) if args.json else f"loss {last['loss']:.4f} after {last['tokens']} tokens in {seconds:.1f} s of steps")


if __name__ == "__main__":
    main()
