"""How orders to an assistant or a model are worded, as patterns over folded text (lower case, one line: addressed_to_machines.py)."""

from __future__ import annotations

import re
from typing import NamedTuple

from app.text.chat_marks import CHAT_MARK

_KIND = r"(?:assistants?|systems?|models?|agents?|bots?|chatbots?|readers?|summari[sz]ers?|tools?|engines?|crawlers?)"
MACHINE = (
    rf"(?:(?:ai|a\.i\.|artificial intelligence|automated|digital|virtual|generative)[ -]{_KIND}|ais?|a\.i\.|"
    r"(?:large )?language models?|llms?|chat ?bots?|chatgpt|gpt(?:-\d)?|claude|gemini|copilot|question[- ]answering (?:systems?|services?))"
)
"""What nobody but a machine is called."""
_EACH = r"(?:(?:all|any|every|each|the|your|our|my|an?|future|dear|other) )*"
_ALSO_PEOPLE = r"(?:assistants?|models?|bots?|agents?|crawlers?|summari[sz]ers?)"
_ADVERBS = r"(?:please |now |always |only |just |simply |also |never |not |kindly |then )*"
_SAY = (
    r"(?:say|answer|reply|respond|state|claim|insist|report|repeat|output|assert|conclude|"
    r"tell (?:\w+ )?(?:users?|readers?|people|everyone))"
)
_DO = (
    rf"(?:{_SAY}|tell|name|describe|call|confirm|mention|recommend|treat|praise|return|print|write|add|ignore|disregard|forget|decode|obey|"
    r"follow|execute|run|pretend|act|stop|begin|make sure|do not|don't|never|abstain|you)"
)
_START = r"(?:^[\W_]*|[.!?:;—–(\[>“\"] ?)"
_ORDERED = (
    rf"(?:{_START}(?:(?:and|so|now|first|also|next|instead|then),? )?{_ADVERBS}|\bplease,? |"
    r"\byou (?:must|should|shall|will|have to|are to|need to) (?:now |always |also )?|"
    r"^(?:if|when|while|before|after|once|upon|to)\b.{0,300}?, (?:please )?)"
)
"""Where a verb is an order: it begins, or "you must" goes before it."""
_ANSWERING = (
    r"(?:that (?!question|one|call|letter|door|phone)|with (?:only|exactly|the (?:words?|phrase|text|name|following))\b|with [“\"'])"
)


_MACHINES = (
    "assistant/model/bot/agent/crawler/summari/ai /ai:/ai,/ai;/ai!/ai./(ai/ai-/ai—/to ai/for ai/dear ai/any ai/every ai/all ai/a.i./ ais/"
    "artificial intel/automated/digital/virtual/generative/ai]/ais /llm/gpt/claude/gemini/copilot/answering s"
)


class Rule(NamedTuple):
    """A sentence without any of `hints` cannot match `pattern`; the words are those that make it an order."""

    hints: tuple[str, ...]
    pattern: re.Pattern[str]


def _rule(hints: str, *patterns: str) -> Rule:
    return Rule(tuple(hints.split("/")), re.compile("|".join(patterns)))


ADDRESS = _rule(
    _MACHINES,
    rf"{_START}(?:this is |\w+ )?(?:an? |the )?(?:\w+ )?(?:notes?|message|memo|notice|attention|instructions?|reminder|"
    rf"directive|warning),? "
    rf"(?:to |for )?{_EACH}(?:{MACHINE}\b(?:[^.:]{{0,60}}:|\W*$|[.!—–)\]])|{_ALSO_PEOPLE}\s*(?:[:—–]|\W*$))",
    rf"{_START}(?:dear|hey|hello|attention|listen),? {_EACH}(?:{MACHINE}|assistants?|bots?)\s*[,:!.—–]",
    rf"{_START}to {_EACH}{MACHINE} (?:(?:who |that |which )?(?:reads?|reading|summari[sz]\w+|process\w*))\b",
)
"""A note's first words: what follows is the note."""

MACHINES_MUST = _rule(
    _MACHINES,
    rf"{_START}{_EACH}{MACHINE}\b[^.,]{{0,70}}\b(?:must|should|shall|have to|(?:is|are) (?:hereby )?(?:(?:instructed|directed|"
    rf"ordered|told) )?to) "
    rf"{_ADVERBS}{_SAY}\b(?! (?:to|for|when|how|what|where|which|who|why|if|whether|in|on|by|from|questions|so)\b)",
)
"""An order, unless it tells of a law: "Chatbots must say that they are no people, the bill says."""

CODE = _rule(
    '"/</javascript:/data:/![/{{/${',
    r"\"(?:role|tool_calls?|function_call|function|tool_use|arguments|parameters|system_prompt)\"\s*:",
    r"\{\{.{0,80}\}\}|\$\{\w{1,20}[:.(]",
    r"<script\b[^>]{0,200}(?:\bsrc\s*=|>[^<]{0,200}[({;=])|<(?:iframe|object|embed)\b[^>]{0,200}=|"
    r"<\w{1,20}[^>]{0,200}[\s/]on[a-z]{1,20}\s*=|<!--|\bjavascript:\S|"
    r"\bdata:(?:text|image|application)/[\w.+-]{1,80}[;,]|!\[[^\]]{0,200}\]\((?:[^)\s]{0,300}\?|data:|javascript:)",
)
"""What is written for a program: calls of tools, templates, scripts, pictures that carry words away."""

