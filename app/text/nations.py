"""Names of countries and their people, so that Indonesia and Indonesian are one and Niger and Nigeria are two."""

from __future__ import annotations

from functools import lru_cache

# One line for each: the country (words joined by "_"), then its adjectives and people, in the singular.
_TABLE = """
afghanistan afghan|albania albanian|algeria algerian|argentina argentine argentinian|armenia armenian|australia australian aussie
austria austrian|azerbaijan azerbaijani azeri|bahrain bahraini|bangladesh bangladeshi|belarus belarusian|belgium belgian|bolivia bolivian
bosnia bosnian|brazil brazilian|bulgaria bulgarian|cambodia cambodian|cameroon cameroonian|canada canadian|chad chadian|chile chilean
china chinese|colombia colombian|congo congolese|croatia croatian croat|cuba cuban|cyprus cypriot|czechia czech czech_republic
denmark danish dane|ecuador ecuadorian ecuadorean|egypt egyptian|england english|eritrea eritrean|estonia estonian|ethiopia ethiopian
fiji fijian|finland finnish finn|france french frenchman|georgia georgian|germany german|ghana ghanaian|greece greek|guatemala guatemalan
guinea guinean|guyana guyanese|haiti haitian|honduras honduran|hungary hungarian|iceland icelandic icelander|india indian
indonesia indonesian|iran iranian|iraq iraqi|ireland irish|israel israeli|italy italian|jamaica jamaican|japan japanese|jordan jordanian
kazakhstan kazakh|kenya kenyan|kosovo kosovan kosovar|kuwait kuwaiti|kyrgyzstan kyrgyz|laos lao laotian|latvia latvian|lebanon lebanese
liberia liberian|libya libyan|lithuania lithuanian|luxembourg|malawi malawian|malaysia malaysian|mali malian|malta maltese
mauritania mauritanian|mauritius mauritian|mexico mexican|moldova moldovan|mongolia mongolian|montenegro montenegrin|morocco moroccan
mozambique mozambican|myanmar burma burmese|namibia namibian|nepal nepalese nepali|netherlands dutch holland|new_zealand
nicaragua nicaraguan|niger nigerien|nigeria nigerian|north_korea north_korean|norway norwegian|oman omani|pakistan pakistani
palestine palestinian|panama panamanian|paraguay paraguayan|peru peruvian|philippines filipino philippine|poland polish pole
portugal portuguese|qatar qatari|romania romanian|russia russian|rwanda rwandan|saudi_arabia saudi saudi_arabian|scotland scottish scot
senegal senegalese|serbia serbian serb|sierra_leone|singapore singaporean|slovakia slovak slovakian|slovenia slovenian slovene
somalia somali|south_africa south_african|south_korea south_korean|spain spanish spaniard|sri_lanka sri_lankan|sudan sudanese
south_sudan south_sudanese|sweden swedish swede|switzerland swiss|syria syrian|taiwan taiwanese|tajikistan tajik|tanzania tanzanian
thailand thai|tunisia tunisian|turkey turkish turk turkiye|turkmenistan turkmen|uganda ugandan|ukraine ukrainian
united_arab_emirates uae emirati emirates|united_kingdom uk britain british briton great_britain gb
united_states us usa america american united_states_of_america|uruguay uruguayan|uzbekistan uzbek|vatican|venezuela venezuelan
vietnam vietnamese|wales welsh welshman|yemen yemeni|zambia zambian|zimbabwe zimbabwean|europe european|asia asian|africa african
european_union eu|united_nations un|soviet_union ussr soviet
"""


@lru_cache(maxsize=1)
def _nations() -> dict[str, str]:
    lines = [line.split() for line in _TABLE.replace("\n", "|").split("|") if line.strip()]
    return {form.replace("_", " "): line[0].replace("_", " ") for line in lines for form in line}


def nation(name: str) -> str | None:
    """The country (or union) meant by a lower-case name, adjective or people ("french", "iraqis"), else None."""
    table = _nations()
    return table.get(name) or (table.get(name[:-1]) if name.endswith("s") else None)
