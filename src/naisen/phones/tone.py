"""Was a tone heard? Goertzel's algorithm over a recording, in plain Python."""

import array
import math
import sys
import wave
from dataclasses import dataclass
from pathlib import Path

BLOCK_MS = 100
# Half of a block's power must be in the tone (speech and noise stay far below), and it must be louder than
# what a codec makes of silence.
TONE_SHARE = 0.5
SILENCE_RMS = 200.0


@dataclass(frozen=True)
class Heard:
    """What a recording holds: how long it is and for how long the tone stood out (ms, in steps of 100)."""

    tone_hz: int
    tone_ms: int
    length_ms: int


def listen(recording: Path, tone_hz: int) -> Heard:
    """Search a 16-bit mono WAV file for a tone. ValueError if it has another format, OSError if it is not there."""
    rate, samples = _read(recording)
    size = rate * BLOCK_MS // 1000
    blocks = [samples[start : start + size] for start in range(0, len(samples) - size + 1, size)]
    with_tone = sum(has_tone(block, rate, tone_hz) for block in blocks)
    return Heard(tone_hz, with_tone * BLOCK_MS, len(samples) * 1000 // rate)


def has_tone(block: "array.array[int]", rate: int, tone_hz: int) -> bool:
    """Whether at least half of the power of these samples is at `tone_hz`."""
    power = sum(sample * sample for sample in block) / len(block)
    return power > SILENCE_RMS**2 and tone_power(block, rate, tone_hz) / power >= TONE_SHARE


def tone_power(block: "array.array[int]", rate: int, tone_hz: int) -> float:
    """The mean power of the one frequency (Goertzel; for a pure sine of that frequency, all of its power)."""
    factor = 2.0 * math.cos(2.0 * math.pi * tone_hz / rate)
    before = last = 0.0
    for sample in block:
        before, last = last, sample + factor * last - before
    return 2.0 * (last * last + before * before - factor * last * before) / len(block) ** 2


def _read(recording: Path) -> tuple[int, "array.array[int]"]:
    with wave.open(str(recording), "rb") as file:
        if file.getsampwidth() != 2 or file.getnchannels() != 1:
            raise ValueError(f"{recording.name} is not 16-bit mono")
        samples = array.array("h", file.readframes(file.getnframes()))
        if sys.byteorder == "big":
            samples.byteswap()
        return file.getframerate(), samples
