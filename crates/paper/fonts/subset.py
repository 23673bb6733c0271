"""Makes the two font files of this crate from Debian's fonts-inter (see README.md).

Keeps Latin for every name the programme can meet, punctuation and a few signs; maps the saltillo
(U+A78B, U+A78C), with which some Mayan languages write the glottal stop and which Inter lacks, to
the modifier apostrophe's glyph. Reproducible: same input, same bytes.
"""

import pathlib
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

RANGES = [
    (0x0020, 0x007E),  # Basic Latin
    (0x00A0, 0x017F),  # Latin-1 and Latin Extended-A
    (0x0180, 0x024F),  # Latin Extended-B
    (0x02B9, 0x02BF),  # modifier letter primes, apostrophes and half rings
    (0x0300, 0x030C),  # combining accents, macron, breve, diaeresis, caron
    (0x0323, 0x0331),  # combining marks below
    (0x1E00, 0x1EFF),  # Latin Extended Additional
    (0x2010, 0x2027),  # hyphens, dashes, quotation marks, bullet, ellipsis
    (0x2030, 0x203A),
]
SIGNS = [0x20AC, 0x2116, 0x2122, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x25A1, 0x2713]
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "zero", "case"]


def main(source: pathlib.Path, target: pathlib.Path) -> None:
    for weight in ("Regular", "Bold"):
        font = TTFont(source / f"Inter-{weight}.otf", recalcTimestamp=False)
        for table in font["cmap"].tables:
            if table.isUnicode() and 0x02BC in table.cmap:
                table.cmap[0xA78B] = table.cmap[0x02BC]
                table.cmap[0xA78C] = table.cmap[0x02BC]
        options = subset.Options()
        options.layout_features = FEATURES
        options.name_IDs = [0, 1, 2, 4, 5, 6, 7, 13, 14]
        options.hinting = False
        options.desubroutinize = False
        options.notdef_outline = True
        subsetter = subset.Subsetter(options)
        subsetter.populate(
            unicodes=[c for low, high in RANGES for c in range(low, high + 1)]
            + SIGNS
            + [0xA78B, 0xA78C]
        )
        subsetter.subset(font)
        font.save(target / f"Inter-{weight}.otf")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(__file__).parent)
