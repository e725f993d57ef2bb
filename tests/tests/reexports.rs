//! A product's crate is enough: what its signatures, and those of what it re-exports, name can be named through it.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::Visit;
use syn::{
    File, Generics, Ident, ImplItem, Item, ItemImpl, ItemTrait, Path, Signature, TraitItem, Type, UseTree, Visibility,
    visit,
};
use tencentcloud_tests::{Outcome, workspace};

/// What needs no import.
const PRELUDE: [&str; 19] = [
    "AsRef",
    "Box",
    "Clone",
    "Fn",
    "From",
    "Future",
    "Into",
    "IntoIterator",
    "Iterator",
    "Option",
    "Result",
    "Self",
    "Send",
    "Sized",
    "String",
    "Sync",
    "TryFrom",
    "Vec",
    "Default",
];
const PRIMITIVES: [&str; 12] = ["bool", "char", "f64", "i16", "i32", "i64", "str", "u16", "u32", "u64", "u8", "usize"];
/// Crates whose types or traits may stand in signatures: a program has the first, and may take the others itself.
const OTHERS: [&str; 4] = ["std", "core", "futures_core", "serde"];

#[test]
fn what_is_named_in_a_signature_can_be_named_through_the_crate_of_a_product() -> Outcome<()> {
    let core = sources("crates/core/src")?;
    for product in ["cdn", "teo", "ecdn"] {
        let own = sources(&format!("crates/{product}/src"))?;
        let exported = imports(&own["lib.rs"]);
        let is_of_core = |path: &Vec<String>| path.first().is_some_and(|first| first == "tencentcloud_core");
        let of_core = exported.iter().filter(|(_, path)| is_of_core(path)).map(|(name, _)| name.clone()).collect();
        let of_product = exported.iter().filter(|(_, path)| !is_of_core(path)).map(|(name, _)| name.clone()).collect();

        let core = core.values().flat_map(|file| signatures(file, &of_core));
        let all: Vec<Named> = core.chain(own.values().flat_map(|file| signatures(file, &of_product))).collect();

        let missing = all.iter().flat_map(|Named { by, names }| names.iter().map(move |name| (name, by)));
        let missing: BTreeMap<&String, &String> = missing.filter(|(name, _)| !exported.contains_key(*name)).collect();
        assert!(missing.is_empty(), "tencentcloud-{product} lacks what these name: {missing:#?}");
        assert!(all.len() > 150, "only {} signatures of tencentcloud-{product} were found", all.len());
    }
    Ok(())
}

