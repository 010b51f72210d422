"""Writes dct.h: the cosines of the reference's 16 x 64 transform, rounded as its C++ rounds them, as hex floats.

Run as `python native/pdq/gen_dct.py > native/pdq/dct.h`; the file is committed so that building needs no NumPy.
"""

import math

import numpy as np

SCALE = float(np.float32(math.sqrt(2.0 / 64.0)))


def cosine(frequency: int, point: int) -> str:
    """sqrt(2/64) cos(pi/128 (frequency+1) (2 point+1)), rounded to a float once at the end."""
    value = np.float32(SCALE * math.cos((math.pi / 2.0 / 64.0) * (frequency + 1) * (2 * point + 1)))
    return float(value).hex().replace("0000000p", "p") + "f"


print("/* Made by gen_dct.py: PDQ_COSINES[point][frequency - 1]. */")
print("static const float PDQ_COSINES[64][16] = {")
for point in range(64):
    print("    {" + ", ".join(cosine(frequency, point) for frequency in range(16)) + "},")
print("};")
