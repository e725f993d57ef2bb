//! Says how surely a task is that of a request, by the task's entries.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, SystemTime};

use super::times::{Created, Window};
use crate::request::ascii_host;
use crate::time::UtcOffset;

/// How surely a task is that of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    No,
    Maybe,
    Sure,
}

/// The targets of a request, and when its task was created.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    targets: HashSet<String>,
    /// The same in their loose form.
    loose: HashSet<String>,
    pub(super) windows: Vec<Window>,
}

/// A task of the history, as far as its entries concern the requests that are looked up.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) created: Created,
    /// The targets that a request may have, with their loose form.
    targets: HashMap<String, String>,
    /// Whether it has a target that no request can have.
    has_others: bool,
    /// Whether its method is another one than that of the requests.
    has_other_method: bool,
}

impl Wanted {
    pub(super) fn new(targets: &[String]) -> Self {
        let loose = targets.iter().map(|target| loose(target)).collect();
        Self { targets: targets.iter().cloned().collect(), loose, windows: Vec::new() }
    }

    /// Adds the windows of a request that was sent at one of these times. Returns them.
    pub(super) fn add_windows(&mut self, estimates: &[SystemTime], longest: Duration, now: SystemTime) -> Vec<Window> {
        let mut windows: Vec<Window> = estimates.iter().map(|sent_at| Window::of(*sent_at, longest)).collect();
        if windows.is_empty() {
            windows.push(Window::before(now));
        }
        for window in &windows {
            if !self.windows.contains(window) {
                self.windows.push(*window);
            }
        }
        windows
    }

    /// Whether the request can have a target with this loose form.
    pub(super) fn has_like(&self, loose: &str) -> bool {
        self.loose.contains(loose)
    }
}

impl Task {
    pub(super) fn new(created: Created, has_other_method: bool) -> Self {
        Self { created, targets: HashMap::new(), has_others: false, has_other_method }
    }

    /// Adds the target of an entry. `is_wanted` says whether a request can have it.
    pub(super) fn add(&mut self, target: String, is_wanted: impl FnOnce(&str) -> bool) {
        if self.targets.contains_key(&target) {
            return;
        }
        let loose = loose(&target);
        if is_wanted(&loose) {
            self.targets.insert(target, loose);
        } else {
            self.has_others = true;
        }
    }

    pub(super) fn contains(&self, target: &str) -> bool {
        self.targets.contains_key(target)
    }

    /// Number of its targets that a request may have.
    pub(super) fn len(&self) -> usize {
        self.targets.len()
    }

    /// How surely it is the task of a request, as far as its entries are listed.
    pub(super) fn fit(&self, wanted: &Wanted, is_partial: bool, zone: Option<UtcOffset>) -> Fit {
        let fit = self.fit_of_targets(wanted, is_partial).min(self.created.fit(&wanted.windows, zone));
        if self.has_other_method { fit.min(Fit::Maybe) } else { fit }
    }

    /// A task has the targets of its request, or a part of them if the service may reject some.
    ///
    /// It may be that of the request, too, if it has all of the targets and more, such as the
    /// segments of a video, or if the service has written the targets in another form.
    fn fit_of_targets(&self, wanted: &Wanted, is_partial: bool) -> Fit {
        let Wanted { targets, loose, .. } = wanted;
        let is_as_large = is_partial || self.len() == targets.len();
        let only = |is_in: &dyn Fn((&String, &String)) -> bool| !self.has_others && self.targets.iter().all(is_in);
        if self.targets.is_empty() {
            Fit::No
        } else if is_as_large && only(&|(target, _)| targets.contains(target)) {
            Fit::Sure
        } else if is_as_large && only(&|(_, form)| loose.contains(form))
            || targets.iter().all(|target| self.contains(target))
        {
            Fit::Maybe
        } else {
            Fit::No
        }
    }
}

/// A target without what a service might write differently: the scheme, the case, whether
/// characters are encoded, and a slash at the end.
fn loose(target: &str) -> String {
    let rest = target.split_once("://").map_or(target, |(_, rest)| rest);
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = ascii_host(host).unwrap_or(host.into());
    let form = [host.as_bytes(), &decoded(path.trim_end_matches('/'))].concat();
    String::from_utf8_lossy(&form).to_lowercase()
}

/// A text with each `%XX` replaced by its byte.
fn decoded(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).filter(|_| *first == b'%').and_then(|digits| str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn wanted(targets: &[&str]) -> Wanted {
        let targets: Vec<String> = targets.iter().map(|target| (*target).to_owned()).collect();
        Wanted { windows: vec![Window::of(UNIX_EPOCH, Duration::from_secs(60))], ..Wanted::new(&targets) }
    }

    /// How surely a task with these targets is that of a request for `a`, `b` and `c`: one that is
    /// accepted as a whole, and one of which a part can be accepted.
    fn fits(targets: &[&str]) -> [Fit; 2] {
        let wanted = wanted(&["https://h.example/a", "https://h.example/b", "https://h.example/c"]);
        let mut task = Task::new(Created::At(UNIX_EPOCH), false);
        targets.iter().for_each(|target| task.add((*target).to_owned(), |loose| wanted.has_like(loose)));
        [false, true].map(|is_partial| task.fit(&wanted, is_partial, None))
    }

    #[test]
    fn a_task_with_the_targets_of_a_request_is_its_task() {
        let [a, b, c] = ["https://h.example/a", "https://h.example/b", "https://h.example/c"];
        assert_eq!(fits(&[a, b, c]), [Fit::Sure, Fit::Sure]);
        assert_eq!(fits(&[a, c]), [Fit::No, Fit::Sure], "a part");
        assert_eq!(fits(&[a, b, "https://h.example/d"]), [Fit::No, Fit::No], "another target");
        assert_eq!(fits(&[a, b, c, "https://h.example/d"]), [Fit::Maybe, Fit::Maybe], "more targets");
        assert_eq!(fits(&["https://h.example/d"]), [Fit::No, Fit::No]);
        assert_eq!(fits(&[]), [Fit::No, Fit::No]);
    }

    #[test]
    fn a_task_with_texts_that_the_service_may_have_changed_may_be_the_task() {
        let [a, b] = ["https://h.example/a", "https://h.example/b"];
        for changed in ["http://h.example/c", "https://H.example/c", "https://h.example/%63", "https://h.example/C/"] {
            assert_eq!(fits(&[a, b, changed]), [Fit::Maybe, Fit::Maybe], "{changed}");
            assert_eq!(fits(&[changed]), [Fit::No, Fit::Maybe], "{changed}");
        }
    }

    #[test]
    fn a_task_with_another_method_is_never_surely_the_task() {
        let wanted = wanted(&["a"]);
        let mut task = Task::new(Created::At(UNIX_EPOCH), true);
        task.add("a".to_owned(), |_| true);
        assert_eq!(task.fit(&wanted, true, None), Fit::Maybe);
    }

    #[test]
    fn a_loose_form_is_the_same_however_a_target_is_written() {
        for (one, other) in [
            ("https://h.example/é", "HTTPS://H.EXAMPLE/%c3%A9"),
            ("https://例子.测试/图", "https://xn--fsqu00a.xn--0zwm56d/%E5%9B%BE"),
            ("https://h.example/a/", "http://h.example/a"),
            ("h.example", "H.Example"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
        ] {
            assert_eq!(loose(one), loose(other), "{one}");
        }
        assert_ne!(loose("https://h.example/a?b"), loose("https://h.example/a"));
    }
}
