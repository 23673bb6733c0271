"""A second reader for the photographs that Paso's own reader is tested with: PyPI zxing-cpp 3.1.1.

    pip install zxing-cpp pillow
    PASO_FRAMES=$PWD/target/frames cargo test -p paso-paper --test scan bad_photographs
    python3 tests/interop/zxing_agree.py target/frames

A frame passes when zxing-cpp reads the text that was drawn. Exit code 0 when nine of ten pass and
none is read as another text.
"""

import pathlib
import sys

import zxingcpp
from PIL import Image


def texts_in(picture):
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return [code.text for code in found if code.valid]


def main():
    frames = sorted(pathlib.Path(sys.argv[1]).glob("*.png"))
    if not frames:
        sys.exit("no frames: run the test with PASO_FRAMES set, as the head of this file says")
    passed = failed = wrong = 0
    for frame in frames:
        drawn = frame.with_suffix(".txt").read_text()
        found = texts_in(Image.open(frame))
        if found == [drawn]:
            passed += 1
        else:
            failed += 1
            wrong += bool(found)
            print(f"{frame.name}: {'read as another text' if found else 'not read'}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(0 if wrong == 0 and passed * 10 >= len(frames) * 9 else 1)


if __name__ == "__main__":
    main()
