"""The marks by which chat templates tell turns apart. A model takes them for more than text, so no text of others may hold live ones."""

from __future__ import annotations

import re

UNSEEN = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""Characters that a mark could be hidden by, and put together again without."""
_ANGLES = str.maketrans("<>", "‹›")
"""`<|im_end|>`, `<s>`, `<<SYS>>`, `<start_of_turn>`, `<tool_call>`: none can be written without them."""
_BRACKETED = re.compile(r"\[(/?(?:[A-Z][A-Z_]+|gMASK|sop))\]")
"""`[INST]`, `[/INST]`, `[TOOL_CALLS]`."""
_RULES = re.compile(r"#{2,}\s*")
"""`### Instruction:`"""
_TURN = re.compile(
    r"\b(human|user|assistant|system|developer|tool|model|bot|ai|instructions?|response|input|output|question|sentences|answer)\s*:(?!\S)",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")
CHAT_MARK = re.compile(
    r"<\s*[|｜][^<>]{0,40}[|｜]\s*>|\[/?INST\]|<</?SYS>>|</?(?:start|end)_of_(?:turn|text)>|"
    r"</?(?:system|assistant|user|human|instructions?|tool_calls?|function_calls?|tool_response|think|bos|eos)>|"
    r"\[(?:TOOL_CALLS|AVAILABLE_TOOLS|SYSTEM_PROMPT|SYSTEM|/SYSTEM)\]|#{2,} ?(?:instruction|assistant|system|human|user|"
    r"response|input)s?\b",
    re.IGNORECASE,
)
"""What nobody writes for readers."""


def without_chat_marks(text: str) -> str:
    """`text` on one line, its words and figures as they stand, in which no chat template's mark is left."""
    visible = _RULES.sub("", _SPACE.sub(" ", UNSEEN.sub("", text))).translate(_ANGLES)
    return _TURN.sub(r"\1 –", _BRACKETED.sub(r"(\1)", visible)).strip()
