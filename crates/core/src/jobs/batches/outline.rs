//! Describes a job before it is done, for jobs that ask about it first.

use std::sync::Arc;

use super::Batches;
use super::template::Template;
use crate::action::{Batched, TargetFormat};
use crate::call::{BatchParts, Service};
use crate::error::Error;

/// A job without its targets.
pub(crate) struct Outline {
    template: Template,
    /// Number of targets in the list.
    pub(crate) targets: u64,
    /// Their format, if it is documented.
    pub(crate) format: Option<TargetFormat>,
}

impl<A: Batched> Batches<'_, A> {
    pub(crate) fn service(&self) -> &Arc<Service> {
        self.parts.caller.service()
    }

    pub(crate) fn outline(&self) -> Result<Outline, Error> {
        let BatchParts { body, list, .. } = &self.parts;
        let body = body.as_ref().map_err(|error| Error::new(error.kind(), error.message()))?;
        let (template, places) = Template::split(body, list.as_ref().map_or("", |list| list.batch.parameter))?;
        let format = list.as_ref().and_then(|list| list.format);
        Ok(Outline { template, format, targets: places.len() as u64 })
    }
}

impl Outline {
    /// The text of a member of the request, if it has one.
    pub(crate) fn member(&self, name: &str) -> Option<String> {
        self.template.member(name)
    }

    /// Whether a member of the request is this text.
    pub(crate) fn has_member(&self, text: &str) -> bool {
        self.template.texts().iter().any(|member| member == text)
    }
}
