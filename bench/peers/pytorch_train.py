#!/usr/bin/env python3
"""One training step of a GPT in plain PyTorch, timed: the peer of `mindwright bench train`.

Forward, backward, clipping and AdamW on given or random tokens; the median of the steps after warm-up. Two layouts with the same sizes:
`gpt2` (LayerNorm, learned positions, GELU) is PyTorch at its best, each operation of it being one call; `qwen3` (RMSNorm, rotary positions,
normalized queries and keys, SwiGLU) is what Mindwright trains, parameter for parameter.
"""
import argparse
import json
import math
import resource
import statistics
import time

from peers import take_threads

PRESETS = {  # layers, heads, width, context, vocabulary, batch
    "nanogpt-small": (4, 4, 128, 64, 65, 12),
    "nanogpt-big": (6, 6, 384, 256, 65, 16),
    "gpt2-124m": (12, 12, 768, 64, 50257, 4),
    "quickstart": (4, 3, 192, 256, 4096, 8),
}

parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
parser.add_argument("--preset", choices=PRESETS, required=True)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--steps", type=int, default=20)
parser.add_argument("--layout", choices=["gpt2", "qwen3"], default="gpt2")
parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
parser.add_argument("--rate", type=float, default=1e-3)
parser.add_argument("--data", help="a text whose distinct bytes are the tokens; random tokens without it")
arguments = parser.parse_args()

take_threads(arguments.threads)

import torch
from torch import nn
from torch.nn import functional as F

layers, heads, width, context, vocabulary, batch = PRESETS[arguments.preset]
size = width // heads
# A SwiGLU layer of this width has as many weights as a GELU layer of four times the model's.
inner = 4 * width if arguments.layout == "gpt2" else (8 * width // 3 + 15) // 16 * 16


class RmsNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))

    def forward(self, x):
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-6) * self.weight


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        bias = arguments.layout == "gpt2"
        self.qkv = nn.Linear(width, 3 * width, bias=bias)
        self.out = nn.Linear(width, width, bias=bias)
        self.register_buffer("future", torch.ones(context, context, dtype=torch.bool).triu(1), persistent=False)
        if arguments.layout == "qwen3":
            self.q_norm, self.k_norm = RmsNorm(size), RmsNorm(size)
            angles = torch.arange(context)[:, None] * 10000 ** (-torch.arange(0, size, 2) / size)
            self.register_buffer("cos", angles.cos(), persistent=False)
            self.register_buffer("sin", angles.sin(), persistent=False)

    def rotate(self, x):
        a, b = x.chunk(2, dim=-1)
        return torch.cat((a * self.cos - b * self.sin, b * self.cos + a * self.sin), dim=-1)

    def forward(self, x):
        q, k, v = (t.view(batch, context, heads, size).transpose(1, 2) for t in self.qkv(x).split(width, dim=2))
        if arguments.layout == "qwen3":
            q, k = self.rotate(self.q_norm(q)), self.rotate(self.k_norm(k))
        if hasattr(F, "scaled_dot_product_attention"):
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            scores = (q @ k.transpose(-2, -1)) * (1 / math.sqrt(size))
            y = F.softmax(scores.masked_fill(self.future, -math.inf), dim=-1) @ v
        return self.out(y.transpose(1, 2).reshape(batch, context, width))


class FeedForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.gated = arguments.layout == "qwen3"
        self.up = nn.Linear(width, 2 * inner if self.gated else inner, bias=not self.gated)
        self.down = nn.Linear(inner, width, bias=not self.gated)

    def forward(self, x):
        if not self.gated:
            return self.down(F.gelu(self.up(x)))
        gate, up = self.up(x).chunk(2, dim=-1)
        return self.down(F.silu(gate) * up)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        norm = nn.LayerNorm if arguments.layout == "gpt2" else RmsNorm
        self.norm_1, self.attention, self.norm_2, self.feed_forward = norm(width), Attention(), norm(width), FeedForward()

    def forward(self, x):
        x = x + self.attention(self.norm_1(x))
        return x + self.feed_forward(self.norm_2(x))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(context, width) if arguments.layout == "gpt2" else None
        self.blocks = nn.ModuleList(Block() for _ in range(layers))
        self.norm = nn.LayerNorm(width) if arguments.layout == "gpt2" else RmsNorm(width)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                deviation = 0.02 if "tokens" in name or "positions" in name else parameter.shape[1] ** -0.5
                if name.endswith(("out.weight", "down.weight")):
                    deviation /= math.sqrt(2 * layers)
                nn.init.normal_(parameter, std=deviation)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, ids, targets):
        x = self.tokens(ids)
        if self.positions is not None:
            x = x + self.positions.weight
        for block in self.blocks:
            x = block(x)
        logits = F.linear(self.norm(x), self.tokens.weight)  # the output layer is the embedding
        return F.cross_entropy(logits.view(-1, vocabulary).float(), targets.reshape(-1))


def batches():
    """Rows at places that follow from the step alone; `mindwright bench train` reads the same ones."""
    if arguments.data is None:
        while True:
            ids = torch.randint(vocabulary, (batch, context + 1))
            yield ids[:, :-1], ids[:, 1:]
    text = open(arguments.data, "rb").read()
    symbols = {symbol: i for i, symbol in enumerate(sorted(set(text)))}
    stream = torch.tensor([symbols[b] % vocabulary for b in text])
    row = 0
    while True:
        starts = [(row + r) * 7919 % (len(stream) - context - 1) for r in range(batch)]
        row += batch
        yield torch.stack([stream[s:s + context] for s in starts]), torch.stack([stream[s + 1:s + context + 1] for s in starts])


torch.set_num_threads(arguments.threads)
torch.manual_seed(1)
model = Model()
parameters = sum(p.numel() for p in model.parameters())
optimizer = torch.optim.AdamW(model.parameters(), lr=arguments.rate, betas=(0.9, 0.95), weight_decay=0.0)
warm_up = max(1, arguments.steps // 4)
losses, times = [], []
for step, (ids, targets) in zip(range(arguments.steps), batches()):
    start = time.perf_counter()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=arguments.precision == "bf16"):
        loss = model(ids, targets)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    losses.append(loss.item())
    if step >= warm_up:
        times.append(time.perf_counter() - start)
seconds = statistics.median(times)
print(json.dumps({
    "peer": f"PyTorch {torch.__version__}",
    "preset": arguments.preset,
    "layout": arguments.layout,
    "precision": arguments.precision,
    "threads": arguments.threads,
    "parameters": parameters,
    "ms_per_step": round(1000 * seconds, 3),
    "tokens_per_second": round(batch * context / seconds, 1),
    "peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    "loss_first": losses[0],
    "loss_last": losses[-1],
}))