#[test]
fn a_name_that_is_not_there_is_noticed() -> Outcome<()> {
    let file = syn::parse_file(
        "use std::time::Duration;
         use crate::signing::{Hidden, Other as Renamed};
         pub trait Hook { fn end(&self, end: &End<'_>, took: Duration) -> Option<Vec<Hidden>>; }
         pub enum Hook { One(First), Two { second: Second } }
         pub struct Hook { pub third: Renamed, fourth: Private }
         impl<T: Bound> Hook { pub fn of<U>(t: T, u: U, f: impl Fn(Inner) -> Self) {} fn private(_: Private) {} }
         impl IntoFuture for Hook { type IntoFuture = Pinned; }
         pub struct Elsewhere(pub Private);",
    )?;
    let found = signatures(&file, &BTreeSet::from(["Hook".to_owned()])).into_iter().flat_map(|named| named.names);
    let expected = ["Bound", "End", "First", "Hidden", "Inner", "Other", "Pinned", "Second"];
    assert_eq!(found.collect::<BTreeSet<_>>(), expected.map(str::to_owned).into());
    Ok(())
}

/// The files of a folder that are no tests and no doubles, by their paths below it.
fn sources(folder: &str) -> Outcome<BTreeMap<String, File>> {
    let is_code = |path: &str| path.ends_with(".rs") && !path.contains("tests") && !path.starts_with("testing");
    let files = workspace::files(&workspace::root().join(folder))?.into_iter().filter(|(path, _)| is_code(path));
    files.map(|(path, content)| Ok((path, syn::parse_file(&String::from_utf8(content)?)?))).collect()
}

/// A signature: what it is of, and what it names that is neither its own nor everyone's.
struct Named {
    by: String,
    names: BTreeSet<String>,
}

/// The public signatures of the types and traits that are asked for.
fn signatures(file: &File, of: &BTreeSet<String>) -> Vec<Named> {
    let imports = imports(file);
    let mut seen = Seen { imports: &imports, all: Vec::new() };
    let is_asked_for = |visibility: &Visibility, name: &Ident| is_public(visibility) && of.contains(&name.to_string());
    for item in &file.items {
        match item {
            Item::Struct(item) if is_asked_for(&item.vis, &item.ident) => {
                for field in item.fields.iter().filter(|field| is_public(&field.vis)) {
                    seen.see(item.ident.to_string(), &[&item.generics], |names| names.visit_type(&field.ty));
                }
            }
            Item::Enum(item) if is_asked_for(&item.vis, &item.ident) => {
                for field in item.variants.iter().flat_map(|variant| &variant.fields) {
                    seen.see(item.ident.to_string(), &[&item.generics], |names| names.visit_type(&field.ty));
                }
            }
            Item::Type(item) if is_asked_for(&item.vis, &item.ident) => {
                seen.see(item.ident.to_string(), &[&item.generics], |names| names.visit_type(&item.ty));
            }
            Item::Trait(item) if is_asked_for(&item.vis, &item.ident) => seen.see_trait(item),
            Item::Impl(item) => {
                if let Some(name) = self_name(item).filter(|name| of.contains(name)) {
                    seen.see_impl(&name, item);
                }
            }
            _ => {}
        }
    }
    seen.all
}

/// The signatures of a file that were seen so far.
struct Seen<'a> {
    imports: &'a BTreeMap<String, Vec<String>>,
    all: Vec<Named>,
}

impl Seen<'_> {
    fn see(&mut self, by: String, generics: &[&Generics], look: impl Fn(&mut Names<'_>)) {
        let own = generics.iter().flat_map(|generics| generics.type_params()).map(|own| own.ident.to_string());
        let mut names = Names { imports: self.imports, own: own.collect(), found: BTreeSet::new() };
        generics.iter().for_each(|generics| names.visit_generics(generics));
        look(&mut names);
        self.all.push(Named { by, names: names.found });
    }

    fn see_trait(&mut self, item: &ItemTrait) {
        self.see(item.ident.to_string(), &[&item.generics], |names| {
            item.supertraits.iter().for_each(|bound| names.visit_type_param_bound(bound));
        });
        let by = |name: &Ident| format!("{}::{name}", item.ident);
        for member in &item.items {
            match member {
                TraitItem::Fn(member) => {
                    let generics = [&item.generics, &member.sig.generics];
                    self.see(by(&member.sig.ident), &generics, |names| names.signature(&member.sig));
                }
                TraitItem::Const(member) => {
                    self.see(by(&member.ident), &[&item.generics], |names| names.visit_type(&member.ty));
                }
                TraitItem::Type(member) => self.see(by(&member.ident), &[&item.generics], |names| {
                    member.bounds.iter().for_each(|bound| names.visit_type_param_bound(bound));
                }),
                _ => {}
            }
        }
    }

    fn see_impl(&mut self, of: &str, item: &ItemImpl) {
        let by = |name: &Ident| format!("{of}::{name}");
        for member in &item.items {
            match member {
                ImplItem::Fn(member) if is_public(&member.vis) => {
                    let generics = [&item.generics, &member.sig.generics];
                    self.see(by(&member.sig.ident), &generics, |names| names.signature(&member.sig));
                }
                ImplItem::Const(member) if is_public(&member.vis) => {
                    self.see(by(&member.ident), &[&item.generics], |names| names.visit_type(&member.ty));
                }
                ImplItem::Type(member) => {
                    self.see(by(&member.ident), &[&item.generics], |names| names.visit_type(&member.ty));
                }
                _ => {}
            }
        }
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn self_name(item: &ItemImpl) -> Option<String> {
    let Type::Path(ty) = &*item.self_ty else { return None };
    ty.path.segments.last().map(|segment| segment.ident.to_string())
}

/// The names in the types of a signature, but for those that every program has.
struct Names<'a> {
    imports: &'a BTreeMap<String, Vec<String>>,
    own: Vec<String>,
    found: BTreeSet<String>,
}

impl Names<'_> {
    /// Sees the types, and not the names of the parameters.
    fn signature(&mut self, signature: &Signature) {
        for input in &signature.inputs {
            if let syn::FnArg::Typed(argument) = input {
                self.visit_type(&argument.ty);
            }
        }
        self.visit_return_type(&signature.output);
    }
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_path(&mut self, path: &'ast Path) {
        visit::visit_path(self, path);
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let Some((first, rest)) = segments.split_first() else { return };
        let mut full = self.imports.get(first).cloned().unwrap_or_else(|| vec![first.clone()]);
        full.extend_from_slice(rest);
        let (Some(first), Some(name)) = (full.first(), full.last()) else { return };
        let everyones = PRELUDE.contains(&first.as_str()) || PRIMITIVES.contains(&first.as_str());
        if !everyones && !OTHERS.contains(&first.as_str()) && !self.own.contains(first) {
            self.found.insert(name.clone());
        }
    }
}

/// What a file imports and exports: each name in it, and the path that it stands for.
fn imports(file: &File) -> BTreeMap<String, Vec<String>> {
    let mut imports = BTreeMap::new();
    for item in &file.items {
        if let Item::Use(item) = item {
            collect(&item.tree, &mut Vec::new(), &mut imports);
        }
    }
    imports
}

fn collect(tree: &UseTree, above: &mut Vec<String>, imports: &mut BTreeMap<String, Vec<String>>) {
    let below = |name: &Ident, above: &[String]| [above, &[name.to_string()]].concat();
    match tree {
        UseTree::Path(tree) => {
            above.push(tree.ident.to_string());
            collect(&tree.tree, above, imports);
            above.pop();
        }
        UseTree::Name(tree) if tree.ident == "self" => {
            imports.insert(above.last().cloned().unwrap_or_default(), above.clone());
        }
        UseTree::Name(tree) => {
            imports.insert(tree.ident.to_string(), below(&tree.ident, above));
        }
        UseTree::Rename(tree) => {
            imports.insert(tree.rename.to_string(), below(&tree.ident, above));
        }
        UseTree::Group(tree) => tree.items.iter().for_each(|tree| collect(tree, above, imports)),
        UseTree::Glob(_) => {}
    }
}
