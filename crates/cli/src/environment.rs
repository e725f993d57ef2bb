//! Reads the environment variables that decide about the output.

use std::path::PathBuf;

/// The variables that decide about the output.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    /// Whether `NO_COLOR` is set: <https://no-color.org>.
    pub(crate) no_color: bool,
    /// Whether `TERM` says that the terminal cannot move its cursor.
    pub(crate) is_dumb: bool,
    /// Whether characters outside ASCII can be shown, by the locale.
    pub(crate) is_utf8: bool,
    /// File for the outputs of a step of GitHub Actions.
    pub(crate) github_output: Option<PathBuf>,
    /// File for the summary of a step of GitHub Actions.
    pub(crate) github_step_summary: Option<PathBuf>,
}

impl Environment {
    #[expect(clippy::disallowed_methods, reason = "the only place that reads variables")]
    pub(crate) fn read() -> Self {
        Self::from_lookup(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name| lookup(name).filter(|value: &String| !value.is_empty());
        // The first one that is set decides, as in setlocale(3).
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default().to_lowercase();
        Self {
            no_color: set("NO_COLOR").is_some(),
            is_dumb: set("TERM").is_some_and(|term| term == "dumb"),
            // A terminal of Windows has no locale, and shows Unicode.
            is_utf8: cfg!(windows) || locale.ends_with("utf-8") || locale.ends_with("utf8"),
            github_output: set("GITHUB_OUTPUT").map(PathBuf::from),
            github_step_summary: set("GITHUB_STEP_SUMMARY").map(PathBuf::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        let value = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Environment::from_lookup(value)
    }

    #[test]
    fn the_first_variable_of_the_locale_that_is_set_decides() {
        assert!(environment(&[("LANG", "zh_CN.UTF-8")]).is_utf8);
        assert!(environment(&[("LC_ALL", "C.utf8"), ("LANG", "C")]).is_utf8);
        assert_eq!(environment(&[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")]).is_utf8, cfg!(windows));
        assert_eq!(environment(&[("LANG", "zh_CN.GB18030")]).is_utf8, cfg!(windows));
        assert_eq!(environment(&[]).is_utf8, cfg!(windows));
    }

    #[test]
    fn an_empty_variable_counts_as_not_set() {
        assert!(!environment(&[("NO_COLOR", "")]).no_color);
        assert!(environment(&[("NO_COLOR", "1")]).no_color);
        assert_eq!(environment(&[("GITHUB_OUTPUT", "")]).github_output, None);
    }
}
