//! Decides which task belongs to which request, for all requests together.

use super::fit::Fit;

/// What the history says about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// This task is that of the request.
    Task(usize),
    /// No task is.
    None,
    /// This task may be that of the request.
    Unclear(usize),
}

/// Gives each request its task. `fits` are the tasks that fit a request, surely or not, the most
/// probable one first.
///
/// A request has one task, and a task one request. If several requests fit the same tasks, and
/// there are too few tasks for them, it is not clear which of the requests have one.
pub(super) fn assign(fits: &[Vec<(usize, Fit)>]) -> Vec<Share> {
    let tasks = fits.iter().flatten().map(|(task, _)| task + 1).max().unwrap_or_default();
    let mut owners: Vec<Option<usize>> = vec![None; tasks];
    let mut shares = vec![Share::None; fits.len()];
    let sure = |request: usize| {
        let fits = fits.get(request).map(Vec::as_slice).unwrap_or_default();
        fits.iter().filter(|(_, fit)| *fit == Fit::Sure).map(|(task, _)| *task)
    };
    let mut order: Vec<usize> = (0..fits.len()).collect();
    // A request that fits one task only comes first: it cannot take another one.
    order.sort_by_key(|request| sure(*request).count());
    let mut without = Vec::new();
    for request in order {
        let free = sure(request).find(|task| matches!(owners.get(*task), Some(None)));
        match free.and_then(|task| Some((task, owners.get_mut(task)?, shares.get_mut(request)?))) {
            Some((task, owner, share)) => (*owner, *share) = (Some(request), Share::Task(task)),
            None => without.push(request),
        }
    }
    // A request without a task could have that of another request, which could have another one.
    let mut unclear: Vec<usize> = without.clone();
    while let Some(request) = unclear.pop() {
        for task in sure(request) {
            if let Some(share) = shares.get_mut(request) {
                *share = Share::Unclear(task);
            }
            unclear.extend(owners.get_mut(task).and_then(Option::take));
        }
    }
    for request in without {
        let maybe = fits.get(request).into_iter().flatten().filter(|(_, fit)| *fit == Fit::Maybe);
        let free = maybe.map(|(task, _)| *task).find(|task| matches!(owners.get(*task), Some(None)));
        if let (Some(task), Some(share @ Share::None)) = (free, shares.get_mut(request)) {
            *share = Share::Unclear(task);
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(fits: &[&[(usize, Fit)]]) -> Vec<Share> {
        assign(&fits.iter().map(|fits| fits.to_vec()).collect::<Vec<_>>())
    }

    #[test]
    fn a_task_belongs_to_the_request_that_it_fits() {
        let found = shares(&[&[(1, Fit::Sure)], &[], &[(0, Fit::Sure)]]);
        assert_eq!(found, [Share::Task(1), Share::None, Share::Task(0)]);
    }

    #[test]
    fn a_request_leaves_a_task_to_another_one_that_fits_no_other() {
        let found = shares(&[&[(0, Fit::Sure), (1, Fit::Sure)], &[(0, Fit::Sure)]]);
        assert_eq!(found, [Share::Task(1), Share::Task(0)]);
    }

    #[test]
    fn with_a_task_for_each_request_it_does_not_matter_which_one_it_is() {
        let both: &[(usize, Fit)] = &[(0, Fit::Sure), (1, Fit::Sure)];
        assert_eq!(shares(&[both, both]), [Share::Task(0), Share::Task(1)]);
    }

    #[test]
    fn with_too_few_tasks_it_is_not_clear_which_request_has_one() {
        let one: &[(usize, Fit)] = &[(0, Fit::Sure)];
        assert_eq!(shares(&[one, one]), [Share::Unclear(0), Share::Unclear(0)]);
        let both: &[(usize, Fit)] = &[(0, Fit::Sure), (1, Fit::Sure)];
        let found = shares(&[one, both, &[(1, Fit::Sure)], &[(2, Fit::Sure)]]);
        let is_unclear = |share: &Share| matches!(share, Share::Unclear(_));
        assert!(found[..3].iter().all(is_unclear), "each could be the one without a task: {found:?}");
        assert_eq!(found[3], Share::Task(2), "it has nothing to do with the others");
    }

    #[test]
    fn a_task_that_may_fit_makes_a_request_unclear_unless_it_belongs_to_another_one() {
        let maybe: &[(usize, Fit)] = &[(0, Fit::Maybe)];
        assert_eq!(shares(&[maybe]), [Share::Unclear(0)]);
        assert_eq!(shares(&[maybe, &[(0, Fit::Sure)]]), [Share::None, Share::Task(0)]);
        assert_eq!(shares(&[&[(0, Fit::Maybe), (1, Fit::Sure)]]), [Share::Task(1)]);
    }
}
