"""Writes JSON Lines of so many bytes, to try `data build` on: python3 bench/large_text.py DATA BYTES OUTPUT

DATA is a folder of .txt, .md, .jsonl and .jsonl.gz files. Their texts, one after the other, are cut at log-normal lengths of some 4 kB; from the second pass
over them on, one word in ten is replaced, so that hardly any two documents are near copies.
"""
import glob
import gzip
import json
import random
import re
import sys

data, size, output = sys.argv[1], float(sys.argv[2]), sys.argv[3]
rng = random.Random(7)


def texts():
    for name in sorted(glob.glob(data + '/**/*', recursive=True)):
        if name.endswith(('.txt', '.md')):
            with open(name, encoding='utf-8', errors='replace') as file:
                yield file.read()
        elif name.endswith(('.jsonl', '.jsonl.gz')):
            with (gzip.open if name.endswith('.gz') else open)(name, 'rt', encoding='utf-8') as file:
                for line in file:
                    document = json.loads(line)
                    if isinstance(document, dict) and document.get('text'):
                        yield document['text']


text = '\n'.join(texts())
words = sorted(set(re.findall(r'[a-z]{3,9}', text[:20_000_000])))
written, documents, at, repeated = 0, 0, 0, False
with open(output, 'w', encoding='utf-8') as file:
    while written < size:
        length = int(min(60_000, max(200, rng.lognormvariate(8.0, 0.8))))
        part = text[at:at + length]
        at += length
        if at >= len(text):
            at, repeated = rng.randrange(5000), True
        if repeated:
            parts = part.split(' ')
            for _ in range(max(1, len(parts) // 10)):
                parts[rng.randrange(len(parts))] = rng.choice(words)
            part = ' '.join(parts)
        line = json.dumps({'text': part}, ensure_ascii=False) + '\n'
        file.write(line)
        written += len(line.encode())
        documents += 1
print(f'{documents:,} documents, {written:,} bytes')
