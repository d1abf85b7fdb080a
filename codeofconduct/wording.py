"""What a variant of a sustainability requirement says."""

from dataclasses import dataclass

from codeofconduct.enums import Area, Level, Stage


@dataclass(frozen=True)
class Wording:
    """Text and verification in both languages, the level, the risk it meets and its source. `stage` "" is all stages."""

    level: Level
    text_sv: str
    verification_sv: str
    area: Area
    stage: Stage | str = ""
    text_en: str = ""
    verification_en: str = ""
    source: str = ""
