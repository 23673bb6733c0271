//! Every row of the shipped programmes, and what the reader of files refuses.

use super::*;

#[test]
fn the_shipped_programmes_load() {
    assert_eq!(Programme::frontera_sur().unwrap().rules().len(), 5);
    assert!(
        Programme::demo(jiff::civil::date(2026, 11, 22))
            .unwrap()
            .is_demo()
    );
}
