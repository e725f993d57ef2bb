//! Reads the official metadata of a service.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use crate::direction::Direction;

/// The metadata of one version of a service, as texts of the official packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The service, which is the name of its folder in the packages: `teo`.
    pub service: String,
    /// `api.json` of the official CLI: the actions and their types.
    pub api: String,
    /// `examples.json` of the official CLI, or an empty text.
    pub examples: String,
    /// `errorcodes.py` of the official Python SDK, or an empty text.
    pub codes: String,
}

/// What the metadata says, in the terms of a specification.
pub(super) struct Upstream {
    pub(super) service: String,
    pub(super) version: String,
    pub(super) actions: BTreeMap<String, Action>,
    pub(super) records: BTreeMap<String, Record>,
    pub(super) codes: BTreeSet<String>,
    /// The examples of the actions, as `(request, response)` texts.
    pub(super) examples: BTreeMap<String, Vec<(String, String)>>,
}

#[derive(Clone)]
pub(super) struct Action {
    pub(super) request: Vec<Field>,
    pub(super) response: Vec<Field>,
    pub(super) is_deprecated: bool,
    /// The description in the metadata.
    pub(super) document: String,
}

pub(super) struct Record {
    pub(super) fields: Vec<Field>,
    /// Where the actions use it.
    pub(super) direction: Direction,
}

#[derive(Clone)]
pub(super) struct Field {
    pub(super) name: String,
    /// The type as a specification names it.
    pub(super) ty: String,
    pub(super) required: bool,
    pub(super) optional: bool,
    /// Whether callers should not send it. It has no meaning in a response.
    pub(super) retired: bool,
    /// The description in the metadata.
    pub(super) document: String,
}

#[derive(Deserialize)]
struct Api {
    metadata: About,
    actions: BTreeMap<String, ApiAction>,
    objects: BTreeMap<String, Object>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct About {
    api_version: String,
    service_short_name: Option<String>,
}

#[derive(Deserialize)]
struct ApiAction {
    input: String,
    output: String,
    status: Option<String>,
    #[serde(default)]
    document: String,
}

#[derive(Deserialize)]
struct Object {
    members: Vec<Member>,
}

#[derive(Deserialize)]
struct Member {
    name: String,
    #[serde(rename = "type")]
    ty: String,
    member: String,
    #[serde(default)]
    required: Flag,
    #[serde(default)]
    disabled: Flag,
    output_required: Option<Flag>,
    #[serde(default)]
    value_allowed_null: Flag,
    #[serde(default)]
    document: String,
}

/// A boolean. Some services have a number in its place.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(untagged)]
enum Flag {
    #[default]
    Absent,
    Boolean(bool),
    Number(i64),
}

impl Flag {
    fn is_set(self) -> bool {
        matches!(self, Self::Boolean(true)) || matches!(self, Self::Number(number) if number != 0)
    }
}

#[derive(Deserialize)]
struct Examples {
    actions: BTreeMap<String, Vec<ApiExample>>,
}

#[derive(Deserialize)]
struct ApiExample {
    input: String,
    output: String,
}

impl Upstream {
    /// Reads the metadata. The actions that are offline are left out.
    pub(super) fn read(metadata: &Metadata) -> Result<Self, String> {
        let Metadata { service, api, examples, codes } = metadata;
        let api: Api = serde_json::from_str(api).map_err(|error| format!("{service}: api.json: {error}"))?;
        let examples = match examples.is_empty() {
            true => BTreeMap::new(),
            false => {
                let examples = serde_json::from_str::<Examples>(examples);
                examples.map_err(|error| format!("{service}: examples.json: {error}"))?.actions
            }
        };
        let fields = |object: &str, request: bool| {
            let members = api.objects.get(object).map(|object| object.members.as_slice()).unwrap_or_default();
            let members = members.iter().filter(|member| request || member.name != "RequestId");
            members.map(field).collect::<Vec<Field>>()
        };
        let online = api.actions.iter().filter(|(_, action)| action.status.as_deref() != Some("offline"));
        let actions = online.map(|(name, action)| {
            let resolved = Action {
                request: fields(&action.input, true),
                response: fields(&action.output, false),
                is_deprecated: action.status.as_deref() == Some("deprecated"),
                document: action.document.clone(),
            };
            (name.clone(), resolved)
        });
        let mut upstream = Self {
            service: api.metadata.service_short_name.clone().unwrap_or_else(|| service.clone()),
            version: api.metadata.api_version.clone(),
            actions: actions.collect(),
            records: BTreeMap::new(),
            codes: self::codes(codes),
            examples: examples.into_iter().map(|(action, examples)| (action, texts(examples))).collect(),
        };
        for (name, object) in &api.objects {
            let fields = object.members.iter().map(field).collect();
            upstream.records.insert(name.clone(), Record { fields, direction: Direction::default() });
        }
        upstream.propagate();
        upstream.end_cycles();
        Ok(upstream)
    }

