//! Checks that a code has the same kind in the core and in the crate of a product.

use tencentcloud_core::ErrorKind;
use tencentcloud_core::error::ErrorCode;

#[test]
fn the_core_gives_every_common_code_the_kind_of_its_specification() {
    let common: Vec<&str> = tencentcloud_emulator::common_codes().iter().map(|code| code.code).collect();
    assert_eq!(common.len(), 38);
    for facts in tencentcloud_cdn::ErrorCode::FACTS.iter().filter(|facts| common.contains(&facts.code())) {
        assert_eq!(ErrorKind::from_code(facts.code()), facts.kind(), "{}", facts.code());
    }
}
