//! Defines the resolved specifications: names have their Rust names, and every reference is
//! replaced by what it names.

mod jobs;

use proc_macro2::{Ident, Span};
use quote::format_ident;

pub(crate) use self::jobs::{
    AtMostBy, Batch, Entry, Filters, Pagination, Period, Position, Quota, QuotaLine, QuotaOutput, QuotaUse, Submission,
    TaskKind, TaskList, Zones,
};
pub(crate) use crate::direction::Direction;
pub(crate) use crate::spec::{About, Format, Hosts, Kind, Purpose, QuotaKind};

/// One version of a product's API, which becomes one crate.
pub(crate) struct Product {
    pub(crate) folder: String,
    /// Name of the crate.
    pub(crate) package: String,
    /// Name of the crate in Rust paths.
    pub(crate) library: Ident,
    /// Name of the marker type.
    pub(crate) ident: Ident,
    pub(crate) service: String,
    pub(crate) version: String,
    pub(crate) title: String,
    /// Keywords of the crate besides those that every crate has.
    pub(crate) keywords: Vec<String>,
    pub(crate) hosts: Hosts,
    pub(crate) page: String,
    pub(crate) readme: Vec<String>,
    pub(crate) deprecated: Option<String>,
    pub(crate) value_sets: Vec<ValueSet>,
    pub(crate) records: Vec<Record>,
    /// The product's own codes, sorted.
    pub(crate) codes: Vec<Code>,
    pub(crate) actions: Vec<Action>,
    /// Index of the action that the examples of the crate's README call.
    pub(crate) main_action: usize,
}

impl Product {
    /// The note on what to use instead of an action, if the action or the product is retired.
    pub(crate) fn deprecation_note<'a>(&'a self, action: &'a Action) -> Option<&'a String> {
        action.deprecated.as_ref().or(self.deprecated.as_ref())
    }

    /// The action that returns the quotas of a purpose.
    pub(crate) fn quota_list(&self, purpose: Purpose) -> Option<(&Action, &Quota)> {
        let mut quotas = self.actions.iter().filter_map(|action| Some((action, action.quota.as_ref()?)));
        quotas.find(|(_, quota)| quota.lists.iter().any(|output| output.purpose == purpose))
    }
}

/// A name in the API and in Rust.
#[derive(Clone)]
pub(crate) struct Name {
    pub(crate) wire: String,
    pub(crate) ident: Ident,
}

impl Name {
    /// Whether this is the name of the same thing in another version: one of the two has stayed.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.wire == other.wire || self.ident == other.ident
    }
}

/// An error code.
#[derive(Clone)]
pub(crate) struct Code {
    pub(crate) name: Name,
    pub(crate) kind: Kind,
    pub(crate) about: Option<About>,
    pub(crate) may_have_been_carried_out: bool,
    pub(crate) doc: Vec<String>,
    pub(crate) hint: Option<String>,
}

/// A type of strings with a list of known values.
pub(crate) struct ValueSet {
    pub(crate) name: Name,
    pub(crate) doc: Vec<String>,
    pub(crate) values: Vec<KnownValue>,
}

impl ValueSet {
    /// The known values as they are sent.
    pub(crate) fn wires(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|value| value.name.wire.as_str())
    }
}

/// A known value.
pub(crate) struct KnownValue {
    pub(crate) name: Name,
    pub(crate) doc: Vec<String>,
}

/// An object with named fields.
pub(crate) struct Record {
    pub(crate) name: Name,
    pub(crate) doc: Vec<String>,
    pub(crate) fields: Vec<Field>,
    /// Fields that the service still takes, and that have no counterpart in Rust.
    pub(crate) retired: Vec<Field>,
    pub(crate) direction: Direction,
}

impl Record {
    /// The constructor of a record, which takes the required fields.
    pub(crate) fn constructor(&self) -> Constructor {
        let doc = match self.fields.iter().any(|field| field.required) {
            true => "Creates the record from its required fields.",
            false => "Creates an empty record.",
        };
        Constructor::new(&self.name.ident, doc, &self.fields)
    }
}

/// A parameter, an output, or a member of a record.
#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) name: Name,
    pub(crate) ty: Type,
    pub(crate) doc: Vec<String>,
    pub(crate) required: bool,
    /// The value that the service assumes if the field is absent, as the documentation shows it.
    pub(crate) default: Option<String>,
    /// Whether a response may lack it, or have `null` for it.
    pub(crate) optional_in_response: bool,
    /// The documented maximum number of elements of a list.
    pub(crate) at_most: Option<u32>,
    /// Whether it is stored in a `Box`, because its type contains the record that has the field.
    pub(crate) boxed: bool,
}

impl Field {
    /// Whether the field is an `Option`: a request need not have it, or a response may lack it. If
    /// a record is sent and received, the looser side decides. A list that a response lacks is
    /// empty.
    pub(crate) fn is_option(&self, direction: Direction) -> bool {
        let absent = direction.sent && !self.required;
        let null = direction.received && self.optional_in_response && !matches!(self.ty, Type::List(_));
        absent || null
    }

    /// Whether the field has a setter. Every constructor sets the required fields, and an optional
    /// field that a constructor sets is set by constructors only.
    pub(crate) fn has_setter(&self, constructors: &[Constructor]) -> bool {
        !self.required && !constructors.iter().any(|constructor| constructor.sets(self))
    }
}

/// The type of a field.
#[derive(Clone)]
pub(crate) enum Type {
    String,
    Boolean,
    Integer,
    Unsigned,
    Float,
    Date,
    DateTime,
    OffsetDateTime,
    ValueSet(Name),
    Record(Name),
    List(Box<Type>),
}