    /// The same about specifications, of which only the actions and records matter.
    pub(super) fn of(actions: BTreeMap<String, Action>, records: BTreeMap<String, Record>) -> Self {
        let (service, version) = (String::new(), String::new());
        let (codes, examples) = (BTreeSet::new(), BTreeMap::new());
        let mut upstream = Self { service, version, actions, records, codes, examples };
        upstream.propagate();
        upstream
    }

    /// Makes the fields optional through which a record contains itself without a list: such a
    /// record has an end only if they may be absent, whatever the metadata says.
    fn end_cycles(&mut self) {
        let cyclic = |record: &str, field: &Field| {
            let (mut seen, mut open) = (BTreeSet::new(), vec![field.ty.as_str()]);
            while let Some(ty) = open.pop() {
                if ty == record {
                    return true;
                }
                if seen.insert(ty) {
                    open.extend(self.records.get(ty).iter().flat_map(|record| &record.fields).map(|field| &*field.ty));
                }
            }
            false
        };
        let fields = self.records.iter().map(|(name, record)| {
            (name.clone(), record.fields.iter().map(|field| cyclic(name, field)).collect::<Vec<bool>>())
        });
        for (name, cyclic) in fields.collect::<Vec<_>>() {
            let fields = self.records.get_mut(&name).into_iter().flat_map(|record| &mut record.fields);
            for (field, _) in fields.zip(cyclic).filter(|(_, cyclic)| *cyclic) {
                (field.required, field.optional) = (false, true);
            }
        }
    }

    /// Finds out where each record is used, and removes those that no action uses.
    fn propagate(&mut self) {
        let mut open: Vec<(String, Direction)> = Vec::new();
        for action in self.actions.values() {
            open.extend(action.request.iter().map(|field| (field.ty.clone(), Direction::SENT)));
            open.extend(action.response.iter().map(|field| (field.ty.clone(), Direction::RECEIVED)));
        }
        while let Some((ty, direction)) = open.pop() {
            let Some(record) = self.records.get_mut(ty.trim_end_matches("[]")) else { continue };
            let before = record.direction;
            record.direction.sent |= direction.sent;
            record.direction.received |= direction.received;
            if record.direction != before {
                open.extend(record.fields.iter().map(|field| (field.ty.clone(), direction)));
            }
        }
        self.records.retain(|_, record| record.direction != Direction::default());
    }

    /// The fields of the record with this type, which may be a list.
    pub(super) fn fields_of(&self, ty: &str) -> Option<&[Field]> {
        self.records.get(ty.trim_end_matches("[]")).map(|record| record.fields.as_slice())
    }
}

fn field(member: &Member) -> Field {
    Field {
        name: member.name.clone(),
        ty: ty(&member.ty, &member.member),
        required: member.required.is_set() && !member.disabled.is_set(),
        // Without this statement, as in old metadata, an output is always present.
        optional: member.output_required.is_some_and(|flag| !flag.is_set()) || member.value_allowed_null.is_set(),
        retired: member.disabled.is_set(),
        document: member.document.clone(),
    }
}

/// The type in a specification.
fn ty(ty: &str, member: &str) -> String {
    let element = match member {
        "string" | "binary" => "string",
        "int64" => "integer",
        "uint64" => "unsigned",
        "bool" => "boolean",
        other => other,
    };
    let list = if ty == "list" { "[]" } else { "" };
    format!("{element}{list}")
}

/// The codes in a module of the Python SDK, which has a constant for each.
fn codes(module: &str) -> BTreeSet<String> {
    let values = module.lines().filter_map(|line| line.split_once(" = '")?.1.strip_suffix('\''));
    values.map(str::to_owned).collect()
}

fn texts(examples: Vec<ApiExample>) -> Vec<(String, String)> {
    examples.into_iter().map(|example| (example.input, example.output)).collect()
}

/// The contents of `Response` in the text of an example.
pub(super) fn response(text: &str) -> Option<Value> {
    serde_json::from_str::<Value>(text).ok()?.get("Response").cloned()
}
