//! Emits the access policy that the actions of a product need.

use crate::model::Product;

/// The lines of a policy of Cloud Access Management (CAM) that allows all actions of the product.
/// Its format: <https://www.tencentcloud.com/document/product/598/10604>.
pub(super) fn lines(product: &Product) -> Vec<String> {
    let actions: Vec<String> =
        product.actions.iter().map(|action| format!("\"{}:{}\"", product.service, action.name.wire)).collect();
    let policy = format!(
        r#"{{
  "version": "2.0",
  "statement": [
    {{
      "effect": "allow",
      "action": [
        {}
      ],
      "resource": ["*"]
    }}
  ]
}}"#,
        actions.join(",\n        ")
    );
    policy.lines().map(str::to_owned).collect()
}