impl Type {
    /// The type of the elements of a list; of other types, the type itself.
    pub(crate) fn innermost(&self) -> &Self {
        match self {
            Self::List(element) => element.innermost(),
            _ => self,
        }
    }
}

/// An action: its request, its response, and the facts about it.
pub(crate) struct Action {
    /// Name of the action, and of the request type.
    pub(crate) name: Name,
    /// Name of the response type.
    pub(crate) response_ident: Ident,
    /// Name of the module, and of the client's method.
    pub(crate) function: Ident,
    pub(crate) title: String,
    pub(crate) doc: Vec<String>,
    pub(crate) page: String,
    pub(crate) updated: String,
    pub(crate) requests_per_second: u32,
    pub(crate) repeatable: bool,
    pub(crate) deprecated: Option<String>,
    pub(crate) request: Vec<Field>,
    /// Parameters that the service still takes, and that have no counterpart in Rust.
    pub(crate) retired: Vec<Field>,
    /// At least one.
    pub(crate) constructors: Vec<Constructor>,
    pub(crate) response: Vec<Field>,
    /// The parameters whose format is documented.
    pub(crate) targets: Vec<Targets>,
    pub(crate) failures: Option<Failures>,
    pub(crate) batch: Option<Batch>,
    pub(crate) pagination: Option<Pagination>,
    pub(crate) submission: Option<Submission>,
    pub(crate) task_list: Option<TaskList>,
    pub(crate) quota: Option<Quota>,
    pub(crate) zones: Option<Zones>,
    /// The codes that the documentation lists, in its order.
    pub(crate) errors: Vec<Code>,
    /// At least one.
    pub(crate) examples: Vec<Example>,
}

/// A way to build a request or a record.
#[derive(Clone)]
pub(crate) struct Constructor {
    pub(crate) ident: Ident,
    pub(crate) doc: Vec<String>,
    /// The fields that are arguments, in order.
    pub(crate) arguments: Vec<Field>,
    /// Name of the struct whose fields are the arguments, if there are too many for a function.
    pub(crate) struct_of_arguments: Option<Ident>,
    /// The fields that are set to a fixed value, in the order of the request.
    pub(crate) fixed: Vec<(Field, Literal)>,
}

impl Constructor {
    /// Maximum number of arguments of a function. 7: clippy warns about more.
    pub(crate) const MAX_ARGUMENTS: usize = 7;

    /// The constructor `new` of a type, which takes the required fields: as arguments, or, if there
    /// are too many, as a struct.
    pub(crate) fn new(ty: &Ident, doc: &str, fields: &[Field]) -> Self {
        let arguments: Vec<Field> = fields.iter().filter(|field| field.required).cloned().collect();
        let is_long = arguments.len() > Self::MAX_ARGUMENTS;
        Self {
            ident: Ident::new("new", Span::call_site()),
            doc: vec![doc.to_owned()],
            arguments,
            struct_of_arguments: is_long.then(|| format_ident!("{ty}Required")),
            fixed: Vec::new(),
        }
    }

    /// Whether it is `new` without arguments, for which Rust expects `Default` as well.
    pub(crate) fn is_default(&self) -> bool {
        self.ident == "new" && self.arguments.is_empty()
    }

    pub(crate) fn takes(&self, field: &Field) -> bool {
        self.arguments.iter().any(|argument| argument.name.wire == field.name.wire)
    }

    /// Whether the field is an argument or has a fixed value.
    pub(crate) fn sets(&self, field: &Field) -> bool {
        self.takes(field) || self.fixed.iter().any(|(fixed, _)| fixed.name.wire == field.name.wire)
    }
}

/// A parameter whose format is documented.
pub(crate) struct Targets {
    pub(crate) field: Field,
    pub(crate) format: FormatRule,
    /// The parameter that says how the service encodes characters outside ASCII.
    pub(crate) encoded_by: Option<Field>,
}

/// The format of the targets in a parameter.
pub(crate) enum FormatRule {
    Always(Format),
    /// Another parameter selects the format: its values, sorted, with the format of each.
    By {
        selector: Box<Field>,
        formats: Vec<(String, Format)>,
    },
}

/// How a response reports the targets that failed.
pub(crate) struct Failures {
    pub(crate) list: Name,
    pub(crate) targets: Name,
    pub(crate) reason: Name,
    pub(crate) task: Name,
}

/// A request and its response.
pub(crate) struct Example {
    pub(crate) title: String,
    pub(crate) request: BuilderCalls,
    /// The response as one line of JSON.
    pub(crate) response: String,
}

/// A request or record, built with a constructor and setters.
#[derive(Clone, PartialEq)]
pub(crate) struct BuilderCalls {
    pub(crate) ty: Ident,
    pub(crate) constructor: Ident,
    /// The fields that are arguments, with their values.
    pub(crate) arguments: Vec<(Ident, Literal)>,
    /// Name of the struct whose fields are the arguments.
    pub(crate) struct_of_arguments: Option<Ident>,
    pub(crate) setters: Vec<(Ident, Literal)>,
}

/// A value of a type.
#[derive(Clone, PartialEq)]
pub(crate) enum Literal {
    String(String),
    Boolean(bool),
    Integer(i64),
    Unsigned(u64),
    Float(f64),
    /// A date or a time, which is parsed at run time.
    DateTime(String),
    /// A known value of a value set.
    KnownValue {
        ty: Ident,
        variant: Ident,
    },
    Record(BuilderCalls),
    List(Vec<Literal>),
    /// An empty list of strings, whose type the compiler cannot infer.
    NoStrings,
}

impl Literal {
    pub(crate) fn is_empty_list(&self) -> bool {
        matches!(self, Self::NoStrings) || matches!(self, Self::List(elements) if elements.is_empty())
    }
}
