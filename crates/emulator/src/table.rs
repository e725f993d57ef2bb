//! What the products document, in the shape in which the generated tables state it.

/// One product: a service and the version of its API.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Product {
    /// The service as credential scopes name it, `cdn` for example.
    pub service: &'static str,
    /// The API version, `2018-06-06` for example.
    pub version: &'static str,
    /// The product's full name.
    pub title: &'static str,
    /// The actions, in the order of their names.
    pub actions: &'static [Action],
    /// The codes that only this product answers with.
    pub codes: &'static [Code],
}

impl Product {
    /// The action of this name, which is matched exactly, as the service does.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<&'static Action> {
        self.actions.iter().find(|action| action.name == name)
    }
}

/// One action: what it takes, what it answers, and what limits it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Action {
    /// The name, as `X-TC-Action` carries it.
    pub name: &'static str,
    /// The parameters of a request.
    pub parameters: &'static [Field],
    /// The members of an answer; `RequestId` goes without saying.
    pub response: &'static [Field],
    /// How many requests a second the service takes from one account.
    pub requests_per_second: u32,
    /// The list whose length is limited.
    pub batch: Option<Batch>,
    /// The codes the action's page lists, in the page's order.
    pub errors: &'static [&'static str],
    /// The answer of the page's first example: a JSON object, without the envelope.
    pub example: &'static str,
}

/// One member of a request, of an answer, or of a record.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// The name on the wire.
    pub name: &'static str,
    /// What the value looks like.
    pub shape: Shape,
    /// Whether a request without it is refused.
    pub required: bool,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Shape {
    /// A string.
    String,
    /// `true` or `false`.
    Boolean,
    /// A whole number of 64 bits, with a sign.
    Integer,
    /// A whole number of 64 bits, zero or more.
    Unsigned,
    /// Any number.
    Float,
    /// `YYYY-MM-DD HH:MM:SS`, without a zone.
    DateTime,
    /// ISO 8601 with an offset.
    DateTimeIso,
    /// One of these strings.
    Values(&'static [&'static str]),
    /// An object with these members.
    Record(&'static [Field]),
    /// An array of such values.
    List(&'static Shape),
}

/// The limit on the length of one list parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Batch {
    /// The parameter.
    pub over: &'static str,
    /// How many elements one request may carry.
    pub at_most: usize,
    /// How many elements an account may send in a day.
    pub per_day: Option<u64>,
}

/// An error code and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Code {
    /// The code, dots included.
    pub code: &'static str,
    /// What it says, in a sentence or two.
    pub meaning: &'static str,
}