RULES = (
    CODE,
    ADDRESS,
    MACHINES_MUST,
    Rule(("<", "[", "##"), CHAT_MARK),
    # The reader is called by name and told what to do.
    _rule(
        _MACHINES,
        rf"{_START}{_EACH}(?:{MACHINE}\s*[:,!—–]|{_ALSO_PEOPLE}\s*[:—–]|assistant,) ?{_ADVERBS}{_DO}\b",
        rf"\b{MACHINE}\b[^.]{{0,60}}\b(?:reading|summari[sz]ing|processing|indexing|(?:that|who|which) (?:reads?|summari[sz]es?|"
        rf"process(?:es)?)) "
        r"(?:this|these|the above)\b",
    ),
    # What it was told before is to count no more.
    _rule(
        "ignore/disregard/forget/override/bypass/discard/obey/follow/attention to",
        rf"{_ORDERED}(?:ignore|disregard|forget|override|bypass|discard|(?:do not|don't|never|stop) (?:follow|obey)(?:ing)?|"
        rf"pay no attention to) "
        r"(?:(?:(?:all|any|the|your|my|of|these|those|every|other) )*(?:previous|prior|earlier|preceding|above|foregoing|past|"
        r"existing|original|"
        r"initial|system|safety|your|other) (?:\w+ ){0,2}?(?:instructions?|prompts?|directions?|directives?|context|sentences?|passages?|"
        r"evidence|programming)\b|"
        r"(?:(?:all|any|the|your|my|of|these|those|every) )*(?:previous|prior|preceding|above|foregoing|system|safety|other) (?:\w+ )?"
        r"(?:rules|orders|commands?|guidelines|messages?|text|articles?|sources?|documents?|content|input|training)\b|"
        r"(?:everything|what|all)(?: that)? (?:above|before|you (?:were|have been) told|(?:was|came|is|stands) (?:said|before|"
        r"above|written))(?! about)|"
        r"(?:all (?:of )?)?the above\b)",
    ),
    # What to say when a question comes.
    _rule(
        "ask/question",
        rf"(?:^[\W_]*|[:;—–(\[>] ?)(?:when|whenever|if|should|each time|every time) "
        r"(?:(?:you|anyone|anybody|someone|somebody|(?:an? |the |any )?(?:users?|readers?)|people|they)(?:'re| are| is)? )"
        r"?(?:ever )?ask(?:s|ed)?"
        rf"(?: (?:about|whether|if|who|what|how|where|why|when|which|anything)\b.{{0,200}}?)?, {_ADVERBS}(?:you (?:must|should|will) )?"
        rf"{_SAY}\b(?: (?:that|with|only|yes|no|it|there)\b| ?[“\":])",
        rf"{_ORDERED}{_ADVERBS}{_SAY}(?: that| with| only|:).{{0,200}}\b(?:when(?:ever)?|if) (?:(?:you are|anyone|an? (?:user|"
        rf"reader)|users|readers) )?ask(?:s|ed)?\b",
        r"\b(?:answer|reply|response) to (?:any|every|all|each) questions? (?:about|on|regarding|concerning)\b.{0,100}\b(?:is|"
        r"must|should|will)\b",
        r"\b(?:any|every|all|each) questions? (?:about|on|regarding|concerning)\b.{0,100}\b(?:must|should|shall|is to|are to) "
        r"(?:always |only )?be answered (?:with|that|by saying|:)",
    ),
    # How to answer.
    _rule(
        "reply/respond/answer/output/print/repeat/always",
        rf"{_ORDERED}{_ADVERBS}(?:reply|respond|answer|output|print|repeat) (?:only|exactly|nothing but|solely)\b(?! (?:to|if|"
        rf"when|by|after|in|on|at)\b)",
        rf"{_ORDERED}{_ADVERBS}(?:reply|respond|answer)(?: (?:any|every|all|each|the) questions?.{{0,60}}?)? {_ANSWERING}",
        rf"{_ORDERED}always (?:say|state|claim|insist|report) that\b",
        r"^[\W_]*from (?:now|here) on,? (?:you (?:will |must |should |shall |are to )?)?(?:always |only )?"
        r"(?:answer|reply|respond|say that|state|claim|act as|pretend|behave as)\b",
    ),
    # Who it is to be.
    _rule(
        "you are/you're/act as/pretend/imagine you/behave/as an a/as a l/as a chat/as ai/as an l/as chat",
        rf"{_START}(?:(?:if|since|because) )?(?:you are|you're|act as|pretend (?:to be|that you are|you are)|behave (?:as|like)|"
        rf"imagine (?:that )?you are)"
        rf"(?: (?:now|no longer|actually|not|reading this as))* (?:an? |the |my |our |only )*(?:[\w-]+ ){{0,2}}?"
        rf"(?:{MACHINE}|dan|helpful assistant|assistant (?:that|whose|without|named|called))(?=[,:;.!)]| (?:reading|that|which|"
        rf"named|called|without|with|and|trained)\b|$)",
        rf"{_START}as (?:an? )?(?:large )?(?:ai(?: language)?(?: model| assistant| system)?|language model|llm|chatbot)"
        rf",? (?:you|i|do|please|always|never|say|answer|reply)\b",
    ),
    # The furniture of prompts.
    _rule(
        "prompt/instruction/override/message/directive/command/mode /task/role/objective/purpose",
        r"(?:^|[\[(<{*#=] ?|- )(?:(?:begin|end|start|new|hidden|secret)(?: of)? )*(?:system|developer|admin(?:istrator)?|root|"
        r"hidden|override)[ _-]"
        r"(?:prompt|instructions?|message|directive|override|command)s?(?: (?:ends?|begins?|starts?))?\s*(?:[:\])}>*=-]|$)",
        r"\b(?:developer|debug|god|dan|jailbreak) mode (?:is )?(?:now )?(?:enabled|activated|unlocked)\b",
        rf"{_START}(?:your new|your only|your real|new) (?:task|goal|role|instructions?|objective|purpose)s?(?: (?:is|are)"
        rf"(?: now)? to|:) {_DO}\b",
        rf"{_ORDERED}(?:reveal|print|show|repeat|output|leak|send|forward)\b.{{0,40}}\b(?:your|the) "
        r"(?:system prompt|hidden prompt|initial prompt|instructions above|chat history|previous conversation)\b",
    ),
    # The speaker of a forged turn of a chat.
    _rule(
        "assistant:/assistant :/system:/system :/chatbot:/human:/user:",
        r"(?:^[\W_]*|[.!?\])>] )(?:(?:assistant|system|ai assistant|chatbot)\s?:|(?:human|user): .*\?$)",
    ),
    # The commonest in other languages.
    _rule(
        "hinweis/anweisung/achtung/nachricht/ignorier/vergiss/antworte",
        r"^[\W_]*(?:wichtige[rs]? )?(?:hinweis|anweisung(?:en)?|achtung|nachricht|notiz),? (?:an |für )?(?:alle |die |den |das |"
        r"jede[ns]? )*"
        r"(?:ki\b|ki-|sprachmodell|chatbot|assistent)",
        r"(?:^[\W_]*|[.:!] )(?:bitte )?(?:ignorier|vergiss|missacht)(?:e|en sie|t)?\b.{0,40}\b(?:anweisung|anordnung|"
        r"instruktion|vorgabe|befehl)",
        r"(?:^[\W_]*|[.:!] )antworten? (?:sie )?(?:nur|immer|ausschließlich|dass)\b",
    ),
    _rule(
        "ignore/oublie/répond/note /message/consigne/attention",
        r"(?:^[\W_]*|[.:!] )(?:ignore[zr]?|oublie[zr]?)\b.{0,20}\b(?:instructions|consignes|directives) (?:précédentes|"
        r"antérieures|ci-dessus)",
        r"^[\W_]*(?:note|message|attention|consignes?),? (?:à |aux? |pour )?.{0,20}(?:\bia\b|modèles? de langage|chatbots?)\s*[:.!]",
        r"(?:^[\W_]*|[.:!] )(?:réponds|répondez) (?:uniquement|seulement|toujours|que)\b",
    ),
    _rule(
        "ignor/olvid/respond/nota /mensaje/atención/aviso",
        r"(?:^[\W_]*|[.:!] )(?:ignor[aei]n?o?|olvid[ae]|ignorate)\b.{0,25}\b(?:instrucciones|órdenes|istruzioni|instruções)"
        r" (?:anteriores|previas|precedenti)",
        r"^[\W_]*(?:nota|mensaje|aviso|atención),? (?:a |para |al |per )?.{0,25}(?:\bia\b|modelos? de lenguaje|"
        r"modelli linguistici|chatbots?)\s*[:.!]",
        r"(?:^[\W_]*|[.:!] )responde (?:solo|sólo|únicamente|siempre|que)\b",
    ),
)  # fmt: skip
"""In the order of their kinds; none matches what is told of an order ("told the jury to ignore …")."""

GOES_ON = re.compile(
    rf"^[\W_]*{_ADVERBS}(?:{_DO}|give|use|keep|end|include|omit|remember|reveal|send|visit|click|ensure|refuse|be sure|under no|"
    r"no other|failure to|your|the (?:correct |right )?answer|it|this|these|that|they)\b"
)
"""How an order goes on in the next sentence."""
THEY_MUST = re.compile(rf"^[\W_]*(?:they|it|these) (?:must|should|shall|(?:is|are) to) {_ADVERBS}{_SAY} (?:that|with|only)\b")
SPEAKS_OF_MACHINES = re.compile(rf"\b{MACHINE}\b")
