"""Train micro-Whisper: the architecture of Whisper, very small, in plain torch on the CPU.

`python train.py DATA WEIGHTS.npz [--seconds 1200]`, DATA as `speak.py` wrote it. What is unlike Whisper's training, so
that minutes on one core are enough:

* The encoder's heads begin as windows: positions are waves in some dimensions of their own, and queries are these
  waves turned by a few positions. Without that, a model this small spends its time on finding out what "near" means.
* The encoder also names the word of each frame (a loss of its own, its layer is thrown away).
* Heads of the decoder are shown where to look: in the first layer at the word just written, after that at the word to
  come. These are the alignment heads that word times come from.
* Windows are mostly a few seconds long, at a place by chance inside the 30 s; some are whole.
"""

import argparse
import json
import math
import random
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it

sys.path.insert(0, str(Path(__file__).parent))
import language as lang

WIDTH, HEADS, LAYERS = 64, 4, 2  # encoder
DEC_WIDTH, DEC_HEADS, DEC_LAYERS = 64, 2, 3
POSITIONS, TEXT = 1500, 448
WAVES = 8  # pairs of sine and cosine
TIME_STEP = 5  # times are learnt in steps of 0.1 s
UNUSED = -30.0  # the logit of every token that is never used

TIMES = [lang.TIME + step for step in range(0, lang.TIMES, TIME_STEP)]
PLAIN = [*sorted({*lang.WORD_TOKENS.values(), lang.STOP}), lang.END, lang.START, lang.ENGLISH, lang.GERMAN,
         lang.TRANSLATE, lang.TRANSCRIBE, lang.PREVIOUS, lang.NO_SPEECH, lang.NO_TIMES]  # fmt: skip
USED = [*PLAIN, *TIMES]
COMPACT = {token: place for place, token in enumerate(USED)}
WORD_CLASS = {word: place + 1 for place, word in enumerate(sorted(lang.WORD_TOKENS))}


def waves(count: int) -> torch.Tensor:
    """Positions as [count, 2 * WAVES] cosines and sines, wave lengths from 10 to 6000 positions."""
    speed = torch.tensor(np.geomspace(2 * math.pi / 10, 2 * math.pi / 6000, WAVES), dtype=torch.float32)
    angle = torch.arange(count)[:, None] * speed
    return torch.cat([angle.cos(), angle.sin()], 1)


def turn(offset: float) -> torch.Tensor:
    """The matrix that turns the waves of position p into those of p + offset."""
    speed = torch.tensor(np.geomspace(2 * math.pi / 10, 2 * math.pi / 6000, WAVES), dtype=torch.float32) * offset
    c, s = torch.diag(speed.cos()), torch.diag(speed.sin())
    return torch.cat([torch.cat([c, -s], 1), torch.cat([s, c], 1)], 0)


