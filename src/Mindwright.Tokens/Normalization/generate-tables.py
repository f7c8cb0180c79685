"""Writes normalization.txt, the data of UnicodeNormalization.cs, from Python's Unicode database.

Use Python 3.6 (Unicode 9.0): that is the version by which Hugging Face's tokenizers normalize, and ids must be theirs.
Characters that came later stay as they are.

A line is one of
    C <code point> <code points>   canonical decomposition that composes again
    D <code point> <code points>   canonical decomposition that does not
    K <code point> <code points>   compatibility decomposition
    M <first> <last> <class>       canonical combining class of a range
"""
import sys
import unicodedata

out = open(sys.argv[1], "w", newline="\n")
print("U " + unicodedata.unidata_version, file=out)
run = None
for code in range(0x110000):
    if 0xD800 <= code < 0xE000:
        continue
    char = chr(code)
    decomposition = unicodedata.decomposition(char).split()
    if decomposition and not 0xAC00 <= code < 0xD7A4:
        if decomposition[0].startswith("<"):
            print("K %X %s" % (code, " ".join("%X" % int(c, 16) for c in decomposition[1:])), file=out)
        else:
            kind = "C" if len(decomposition) == 2 and unicodedata.normalize("NFC", char) == char else "D"
            print("%s %X %s" % (kind, code, " ".join("%X" % int(c, 16) for c in decomposition)), file=out)
    cls = unicodedata.combining(char)
    if run and run[1] == code - 1 and run[2] == cls:
        run[1] = code
    else:
        if run and run[2]:
            print("M %X %X %d" % tuple(run), file=out)
        run = [code, code, cls]
