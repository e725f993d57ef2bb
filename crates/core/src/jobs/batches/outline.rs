//! Describes a job before it is done, for jobs that ask about it first.

use std::sync::Arc;

use super::planner::Planner;
use super::prepare::{Prepared, prepare};
use super::template::Template;
use super::{Batches, Request, max_target_bytes};
use crate::action::{Batched, TargetFormat};
use crate::call::{BatchParts, Service, TargetError};
use crate::error::{Error, ErrorKind};

/// A job that has not been started.
pub(crate) struct Outline {
    template: Template,
    prepared: Prepared,
    /// Number of targets per request, if the service does not state a smaller one.
    size: usize,
    /// Maximum number of bytes of the targets of a request.
    max_bytes: usize,
    /// Format of the targets, if it is documented.
    pub(crate) format: Option<TargetFormat>,
}

impl<A: Batched> Batches<'_, A> {
    pub(crate) fn service(&self) -> &Arc<Service> {
        self.parts.caller.service()
    }

    /// What the job would send.
    ///
    /// # Errors
    ///
    /// If it would send nothing because of a mistake outside of the list, and if it has a stream.
    pub(crate) fn outline(&self) -> Result<Outline, Error> {
        if self.stream.is_some() {
            let message = "the targets of a stream are not known before they are sent";
            return Err(Error::new(ErrorKind::InvalidRequest, message)
                .with_hint("pass the targets as a list, or ask for the quota of the account"));
        }
        let BatchParts { body, checked, list, caller } = &self.parts;
        let body = body.as_ref().map_err(Error::copy)?.clone();
        let checked = match checked {
            Ok(encoded) => Ok(encoded.clone()),
            Err(TargetError { error, is_in_batch }) => {
                Err(TargetError { error: error.copy(), is_in_batch: *is_in_batch })
            }
        };
        let Request { template, targets: (json, places), is_checked, problem } =
            Request::new(Ok(body), checked, list.as_ref());
        if let Some(problem) = problem {
            return Err(problem);
        }
        let prepared = prepare(0, json, places, list.as_ref().filter(|_| !is_checked));
        let (size, max_bytes) = (self.target_size(), max_target_bytes(caller, &template));
        Ok(Outline { template, prepared, size, max_bytes, format: list.as_ref().and_then(|list| list.format) })
    }
}

impl Outline {
    /// The text of a member of the request, if it has one.
    pub(crate) fn member(&self, name: &str) -> Option<String> {
        self.template.member(name)
    }

    /// Number of targets in the list: all, those that repeat another one, and invalid ones.
    pub(crate) fn counts(&self) -> [u64; 3] {
        let Prepared { block, invalid, .. } = &self.prepared;
        [block.len() as u64, block.duplicates.len() as u64, invalid.len() as u64]
    }

    /// Number of requests, with at most this number of targets in each.
    pub(crate) fn requests(self, per_request: Option<u64>) -> u64 {
        let per_request = per_request.and_then(|targets| usize::try_from(targets).ok());
        let size = per_request.map_or(self.size, |targets| targets.min(self.size));
        let mut planner = Planner::new(size, self.max_bytes);
        planner.add(Arc::new(self.prepared.block), self.prepared.to_send);
        std::iter::from_fn(|| planner.next()).map(|_| 1).sum()
    }
}
