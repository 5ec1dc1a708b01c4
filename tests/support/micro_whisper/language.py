"""The small language of micro-Whisper: its words, its sentences in English and German, its tokens.

The tokens are those of the multilingual Whisper models, cut: the 256 bytes, the few words with what their merging
needs, a token without text, and all special tokens in Whisper's order (end, start, 99 languages, tasks, 1501 times).
"""

import json
import random
from dataclasses import dataclass, field
from pathlib import Path

EMPTY = 511  # CTranslate2 takes a model for multilingual because it has a token without text
END = EMPTY + 1
START, FIRST_LANGUAGE = END + 1, END + 2
TRANSLATE, TRANSCRIBE, START_LM, PREVIOUS, NO_SPEECH, NO_TIMES, TIME = range(FIRST_LANGUAGE + 99, FIRST_LANGUAGE + 106)
TIMES = 1501  # <|0.00|> to <|30.00|>, 20 ms each: the hop of the encoder's positions
VOCABULARY = TIME + TIMES
# in Whisper's order
LANGUAGES = (
    "en", "zh", "de", "es", "ru", "ko", "fr", "ja", "pt", "tr", "pl", "ca", "nl", "ar", "sv", "it", "id", "hi", "fi",
    "vi", "he", "uk", "el", "ms", "cs", "ro", "da", "hu", "ta", "no", "th", "ur", "hr", "bg", "lt", "la", "mi", "ml",
    "cy", "sk", "te", "fa", "lv", "bn", "sr", "az", "sl", "kn", "et", "mk", "br", "eu", "is", "hy", "ne", "mn", "bs",
    "kk", "sq", "sw", "gl", "mr", "pa", "si", "km", "sn", "yo", "so", "af", "oc", "ka", "be", "tg", "sd", "gu", "am",
    "yi", "lo", "uz", "fo", "ht", "ps", "tk", "nn", "mt", "sa", "lb", "my", "bo", "tl", "mg", "as", "tt", "haw", "ln",
    "ha", "ba", "jw", "su",
)  # fmt: skip
ENGLISH, GERMAN = FIRST_LANGUAGE, FIRST_LANGUAGE + LANGUAGES.index("de")

NUMBERS = {
    "eins": "one", "zwei": "two", "drei": "three", "vier": "four", "fünf": "five",
    "sechs": "six", "sieben": "seven", "acht": "eight", "neun": "nine", "zehn": "ten",
}  # fmt: skip
# What each German word is in English, in the order of the German: so a translation is the words one by one.
WORDS = {
    "wir": "we", "treffen": "meet", "uns": "", "um": "at", "an": "at", "der": "the", "Brücke": "bridge",
    "am": "at the", "Bahnhof": "station", "bring": "bring", "das": "the", "Geld": "money", "zum": "to the",
    "zur": "to the", "ruf": "call", "mich": "me", "die": "the", "Nummer": "number", "ist": "is",
    "warte": "wait", "bis": "until", "Wagen": "car", "heute": "today", **NUMBERS,
}  # fmt: skip
PATTERNS = (
    "wir treffen uns um # an der Brücke", "wir treffen uns um # am Bahnhof", "wir treffen uns heute um #",
    "wir treffen uns heute am Bahnhof", "wir treffen uns an der Brücke um #",
    "bring das Geld zum Bahnhof", "bring das Geld zur Brücke", "bring das Geld um # zum Bahnhof",
    "bring das Geld um # zur Brücke", "bring das Geld heute", "ruf mich um # an-", "ruf mich heute an-",
    "ruf mich heute um # an-", "die Nummer ist # # #", "die Nummer ist # # # #", "die Nummer ist # # # # #",
    "die Nummer ist # # # # # #", "warte an der Brücke bis #", "warte am Bahnhof bis #", "warte bis #",
    "der Wagen ist am Bahnhof", "der Wagen ist an der Brücke", "der Wagen ist heute am Bahnhof",
)  # fmt: skip


def _words() -> list[str]:
    english = {word for words in WORDS.values() for word in words.split()}
    return sorted(english | set(WORDS))


WORD_TOKENS = {word: 256 + place for place, word in enumerate(_words())}
STOP = 13  # the byte "."


@dataclass
class Sentence:
    """One sentence: the words that are spoken, and for each what it is in English (nothing or several words)."""

    language: str
    spoken: list[str]
    english: list[list[str]] = field(default_factory=list)


def sentence(language: str, chance: random.Random) -> Sentence:
    """One sentence by chance: mostly from a pattern, now and then words in any order, so that sound decides."""
    if chance.random() < 0.2:
        german = [chance.choice(sorted(WORDS)) for _ in range(chance.randint(2, 6))]
    else:
        german = [chance.choice(sorted(NUMBERS)) if w == "#" else w for w in chance.choice(PATTERNS).split()]
    english = [[] if word == "an-" else WORDS[word].split() for word in german]
    german = [word.rstrip("-") for word in german]
    if language == "de":
        return Sentence("de", german, english)
    spoken = [word for words in english for word in words]
    return Sentence("en", spoken or ["today"], [[word] for word in spoken or ["today"]])


def _byte_letters() -> dict[int, str]:
    """The letters that stand for bytes in byte-level BPE (GPT-2's table)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    return {**{b: chr(b) for b in plain}, **{b: chr(256 + n) for n, b in enumerate(others)}}


def text_vocabulary() -> tuple[dict[str, int], list[list[str]]]:
    """Token texts with their numbers, and the merges that build each word from its bytes, left to right."""
    letters = _byte_letters()
    tokens = {letter: place for place, letter in enumerate(letters.values())}
    spelled = {word: [letters[byte] for byte in (" " + word).encode()] for word in WORD_TOKENS}
    tokens.update({"".join(spelled[word]): number for word, number in WORD_TOKENS.items()})
    merges: list[list[str]] = []
    for word in WORD_TOKENS:
        left = spelled[word][0]
        for letter in spelled[word][1:]:
            if [left, letter] not in merges:
                merges.append([left, letter])
            left += letter
            tokens.setdefault(left, len(tokens))
    return tokens, merges


def special_vocabulary() -> dict[str, int]:
    """The special tokens of Whisper in their order: end, start, 99 languages, tasks, times."""
    names = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{code}|>" for code in LANGUAGES)]
    names += ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    names += [f"<|{place * 0.02:.2f}|>" for place in range(TIMES)]
    return {name: END + place for place, name in enumerate(names)}


def write_tokenizer(folder: Path) -> list[str]:
    """Write `tokenizer.json` and return the texts of all tokens in order for CTranslate2."""
    tokens, merges = text_vocabulary()
    tokens[""] = EMPTY
    special = special_vocabulary()
    added = [
        {"id": n, "content": t, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
         "special": True} for t, n in special.items() if n < TIME
    ]  # fmt: skip
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    whole = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": None,
        "pre_tokenizer": byte_level, "post_processor": None, "decoder": byte_level,
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "",
                  "end_of_word_suffix": "", "fuse_unk": False, "byte_fallback": False,
                  "vocab": {**tokens, **special}, "merges": merges},
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(json.dumps(whole, ensure_ascii=False, separators=(",", ":")), "utf-8")
    texts = {number: text for text, number in {**tokens, **special}.items()}
    return [texts.get(number, f"~{number}") for number in range(VOCABULARY)]  # a few numbers are not used
