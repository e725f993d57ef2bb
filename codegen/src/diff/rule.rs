//! Lists the kinds of changes, each with a stable name.

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, which does not change: `action-added`.
    pub id: &'static str,
    /// Its usual verdict: `major`, `minor` or `patch`. A change can have another one, such as an
    /// output that can be `null` and is a list: a list is then empty, and stays a `Vec` in Rust.
    pub usual: &'static str,
    /// Whether a deviation can hold the change back until the next major version.
    pub can_be_held: bool,
    /// What has changed.
    pub what: &'static str,
}

/// Defines the constants of the rules, and the list of all rules.
macro_rules! rules {
    ($($name:ident: $id:literal, $usual:literal, $hold:ident, $what:literal;)+) => {
        $(pub(super) const $name: Rule = Rule { id: $id, usual: $usual, can_be_held: rules!(@ $hold), what: $what };)+

        /// All rules, grouped by what changes.
        pub const RULES: &[Rule] = &[$($name),+];
    };
    (@ hold) => { true };
    (@ no) => { false };
}

rules! {
    PRODUCT_ADDED: "product-added", "minor", no, "a product is new";
    PRODUCT_REMOVED: "product-removed", "major", no, "a product is no longer specified";
    PRODUCT_DEPRECATED: "product-deprecated", "minor", no, "a product is retired, and its methods are deprecated";
    SERVICE_CHANGED: "service-changed", "major", no, "requests are signed for another service";
    API_VERSION_CHANGED: "api-version-changed", "major", no, "requests name another version of the API";
    HOST_CHANGED: "host-changed", "minor", no, "requests are sent to another host";

    ACTION_ADDED: "action-added", "minor", no, "an action is new";
    ACTION_REMOVED: "action-removed", "major", hold, "an action is no longer specified";
    ACTION_DEPRECATED: "action-deprecated", "minor", no, "an action is retired, and its method is deprecated";
    DEPRECATION_REMOVED: "deprecation-removed", "patch", no, "an action or a product is no longer retired";
    RATE_LOWERED: "rate-lowered", "minor", no, "the service accepts fewer requests per second";
    RATE_RAISED: "rate-raised", "minor", no, "the service accepts more requests per second";
    REPEATABLE_CHANGED: "repeatable-changed", "minor", no, "whether a call may be sent again has changed";

    REQUEST_OPTIONAL_ADDED: "request-optional-added", "minor", no, "an optional parameter is new";
    REQUEST_REQUIRED_ADDED: "request-required-added", "major", no, "a required parameter is new";
    REQUEST_BECAME_REQUIRED: "request-became-required", "major", hold, "an optional parameter is now required";
    REQUEST_BECAME_OPTIONAL: "request-became-optional", "major", hold, "a required parameter is now optional";
    RESPONSE_FIELD_ADDED: "response-field-added", "minor", no, "an output is new";
    RESPONSE_BECAME_CERTAIN: "response-became-certain", "major", hold, "an output is no longer absent or `null`";
    RESPONSE_BECAME_UNCERTAIN: "response-became-uncertain", "major", no, "an output can now be absent or `null`";
    FIELD_REMOVED: "field-removed", "major", hold, "a parameter, an output or a member no longer exists";
    FIELD_RETIRED: "field-retired", "major", hold, "the service still takes a parameter that callers should not send";
    TYPE_CHANGED: "type-changed", "major", no, "a field has another type";
    LIST_TO_ONE: "list-to-one", "major", no, "a list is now a single value, or a single value is now a list";
    DEFAULT_CHANGED: "default-changed", "minor", no, "the service uses another value for an absent parameter";
    CONSTRAINT_CHANGED: "constraint-changed", "minor", no, "a documented size, or the format of targets, has changed";
    MEMBERS_REORDERED: "members-reordered", "patch", no, "fields or values have another order";
    SETTER_ADDED: "setter-added", "minor", no, "a parameter that only constructors set has a setter";
    SETTER_REMOVED: "setter-removed", "major", no, "only constructors set a parameter that had a setter";

    CONSTRUCTOR_ADDED: "constructor-added", "minor", no, "a constructor is new";
    CONSTRUCTOR_REMOVED: "constructor-removed", "major", no, "a constructor no longer exists";
    CONSTRUCTOR_ARGS_CHANGED: "constructor-args-changed", "major", no, "a constructor takes other arguments";
    CONSTRUCTOR_VALUE_CHANGED: "constructor-value-changed", "minor", no, "a constructor sets another value";
    REQUIRED_CTOR_REORDERED: "required-ctor-reordered", "major", no, "arguments of a constructor have another order";

    TYPE_ADDED: "type-added", "minor", no, "a record or a value set is new";
    TYPE_REMOVED: "type-removed", "major", hold, "a record or a value set no longer exists";
    USAGE_WIDENED: "usage-widened", "minor", no, "a record is now used in requests and responses";
    USAGE_NARROWED: "usage-narrowed", "major", no, "a record is no longer used in requests, or in responses";
    ENUM_VALUE_ADDED: "enum-value-added", "minor", no, "a value set has another value";
    ENUM_VALUE_REMOVED: "enum-value-removed", "major", hold, "a value no longer exists";

    ERROR_CODE_ADDED: "error-code-added", "minor", no, "an error code is new";
    ERROR_CODE_REMOVED: "error-code-removed", "major", hold, "an error code no longer exists";
    RETRY_CHANGED: "retry-changed", "minor", no, "a code that was not listed had another kind until now";
    ERROR_KIND_CHANGED: "error-kind-changed", "minor", no, "an error code has another kind, or other facts";
    HINT_CHANGED: "hint-changed", "minor", no, "an error code has another hint";

    PAGINATION_ADDED: "pagination-added", "minor", no, "a list can be read page by page";
    PAGINATION_REMOVED: "pagination-removed", "major", no, "a list can no longer be read page by page";
    PAGINATION_CHANGED: "pagination-changed", "minor", no, "a list is read page by page in another way";
    BATCH_ADDED: "batch-added", "minor", no, "a large list can be split over several requests";
    BATCH_REMOVED: "batch-removed", "major", no, "a large list can no longer be split";
    BATCH_CHANGED: "batch-changed", "minor", no, "requests take another number of elements";
    TASK_ADDED: "task-added", "minor", no, "a response has a task that can be waited for";
    TASK_REMOVED: "task-removed", "major", no, "a response no longer has a task";
    TASK_CHANGED: "task-changed", "minor", no, "the task of a response is found in another way";
    WAITER_ADDED: "waiter-added", "minor", no, "a client can wait for the tasks of a list";
    WAITER_REMOVED: "waiter-removed", "major", no, "a client can no longer wait for the tasks of a list";
    WAITER_CHANGED: "waiter-changed", "minor", no, "a client waits for the tasks of a list in another way";
    QUOTA_ADDED: "quota-added", "minor", no, "a client returns quotas";
    QUOTA_REMOVED: "quota-removed", "major", no, "a client no longer returns quotas";
    QUOTA_CHANGED: "quota-changed", "minor", no, "quotas are stated in another way";
    ZONES_ADDED: "zones-added", "minor", no, "a client finds zones";
    ZONES_REMOVED: "zones-removed", "major", no, "a client no longer finds zones";
    ZONES_CHANGED: "zones-changed", "minor", no, "zones are listed in another way";
    FAILURES_ADDED: "failures-added", "minor", no, "a response reports targets that failed";
    FAILURES_REMOVED: "failures-removed", "major", no, "a response no longer reports targets that failed";
    FAILURES_CHANGED: "failures-changed", "minor", no, "targets that failed are reported in another way";

    WIRE_NAME_CHANGED: "wire-name-changed", "major", no, "something has another name in requests and responses";
    RUST_NAME_CHANGED: "rust-name-changed", "major", no, "something has another name in Rust";
    DOC_CHANGED: "doc-changed", "patch", no, "a text has changed, or a list in the documentation";
    EXAMPLE_CHANGED: "example-changed", "patch", no, "examples have changed";
}
