"""Benign sounds to test with, from a seed: music, voices that say nothing, rooms, weather, and what must not match.

Every sound is a row of int16 samples. The voices are rows of random vowels and hisses: there are no words in them.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from havre.fingerprints.chromaprint import RATE

Samples = NDArray[np.int16]
Wave = NDArray[np.float64]
Chance = np.random.Generator

FULL = 32_767
SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 4, 7, 9, 12, 14))
"""Major, minor, pentatonic over two octaves: semitones."""

VOWELS = (
    (730, 1090, 2440),
    (270, 2290, 3010),
    (300, 870, 2240),
    (530, 1840, 2480),
    (570, 840, 2410),
    (660, 1720, 2410),
    (490, 1350, 1690),
    (440, 1020, 2240),
)
"""Hertz of the first three formants (Peterson and Barney, 1952)."""

LOUDEST_FORMANTS = (1.0, 0.6, 0.3)
HARMONICS = 25
GLIDES = 100
"""How often in a second a voice changes its mouth and its pitch."""

CENTS = 0.01
"""A trembling of the voice by so much of its pitch."""


def finished(wave: Wave, peak: float, hiss: float, chance: Chance) -> Samples:
    """The wave with this peak and the hiss of a microphone, both as shares of full scale."""
    wave = wave * (peak / max(float(np.abs(wave).max()), 1e-9)) + hiss * chance.normal(size=len(wave))
    return (wave.clip(-1, 1) * FULL).astype(np.int16)


def noise(chance: Chance, length: int, slope: float, rate: int, low: float = 20, high: float = 20_000) -> Wave:
    """Steady noise whose power falls with frequency to the power of `slope`: 0 white, 1 pink, 2 brown."""
    frequency = np.fft.rfftfreq(length, 1 / rate)
    heard = (frequency > low) & (frequency < high)
    shape = np.where(heard, np.maximum(frequency, 1) ** (-slope / 2), 0)
    spectrum = chance.normal(size=(2, len(frequency))) * shape
    wave = np.fft.irfft(spectrum[0] + 1j * spectrum[1], length)
    return np.asarray(wave / wave.std())


def echoing(wave: Wave, seconds: float, share: float, rate: int, chance: Chance) -> Wave:
    """The wave in a room that answers for so long and so loudly."""
    length = int(seconds * rate)
    answer = chance.normal(size=length) * np.exp(-6.9 * np.arange(length) / length)
    size = 1 << (len(wave) + length - 1).bit_length()
    echo = np.fft.irfft(np.fft.rfft(wave, size) * np.fft.rfft(answer / np.sqrt((answer**2).sum()), size), size)
    return wave + share * echo[: len(wave)]


def add(wave: Wave, part: Wave, at: int) -> None:
    """Lay a part over the wave from a sample on; what lies outside is left away."""
    start, end = max(at, 0), min(at + len(part), len(wave))
    if start < end:
        wave[start:end] += part[start - at : end - at]


def swelling(chance: Chance, length: int, points: int) -> Wave:
    """A line through so many random points, spread about 0 by 1."""
    return np.interp(np.arange(length), np.linspace(0, length, max(points, 2)), chance.normal(size=max(points, 2)))


# ---- music ----


def _tone(chance: Chance, midi: float, seconds: float, instrument: Wave, rate: int) -> Wave:
    """One note of an instrument: how its harmonics fall, how fast it begins and fades, how it trembles."""
    fall, attack, fade, tremble, harmonics = instrument
    time = np.arange(int(min(2.5 * seconds, 3) * rate)) / rate
    pitch = 440 * 2 ** ((midi - 69) / 12)
    phase = 2 * np.pi * pitch * time + pitch * tremble / 5 * np.sin(10 * np.pi * time)
    heard = [number for number in range(1, int(harmonics) + 1) if number * pitch < rate / 2]
    wave = sum((np.sin(n * phase + chance.uniform(0, 6)) / n**fall for n in heard), np.zeros(len(time)))
    return np.asarray(wave * np.minimum(time / attack, 1) * np.exp(-time / (fade * seconds + 0.1)))


def _instrument(chance: Chance) -> Wave:
    return chance.uniform((0.5, 0.005, 0.2, 0, 3), (2.5, 0.08, 1.5, 0.006, 12))


def music(seed: int, seconds: float, rate: int = RATE) -> Samples:
    """Chords, a bass, a melody and drums, with a key, a tempo and instruments of their own."""
    chance = np.random.default_rng((1, seed))
    wave = np.zeros(int(seconds * rate))
    beat, root = 60 / chance.uniform(70, 150), int(chance.integers(40, 60))
    scale = SCALES[chance.integers(len(SCALES))]
    steps = chance.integers(0, 7, int(chance.choice([4, 8])))
    chords, bass, lead = (_instrument(chance) for _ in range(3))
    drums, loud = np.flatnonzero(chance.random(16) < 0.35), chance.uniform(0, 0.8)

    def play(at: float, step: int, octave: int, length: float, instrument: Wave, volume: float) -> None:
        midi = root + scale[step % 7] + 12 * (step // 7 + octave)
        add(wave, volume * _tone(chance, midi, length * beat, instrument, rate), int(at * rate))

    for bar, at in enumerate(np.arange(0, seconds, 4 * beat)):
        step = int(steps[bar % len(steps)])
        for third in (0, 2, 4):
            play(at, step + third, 0, 4, chords, 0.25)
        play(at, step, -1, 2, bass, 0.5)
        for when in np.cumsum(chance.choice([0.5, 0.5, 1, 1, 1.5, 2], 8)):
            if when < 4 and chance.random() < 0.85:
                play(at + when * beat, int(chance.integers(0, 10)), 1, 1, lead, chance.uniform(0.3, 0.7))
        for drum in drums:
            hit = chance.normal(size=rate // 8) * np.exp(-np.arange(rate // 8) / (0.04 * rate))
            add(wave, loud * hit, int((at + drum * beat / 4) * rate))
    wave = echoing(wave, chance.uniform(0.2, 1.5), chance.uniform(0.1, 0.8), rate, chance)
    return finished(wave, chance.uniform(0.1, 0.6), chance.uniform(1e-4, 2e-3), chance)


def melody(seed: int, seconds: float, rate: int = RATE, note: float = 0.5) -> Samples:
    """As poor as music gets: one voice, six notes, one length, no rests."""
    chance = np.random.default_rng((8, seed))
    time = np.arange(int(note * rate)) / rate
    steps = chance.integers(0, 8, int(seconds / note))
    wave = [np.sin(2 * np.pi * 220 * 2 ** (step / 6) * time) * np.exp(-3 * time / note) for step in steps]
    return finished(np.concatenate(wave), 0.3, 0, chance)


# ---- voices ----


def _mouth(chance: Chance, steps: int) -> NDArray[np.float64]:
    """Six rows of how a voice speaks over time: three formants, pitch, loudness, hiss."""
    way = np.zeros((6, steps))
    pitch, tract, pace = chance.uniform(85, 300), chance.uniform(0.9, 1.25), chance.uniform(3.5, 6.5)
    at = 0
    while at < steps:
        syllables, high = int(chance.integers(3, 14)), pitch * chance.uniform(0.9, 1.15)
        for number in range(syllables):
            length = int(GLIDES * chance.gamma(6, 1 / (6 * pace))) + 4
            opens = max(2, int(length * chance.uniform(0.15, 0.4)))
            part, time = slice(at, min(at + length, steps)), np.arange(max(min(length, steps - at), 0))
            vowel = VOWELS[chance.integers(len(VOWELS))]
            way[:3, part] = (np.array(vowel) * tract * chance.uniform(0.93, 1.07, 3))[:, None]
            way[3, part] = (
                high * (1 - 0.25 * number / syllables) * (1 + 0.1 * np.sin(time * chance.uniform(0, 3) / length))
            )
            way[4, part] = np.sin(np.pi * ((time - opens) / (length - opens)).clip(0, 1)) ** 0.5 * chance.uniform(
                0.5, 1
            )
            way[5, at : min(at + opens, steps)] = chance.uniform(0, 0.5)
            at += length
        at += int(GLIDES * chance.uniform(0.1, 1.2))
    smooth = np.hanning(7) / np.hanning(7).sum()
    way[:5] = [np.convolve(row, smooth, "same") for row in way[:5]]
    return way


def voice(chance: Chance, length: int, rate: int) -> Wave:
    """Somebody who says nothing, without a room."""
    way = _mouth(chance, length * GLIDES // rate + 2)
    time = np.arange(length) / rate * GLIDES
    *formants, pitch, loud, hiss = (np.interp(time, np.arange(len(row)), row) for row in way)
    pitch = np.maximum(pitch, 50) * (1 + CENTS * np.sin(2 * np.pi * 5.5 * np.arange(length) / rate))
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    wave = np.zeros(length)
    for number in range(1, HARMONICS + 1):
        parts = zip(LOUDEST_FORMANTS, formants, strict=True)
        shape = sum((w / (1 + ((number * pitch - f) / (60 + 0.06 * f)) ** 2) for w, f in parts), np.zeros(length))
        wave += shape / number**0.3 * np.sin(number * phase) * (number * pitch < rate / 2)
    wave = wave * loud + 0.3 * hiss * np.diff(chance.normal(size=length + 1))
    return np.asarray(wave / max(float(wave.std()), 1e-9))


def speech(seed: int, seconds: float, rate: int = RATE) -> Samples:
    """A voice in a room."""
    chance = np.random.default_rng((2, seed))
    wave = echoing(
        voice(chance, int(seconds * rate), rate), chance.uniform(0.2, 0.8), chance.uniform(0.1, 0.7), rate, chance
    )
    return finished(wave, chance.uniform(0.05, 0.6), 10 ** chance.uniform(-4, -2.6), chance)


# ---- rooms and weather ----


def knock(chance: Chance, rate: int) -> Wave:
    """Something falls, is set down, is shut."""
    time = np.arange(int(chance.uniform(0.1, 0.8) * rate)) / rate
    wave = chance.uniform(0.2, 2) * chance.normal(size=len(time)) * np.exp(-time / 0.01)
    for _ in range(int(chance.integers(3, 9))):
        pitch = np.exp(chance.uniform(np.log(80), np.log(5000)))
        wave += chance.uniform(0.2, 1) * np.sin(2 * np.pi * pitch * time) * np.exp(-time / chance.uniform(0.01, 0.2))
    return wave


def _walks(wave: Wave, chance: Chance, rate: int, times: int) -> None:
    """So many times somebody walks through, on two feet."""
    feet = [0.3 * knock(chance, rate) for _ in range(2)]
    for at in chance.integers(0, len(wave), times):
        for step, beat in enumerate(chance.normal(0.55, 0.04, int(chance.integers(4, 12))).cumsum()):
            add(wave, feet[step % 2], int(at + beat * rate))


def hum(length: int, rate: int) -> Wave:
    """A transformer: 50 Hz and what comes with it."""
    time = np.arange(length) / rate
    return np.asarray(sum((np.sin(100 * np.pi * n * time + n) / n for n in range(1, 8)), np.zeros(length)))


def room(seed: int, seconds: float, rate: int = RATE) -> Samples:
    """A room with its own noise: things are moved, somebody walks, somebody talks further away."""
    chance = np.random.default_rng((3, seed))
    length = int(seconds * rate)
    wave = np.zeros(length)
    for at in chance.integers(0, length, 1 + chance.poisson(seconds / chance.uniform(2, 6))):
        add(wave, 10 ** chance.uniform(-1.2, 0) * knock(chance, rate), int(at))
    _walks(wave, chance, rate, int(chance.poisson(seconds / 25)))
    wave += voice(chance, length, rate) * chance.uniform(0.05, 0.4) * (swelling(chance, length, int(seconds / 5)) > 0)
    wave = echoing(wave, chance.uniform(0.2, 1.2), chance.uniform(0.2, 1), rate, chance)
    level = 10 ** chance.uniform(-3, -1.3)
    steady = noise(chance, length, chance.uniform(0.5, 2.2), rate) * (1 + 0.2 * swelling(chance, length, 8))
    wave = 0.05 * wave / max(float(wave.std()), 1e-9) + level * (steady + chance.uniform(0, 0.6) * hum(length, rate))
    return finished(wave, chance.uniform(0.05, 0.5), 1e-4, chance)


def rain(seed: int, seconds: float, rate: int = RATE) -> Samples:
    """Rain, drop by drop."""
    chance = np.random.default_rng((4, seed))
    wave = 0.4 * noise(chance, int(seconds * rate), 0.3, rate, low=300)
    for at in chance.integers(0, len(wave), int(seconds * chance.uniform(10, 80))):
        time = np.arange(int(chance.uniform(0.004, 0.03) * rate))
        drop = np.sin(2 * np.pi * chance.uniform(600, 4000) * time / rate) * np.exp(-5 * time / len(time))
        add(wave, chance.uniform(0.5, 4) * drop, int(at))
    return finished(wave, chance.uniform(0.1, 0.6), 1e-4, chance)


def wind(seed: int, seconds: float, rate: int = RATE) -> Samples:
    """Wind or waves: bands of noise that swell each in their own time."""
    chance = np.random.default_rng((5, seed))
    wave = np.zeros(int(seconds * rate))
    for octave in range(6):
        swell = np.exp(swelling(chance, len(wave), int(seconds / chance.uniform(0.8, 3))))
        low = 80 * 2**octave
        wave += noise(chance, len(wave), 0.5, rate, low, 2 * low) * swell / 2 ** (octave / 2)
    return finished(wave, chance.uniform(0.1, 0.6), 1e-4, chance)


def birds(seed: int, seconds: float, rate: int = RATE) -> Samples:
    """Whistles that rise, fall and warble over a faint breeze."""
    chance = np.random.default_rng((6, seed))
    wave = 0.05 * noise(chance, int(seconds * rate), 1, rate)
    for at in chance.integers(0, len(wave), int(seconds * chance.uniform(0.5, 3))):
        time = np.arange(int(chance.uniform(0.05, 0.5) * rate)) / rate
        warble = chance.uniform(0, 20) * np.sin(2 * np.pi * chance.uniform(5, 40) * time)
        phase = 2 * np.pi * (chance.uniform(1500, 4500) * time + chance.uniform(-4000, 4000) * time**2) + warble
        add(wave, chance.uniform(0.1, 1) * np.sin(phase) * np.hanning(len(time)), int(at))
    return finished(wave, chance.uniform(0.1, 0.6), 1e-4, chance)


def babble(seed: int, seconds: float, rate: int = RATE) -> Samples:
    """Four voices at once."""
    chance = np.random.default_rng((7, seed))
    voices = [chance.uniform(0.3, 1) * voice(chance, int(seconds * rate), rate) for _ in range(4)]
    return finished(np.sum(voices, axis=0), chance.uniform(0.1, 0.6), 1e-4, chance)


KINDS: dict[str, Callable[..., Samples]] = {
    "music": music,
    "speech": speech,
    "room": room,
    "rain": rain,
    "wind": wind,
    "birds": birds,
    "babble": babble,
}
"""Ways to make a sound from (seed, seconds, rate)."""


def to_samples(wave: Wave) -> Samples:
    """A wave in units of samples as it would be recorded: clipped."""
    return wave.clip(-FULL - 1, FULL).astype(np.int16)


def tone(pitch: float, seconds: float, rate: int = RATE) -> Wave:
    """A constant tone of amplitude 1."""
    return np.sin(2 * np.pi * pitch * np.arange(int(seconds * rate)) / rate)