class Attention(nn.Module):
    def __init__(self, width: int, heads: int, memory: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.out = nn.Linear(width, width), nn.Linear(width, width)
        self.key, self.value = nn.Linear(memory, width, bias=False), nn.Linear(memory, width)

    def forward(self, x, memory, mask=None):
        """Output and the weights' logits; mask is added to them."""

        def split(y):
            return y.view(y.shape[0], y.shape[1], self.heads, -1).transpose(1, 2)

        q, k, v = split(self.query(x)), split(self.key(memory)), split(self.value(memory))
        logits = q @ k.transpose(2, 3) * (q.shape[-1] ** -0.5)
        if mask is not None:
            logits = logits + mask
        out = (logits.softmax(-1) @ v).transpose(1, 2).reshape(x.shape)
        return self.out(out), logits


class Layer(nn.Module):
    def __init__(self, width: int, heads: int, memory: int | None) -> None:
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(width), Attention(width, heads, width)
        self.norm2, self.up, self.down = nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        if memory:
            self.norm_cross, self.cross = nn.LayerNorm(width), Attention(width, heads, memory)

    def forward(self, x, mask=None, memory=None, memory_mask=None):
        y = self.norm1(x)
        x = x + self.attention(y, y, mask)[0]
        logits = None
        if memory is not None:
            y, logits = self.cross(self.norm_cross(x), memory, memory_mask)
            x = x + y
        return x + self.down(F.gelu(self.up(self.norm2(x)))), logits


class MicroWhisper(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv1d(80, WIDTH, 3, padding=1), nn.Conv1d(WIDTH, WIDTH, 3, stride=2, padding=1)
        self.encoder = nn.ModuleList(Layer(WIDTH, HEADS, None) for _ in range(LAYERS))
        self.encoder_norm = nn.LayerNorm(WIDTH)
        self.decoder = nn.ModuleList(Layer(DEC_WIDTH, DEC_HEADS, WIDTH) for _ in range(DEC_LAYERS))
        self.decoder_norm = nn.LayerNorm(DEC_WIDTH)
        self.tokens = nn.Parameter(torch.randn(len(PLAIN), DEC_WIDTH - 1) * 0.3)
        self.times = nn.Parameter(torch.randn(2 * WAVES, DEC_WIDTH - 1) * 0.3)
        self.bias = nn.Parameter(torch.zeros(len(USED), 1))
        self.frame_word = nn.Linear(WIDTH, len(WORD_CLASS) + 1)
        self.register_buffer("position", F.pad(waves(POSITIONS), (0, WIDTH - 2 * WAVES)))
        self.text_position = nn.Parameter(F.pad(waves(TEXT), (DEC_WIDTH - 2 * WAVES, 0)) * 0.5)
        self._begin()

    def _begin(self) -> None:
        """Heads of the encoder as windows at these offsets (positions of 20 ms), and sound as loud as the positions."""
        with torch.no_grad():
            self.conv1.weight.mul_(4)
            self.conv2.weight.mul_(4)
            self.conv2.weight[: 2 * WAVES] = 0
            self.conv2.bias[: 2 * WAVES] = 0
            size = WIDTH // HEADS
            for layer, offsets in zip(self.encoder, ((-7, -2, 2, 7), (-16, -5, 5, 16)), strict=True):
                layer.attention.query.weight.mul_(0.3)
                layer.attention.key.weight.mul_(0.3)
                layer.attention.out.weight.mul_(0.5)
                for head, offset in enumerate(offsets):
                    rows = slice(head * size, (head + 1) * size)
                    layer.attention.query.weight[rows, : 2 * WAVES] = turn(offset) * 1.8
                    layer.attention.key.weight[rows, : 2 * WAVES] = torch.eye(2 * WAVES) * 1.8

    def embedding(self) -> torch.Tensor:
        """Rows of the used tokens [used, DEC_WIDTH]; dimension 0 is a bias, as the last norm holds it at 1."""
        rows = torch.cat([self.tokens, waves(lang.TIMES)[::TIME_STEP] @ self.times])
        return torch.cat([self.bias, rows], 1)

    def encode(self, mel, first=0):
        x = F.gelu(self.conv2(F.gelu(self.conv1(mel)))).transpose(1, 2)
        x = x + self.position[first : first + x.shape[1]]
        for layer in self.encoder:
            x, _ = layer(x)
        return self.encoder_norm(x)

    def decode(self, tokens, memory):
        """Logits [batch, tokens, used] and, per layer, logits of the cross attention."""
        rows = self.embedding()
        x = rows[tokens] + self.text_position[: tokens.shape[1]]
        mask = torch.full((tokens.shape[1],) * 2, -1e9).triu(1)
        seen = []
        for layer in self.decoder:
            x, logits = layer(x, mask, memory)
            seen.append(logits)
        x = F.layer_norm(x, (DEC_WIDTH,))
        held = torch.zeros(DEC_WIDTH)
        held[0] = 1
        x = x * self.decoder_norm.weight * (1 - held) + self.decoder_norm.bias * (1 - held) + held
        return x @ rows.T, seen


class Data:
    """Windows put together from the utterances, with noise, gaps and what is to be written."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.index = json.loads((folder / "index.json").read_text("utf-8"))
        self.mels = np.load(folder / "mels.npy", mmap_mode="r")
        ends = np.cumsum([entry["frames"] for entry in self.index])
        for entry, end in zip(self.index, ends, strict=True):
            entry["mel"] = slice(int(end) - entry["frames"], int(end))
        self.by_language = {code: [e for e in self.index if e["language"] == code] for code in ("en", "de")}
        self.chance = random.Random(seed)
        self.noises = self._noises(np.random.default_rng(seed))

    @staticmethod
    def _noises(generator) -> np.ndarray:
        """Log mel power of noises [kinds, 80, 3000]: the falling-off of each differs."""
        tilt = np.linspace(0, 1, 80)[:, None]
        kinds = [-slope * tilt + bend * np.cos(tilt * 6) for slope in (-1, 0, 1.5, 3) for bend in (-0.4, 0, 0.4)]
        return np.stack([k + np.log10(generator.gamma(3.0, 1 / 3, (80, 3000)) + 1e-4) for k in kinds]).astype(
            np.float32
        )

    def window(self, limit: int, full: bool, most: int) -> dict:
        """One window of at most `limit` frames and `most` utterances: mel, the segments in it, and how it was cut."""
        chance = self.chance
        code = chance.choice(("en", "de"))
        lead = chance.randint(0, 90) if most == 1 or chance.random() < 0.75 else chance.randint(100, 300)
        if chance.random() < 0.08:
            frames, segments = chance.randint(100, 250), []
        else:
            frames, segments = lead, []
            for _ in range(most):
                entry = chance.choice(self.by_language[code])
                if frames + entry["frames"] > limit:
                    break
                segments.append((frames, entry))
                frames += entry["frames"] + chance.choice((chance.randint(15, 60), chance.randint(30, 150)))
            frames = min(limit, frames + chance.randint(0, 60))
        mel = np.full((80, max(frames, 40)), -10.0, np.float32)
        loud = -chance.random() * 2.0
        for begin, entry in segments:
            mel[:, begin : begin + entry["frames"]] = self.mels[:, entry["mel"]] + loud - chance.random() * 0.6
        mel = self._with_noise(mel, loud)
        mel = np.maximum(mel, mel.max() - 8.0)
        cut = None
        if segments and chance.random() < 0.08:  # the window ends inside the last utterance
            begin, entry = segments[-1]
            if len(segments) > 1 or full:
                mel, cut = mel[:, : begin + int(entry["frames"] * chance.uniform(0.3, 0.8))], segments.pop()
        return {"mel": (mel + 4) / 4, "code": code, "segments": segments, "cut": cut}

    def _with_noise(self, mel: np.ndarray, loud: float) -> np.ndarray:
        chance = self.chance
        if chance.random() < 0.35:
            return mel
        noise = chance.choice(self.noises)
        begin = chance.randint(0, 3000 - mel.shape[1])
        level = loud + chance.uniform(-5.0, -0.9)  # speech frames are about +1 at full loudness
        return np.logaddexp(
            mel * math.log(10), (noise[:, begin : begin + mel.shape[1]] + level) * math.log(10)
        ) / math.log(10)

    def text(
        self, window: dict, first: int
    ) -> tuple[list[int], list[int], list[tuple], list[tuple], list[tuple], int | None]:
        """Tokens, which targets count (by index of the token that is predicted), and where to look.

        Looks are spans in encoder positions: at the word a token is, at the word after a token, and at the pause before
        that one. The last is the place, if any, where the answer is that nobody speaks.
        """
        chance = self.chance
        translate = chance.random() < (0.2 if window["code"] == "de" else 0.03)
        times = chance.random() < 0.6
        task = lang.TRANSLATE if translate else lang.TRANSCRIBE
        code = lang.GERMAN if window["code"] == "de" else lang.ENGLISH
        tokens = self._prompt(window["code"]) if chance.random() < 0.3 else []
        start = len(tokens)
        counted = [start + 1]
        segments = window["segments"]
        tokens += [lang.START, code if segments or window["cut"] else lang.NO_SPEECH, task]
        if not segments and not window["cut"]:
            tokens[-2] = chance.choice((lang.ENGLISH, lang.GERMAN))
            tokens += [TIMES[chance.randint(0, 10)] if times else lang.NO_TIMES, lang.END]
            return tokens, [start + 1, len(tokens) - 1], [], [], [], start + 1
        if not times:
            tokens.append(lang.NO_TIMES)
        now, after, pauses, ends = [], [], [], [0.0]

        def put(token: int, begin: float, end: float) -> None:
            after.append((len(tokens) - 1, begin, end))
            now.append((len(tokens), begin, end))
            pauses.append((len(tokens) - 1, ends[-1], begin) if begin - ends[-1] > 5 else None)
            ends.append(end)
            counted.append(len(tokens))
            tokens.append(token)

        def stamp(frames: float, head: bool = False) -> None:
            seconds = frames / 100 + first * 0.02
            if head and first == 0:
                seconds = min(seconds, 1.0)  # Whisper's decoding allows no later first time
            step = min(round(seconds / 0.02 / TIME_STEP), len(TIMES) - 1)
            put(TIMES[step], frames / 2 - 6, frames / 2 + 6)

        for number, (begin, entry) in enumerate(segments):
            spans = entry["spans"]
            if times:
                stamp(begin + spans[0][0] * 100, number == 0)
            for place, (a, b) in enumerate(spans):
                words = entry["english"][place] if translate else [entry["spoken"][place]]
                edges = np.linspace(begin + a * 100, begin + b * 100, len(words) + 1) / 2
                for word, left, right in zip(words, edges[:-1], edges[1:], strict=True):
                    put(lang.WORD_TOKENS[word], left, right)
            last = begin + spans[-1][1] * 100
            put(lang.STOP, last / 2 - 4, last / 2 + 4)
            if times:
                stamp(last)
        if window["cut"] and times:
            begin, entry = window["cut"]
            stamp(begin + entry["spans"][0][0] * 100, not segments)
        if not times and not window["cut"]:
            after.append((len(tokens) - 1, ends[-1] + 1, ends[-1] + 40))  # the silence behind is nobody's
        counted.append(len(tokens))
        tokens.append(lang.END)
        return tokens, counted, now, after, [pause for pause in pauses if pause], None

    def _prompt(self, code: str) -> list[int]:
        tokens, times, second = [], self.chance.random() < 0.5, self.chance.uniform(0, 4)
        for _ in range(self.chance.choice((1, 1, 2, 4, 10))):
            entry = self.chance.choice(self.by_language[code])
            if times:
                tokens.append(TIMES[min(int(second * 10), 300)])
            tokens += [lang.WORD_TOKENS[word] for word in entry["spoken"]] + [lang.STOP]
            second += entry["frames"] / 100
            if times:
                tokens.append(TIMES[min(int(second * 10), 300)])
        return [lang.PREVIOUS, *tokens[-120:]]

    def batch(self, size: int, limit: int, full: bool, most: int) -> dict[str, torch.Tensor]:
        """Windows side by side; what is shorter is filled with 0, as faster-whisper fills a window."""
        windows = sorted((self.window(limit, full, most) for _ in range(size * 2)), key=lambda w: w["mel"].shape[1])
        begin = self.chance.randint(0, size)  # neighbours in length: little is filled up
        windows = windows[begin : begin + size]
        frames = max(w["mel"].shape[1] for w in windows)
        if full:
            frames = 3000 if self.chance.random() < 0.5 else max(frames, self.chance.randint(800, 2000))
        else:
            frames += self.chance.randint(0, 40)
        frames += frames % 2
        first = 0 if full or self.chance.random() < 0.6 else self.chance.randint(0, POSITIONS - frames // 2)
        mel = np.zeros((size, 80, frames), np.float32)
        names = np.zeros((size, frames // 2), np.int64)
        texts = [self.text(w, first) for w in windows]
        length = max(len(t[0]) for t in texts)
        tokens = np.full((size, length), COMPACT[lang.END], np.int64)
        targets = np.full((size, length), -100, np.int64)
        looks = np.zeros((3, size, length, 2), np.float32)
        for row, (window, (text, counted, now, after, pauses, silent)) in enumerate(zip(windows, texts, strict=True)):
            mel[row, :, : window["mel"].shape[1]] = window["mel"]
            tokens[row, : len(text)] = [COMPACT[t] for t in text]
            for place in counted:
                targets[row, place - 1] = COMPACT[lang.NO_SPEECH] if place == silent else COMPACT[text[place]]
            for kind, spans in enumerate((now, after, pauses)):
                for place, begin, end in spans:
                    looks[kind, row, place] = begin, max(end, begin + 1)
            for begin, entry in window["segments"] + ([window["cut"]] if window["cut"] else []):
                for word, (a, b) in zip(entry["spoken"], entry["spans"], strict=True):
                    names[row, int(begin / 2 + a * 50) : int(begin / 2 + b * 50)] = WORD_CLASS[word]
        out = {"mel": mel, "names": names, "tokens": tokens, "targets": targets, "looks": looks}
        return {**{k: torch.from_numpy(v) for k, v in out.items()}, "first": first}


def look_loss(logits: torch.Tensor, looks: torch.Tensor) -> torch.Tensor:
    """Minus the logarithm of the attention of head 0 that falls into the span, where there is a span."""
    chances = logits[:, 0].softmax(-1)
    place = torch.arange(chances.shape[-1])
    inside = (place >= looks[..., :1] - 0.5) & (place < looks[..., 1:])
    counted = looks[..., 1] > 0
    return -((chances * inside).sum(-1)[counted] + 1e-4).log().sum() / max(int(counted.sum()), 1)


def losses(model: MicroWhisper, batch: dict, encoder_only: bool) -> dict[str, torch.Tensor]:
    memory = model.encode(batch["mel"], batch["first"])
    balance = torch.ones(len(WORD_CLASS) + 1)
    balance[0] = 0.3
    frames = model.frame_word(memory)
    names = F.cross_entropy(frames.transpose(1, 2), batch["names"], balance)
    heard = (frames.argmax(-1) == batch["names"])[batch["names"] > 0].float().mean()
    if encoder_only:
        return {"names": names, "heard": heard}
    logits, seen = model.decode(batch["tokens"], memory)
    unused = lang.VOCABULARY - len(USED)
    rest = torch.full((*logits.shape[:2], 1), UNUSED + math.log(unused))
    text = F.cross_entropy(torch.cat([logits, rest], -1).transpose(1, 2), batch["targets"])
    return {
        "text": text,
        "names": names,
        "heard": heard,
        "now": look_loss(seen[0], batch["looks"][0]),
        "next": look_loss(seen[1], batch["looks"][1]) + look_loss(seen[2], batch["looks"][1]),
        # A pause must look like the word after it, if only a little, or the alignment gives it to any word.
        "pause": 0.1 * (look_loss(seen[1], batch["looks"][2]) + look_loss(seen[2], batch["looks"][2])),
        "right": (logits.argmax(-1) == batch["targets"])[batch["targets"] >= 0].float().mean(),
    }


def weights(model: MicroWhisper) -> dict[str, np.ndarray]:
    """All weights by name, the embedding with a row for every token."""
    state = {k: v.detach().numpy() for k, v in model.state_dict().items() if not k.startswith("frame_word")}
    rows = np.zeros((lang.VOCABULARY, DEC_WIDTH), np.float32)
    rows[:, 0] = UNUSED
    rows[USED] = model.embedding().detach().numpy()
    for name in ("tokens", "times", "bias"):
        del state[name]
    state["decoder_norm.weight"] = np.concatenate([[0], state["decoder_norm.weight"][1:]]).astype(np.float32)
    state["decoder_norm.bias"] = np.concatenate([[1], state["decoder_norm.bias"][1:]]).astype(np.float32)
    return {**state, "embedding": rows}


def train(data: Data, model: MicroWhisper, seconds: float, to: Path, peak: float, already: float) -> None:
    """Train until the time is up, of which the share `already` counts as gone.

    The rate of learning falls with the time that is used.
    """
    optimizer = torch.optim.AdamW(model.parameters(), lr=peak, betas=(0.9, 0.98), weight_decay=0.01)
    began, step, shown, sums = time.monotonic() - already * seconds, 0, already * seconds, {}
    while (used := (time.monotonic() - began) / seconds) < 1:
        full = used > 0.4 and step % 8 == 0  # whole windows: few utterances and much that is filled up, or many
        most = data.chance.choice((1, 1, 1, 2, 3, 4, 10)) if full else data.chance.choice((1, 1, 1, 2, 3))
        most = most if used > 0.4 else 1
        batch = data.batch(3 if full else 16 // min(most, 2), 3000 if full else 800, full, most)
        for group in optimizer.param_groups:
            group["lr"] = peak * min(1, (step + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * used)))
        alone = used < 0.22
        found = losses(model, batch, alone)
        loss = found["names"] * (1.0 if used < 0.5 else 0.4)
        if not alone:
            loss = loss + found["text"] + 0.2 * (found["now"] + found["next"] + found["pause"])
        optimizer.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        if torch.isfinite(norm) and norm < 1000:  # one bad step can undo all
            optimizer.step()
        else:
            print("left out a step with a gradient of", float(norm), flush=True)
        step += 1
        for name, value in found.items():
            sums.setdefault(("full " if full else "") + name, []).append(float(value))
        if time.monotonic() - began > shown + 20:
            shown = time.monotonic() - began
            line = " ".join(f"{n} {np.mean(v):.3f}" for n, v in sums.items())
            print(f"{shown:.0f}s step {step} {line}", flush=True)
            sums = {}
            np.savez(to, **weights(model))
            torch.save(model.state_dict(), to.with_suffix(".pt"))
    np.savez(to, **weights(model))
    torch.save(model.state_dict(), to.with_suffix(".pt"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--seconds", type=float, default=1200)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--begin", type=Path, help="weights (.pt) to go on from")
    parser.add_argument("--already", type=float, default=0.0, help="the share of the time that they had")
    chosen = parser.parse_args()
    torch.manual_seed(chosen.seed)
    torch.set_num_threads(1)
    torch._C._set_mkldnn_enabled(False)  # Debian's torch 1.13: oneDNN's gradients of a convolution are wrong
    micro = MicroWhisper()
    if chosen.begin:
        micro.load_state_dict(torch.load(chosen.begin))
    print(sum(p.numel() for p in micro.parameters()), "parameters", flush=True)
    train(Data(chosen.data, chosen.seed), micro, chosen.seconds, chosen.weights, chosen.rate, chosen.already)
