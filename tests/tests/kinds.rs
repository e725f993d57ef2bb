//! A code has one kind, whoever reads it: the crate of a product, or the core that knows no product.

use tencentcloud_core::{ErrorCode, ErrorKind};

#[test]
fn the_core_takes_every_common_code_for_what_the_specification_says() {
    let common: Vec<&str> = tencentcloud_emulator::common_codes().iter().map(|code| code.code).collect();
    assert_eq!(common.len(), 38);
    for facts in tencentcloud_cdn::ErrorCode::FACTS.iter().filter(|facts| common.contains(&facts.code())) {
        assert_eq!(ErrorKind::from_code(facts.code()), facts.kind(), "{}", facts.code());
    }
}
