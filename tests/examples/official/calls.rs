//! Writes programs that build the requests of the examples as their documentation does, and compare
//! them with the official JSON.

use std::collections::BTreeMap;

use serde_json::Value;
use tencentcloud_codegen::{Artifact, Source};

/// What every program needs: a client that sends nothing, and compares instead. The file is a part
/// of the crate that this program writes, and not of this program.
pub(crate) const SUPPORT: &str = include_str!("recorder.rs");

/// A module for each action of each product, by its name.
pub(crate) fn programs(products: &BTreeMap<String, Vec<Source>>, artifacts: &[Artifact]) -> BTreeMap<String, String> {
    let mut programs = BTreeMap::new();
    for (folder, sources) in products {
        let retired = Retired::of(sources);
        for source in sources.iter().filter(|source| source.path.starts_with(&format!("{folder}/"))) {
            let Ok(json) = serde_json::from_str::<Value>(&source.text) else { continue };
            let Some(examples) = json.get("examples").and_then(Value::as_array) else { continue };
            let header = format!("from spec/{};", source.path);
            let Some(module) = artifacts
                .iter()
                .find(|artifact| artifact.text.lines().next().is_some_and(|line| line.contains(&header)))
            else {
                continue;
            };
            let examples = examples.iter().map(|example| {
                let mut request = example.get("request").cloned().unwrap_or_default();
                retired.remove(json.get("request"), &mut request);
                (request.to_string(), example.get("response").map(Value::to_string).unwrap_or_default())
            });
            let name = module.path.trim_end_matches(".rs").replace(['/', '-', '.'], "_");
            if let Some(program) = program(&module.text, &examples.collect::<Vec<_>>()) {
                programs.insert(name, program);
            }
        }
    }
    programs
}

/// The records of a product, to leave out what has no field in Rust.
struct Retired(BTreeMap<String, Value>);

impl Retired {
    fn of(sources: &[Source]) -> Self {
        let types = sources.iter().find(|source| source.path.ends_with("/types.json"));
        let types: Value = types.and_then(|types| serde_json::from_str(&types.text).ok()).unwrap_or_default();
        let records = types.get("records").and_then(Value::as_array).cloned().unwrap_or_default();
        let by_name = records.into_iter().filter_map(|mut record| {
            let name = record.get("name")?.as_str()?.to_owned();
            Some((name, record.get_mut("fields")?.take()))
        });
        Self(by_name.collect())
    }

    /// Removes the members of retired fields from a value.
    fn remove(&self, fields: Option<&Value>, value: &mut Value) {
        let Value::Object(members) = value else { return };
        for field in fields.and_then(Value::as_array).into_iter().flatten() {
            let name = field.get("name").and_then(Value::as_str).unwrap_or_default();
            if field.get("retired") == Some(&Value::Bool(true)) {
                members.remove(name);
            }
            let ty = field.get("type").and_then(Value::as_str).unwrap_or_default().trim_end_matches("[]");
            match members.get_mut(name) {
                Some(Value::Array(elements)) => {
                    elements.iter_mut().for_each(|value| self.remove(self.0.get(ty), value));
                }
                Some(value) => self.remove(self.0.get(ty), value),
                None => {}
            }
        }
    }
}

/// The program in the documentation of a module, with the recorder instead of the client.
fn program(module: &str, examples: &[(String, String)]) -> Option<String> {
    let lines = module.lines().skip_while(|line| *line != "/// ```").skip(1).take_while(|line| *line != "/// ```");
    let lines = lines.map(|line| line.strip_prefix("/// ").unwrap_or_default());
    let body: Vec<&str> =
        lines.skip_while(|line| !line.starts_with("use ")).take_while(|line| *line != "# Ok(())").collect();
    let function = module.lines().find_map(|line| line.strip_prefix("impl Action for ")?.strip_suffix(" {"))?;
    let examples: String =
        examples.iter().map(|(request, response)| format!("    ({request:?}, {response:?}),\n")).collect();
    let body = body.join("\n").replace("let client = Client::new(&config);", "let client = Recorder::new(EXAMPLES);");
    let mut called = String::new();
    let mut rest = body.as_str();
    // Each `client.name_of_the_action(` becomes `client.call::<Action>(`.
    while let Some((before, after)) = rest.split_once("client.") {
        let (_, arguments) = after.split_once('(')?;
        called.push_str(&format!("{before}client.call::<{function}>("));
        rest = arguments;
    }
    Some(format!(
        "#![allow(unused_imports, deprecated)]\n\nuse crate::support::Recorder;\n\n\
         const EXAMPLES: &[(&str, &str)] = &[\n{examples}];\n\n\
         pub(crate) async fn run() -> Result<(), Box<dyn std::error::Error>> {{\n{called}{rest}\nOk(())\n}}\n"
    ))
}
