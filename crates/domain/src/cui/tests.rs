//! Published vectors.

use super::*;

#[test]
fn the_shipped_tables_load() {
    assert_eq!(Municipalities::guatemala().unwrap().tables().len(), 2);
}
