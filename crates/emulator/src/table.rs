//! Describes the products as data: these are the types of the generated tables.

/// A product: one service in one version of its API.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Product {
    /// The service as in credential scopes, `cdn` for example.
    pub service: &'static str,
    /// The API version, `2018-06-06` for example.
    pub version: &'static str,
    /// The full name of the product.
    pub title: &'static str,
    /// The actions, sorted by name.
    pub actions: &'static [Action],
    /// The error codes that only this product uses.
    pub codes: &'static [Code],
}

impl Product {
    /// The action with exactly this name. The service distinguishes case, too.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<&'static Action> {
        self.actions.iter().find(|action| action.name == name)
    }
}

/// An action: its parameters, its response, and its limits.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Action {
    /// The name, as in `X-TC-Action`.
    pub name: &'static str,
    /// The parameters of a request.
    pub parameters: &'static [Field],
    /// The members of a response, without `RequestId`, which every response has.
    pub response: &'static [Field],
    /// The number of requests per second that the service accepts from one account.
    pub requests_per_second: u32,
    /// The list whose length is limited.
    pub batch: Option<Batch>,
    /// The parameters that contain targets in a documented format.
    pub targets: &'static [Targets],
    /// The error codes of the action's page, in the order of the page.
    pub errors: &'static [&'static str],
    /// The response of the page's first example: a JSON object, without the envelope.
    pub example: &'static str,
}

/// A member of a request, of a response, or of a record.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// The name in JSON.
    pub name: &'static str,
    /// The type of the value.
    pub shape: Shape,
    /// Whether a request without this member is refused.
    pub required: bool,
    /// Whether a response may lack it, or have `null` for it.
    pub optional: bool,
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Shape {
    /// A string.
    String,
    /// `true` or `false`.
    Boolean,
    /// A signed integer of 64 bits.
    Integer,
    /// An unsigned integer of 64 bits.
    Unsigned,
    /// Any number.
    Float,
    /// `YYYY-MM-DD`.
    Date,
    /// `YYYY-MM-DD HH:MM:SS`, without an offset.
    DateTime,
    /// ISO 8601 with an offset.
    OffsetDateTime,
    /// One of these strings.
    Values(&'static [&'static str]),
    /// An object with these members.
    Record(&'static [Field]),
    /// An array of values of this type.
    List(&'static Shape),
}

/// The limits of one list parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Batch {
    /// The name of the parameter.
    pub over: &'static str,
    /// The maximum number of elements in one request.
    pub at_most: usize,
    /// The maximum number of elements in one request for some kinds of targets.
    pub at_most_by: &'static [(&'static str, usize)],
    /// The maximum number of elements that an account may send per day.
    pub per_day: Option<u64>,
}

/// A parameter that contains targets in a documented format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Targets {
    /// The parameter.
    pub parameter: &'static str,
    /// The format.
    pub format: Format,
}

/// The format of the targets in a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// The same in every request.
    Always(TargetFormat),
    /// Selected by another parameter.
    By {
        /// The other parameter.
        parameter: &'static str,
        /// Its values, with the format for each. With other values, the targets are not checked.
        formats: &'static [(&'static str, TargetFormat)],
    },
}

/// The format of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TargetFormat {
    /// A URL that begins with `http://` or `https://`.
    Url,
    /// Such a URL of a directory.
    Directory,
    /// A hostname.
    Host,
    /// A cache tag.
    Tag,
    /// The id of a zone, or `*`.
    ZoneId,
}

/// An error code and its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Code {
    /// The code, including dots.
    pub code: &'static str,
    /// The meaning, in one or two sentences.
    pub meaning: &'static str,
}
