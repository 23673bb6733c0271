//! The shipped crossings.

use super::*;

#[test]
fn the_shipped_crossings_load() {
    assert_eq!(
        Crossings::southern_border()
            .unwrap()
            .post("hid")
            .unwrap()
            .code
            .as_str(),
        "HID"
    );
}
