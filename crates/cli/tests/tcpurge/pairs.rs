//! Tests that options which make no sense together are refused with what to write instead.

use crate::harness::Setup;

/// Arguments, and the error with its help.
const REFUSED: [(&[&str], &str); 19] = [
    (
        &["urls", "https://a.com/", "--hard"],
        "error: `--hard` has no effect on URLs: their copies are always deleted\n \
         help: remove it, or purge the directory with `tcpurge dirs --hard`\n",
    ),
    (
        &["dirs", "https://a.com/", "--hard", "--soft"],
        "error: `--soft` and `--hard` exclude each other\n help: remove one of the two\n",
    ),
    (
        &["tags", "a", "--soft"],
        "error: `--soft` has no effect on tags: the service does not offer the choice for them\n help: remove it\n",
    ),
    (
        &["prefetch", "https://a.com/", "--soft"],
        "error: `--soft` is for purges, and a prefetch deletes nothing\n help: remove it\n",
    ),
    (
        &["hosts", "a.com", "--product", "cdn"],
        "error: CDN cannot purge by `hosts`, only EdgeOne can\n \
         help: purge its directory: `tcpurge dirs https://www.example.com/`\n",
    ),
    (
        &["tags", "a", "--product", "cdn"],
        "error: CDN cannot purge by `tags`, only EdgeOne can\n \
         help: purge URLs or directories instead, with `tcpurge urls` or `tcpurge dirs`\n",
    ),
    (
        &["all", "--product", "cdn"],
        "error: CDN cannot purge by `all`, only EdgeOne can\n \
         help: purge the directory of each host: `tcpurge dirs https://www.example.com/`\n",
    ),
    (
        &["urls", "https://a.com/", "--product", "cdn", "--zone", "a.com"],
        "error: CDN has no zones, so `--zone` and `--product cdn` exclude each other\n help: remove one of the two\n",
    ),
    (
        &["all"],
        "error: `tcpurge all` purges everything of a zone, so it needs the zone\n \
         help: add `--zone example.com`; `tcpurge zones` lists them\n",
    ),
    (
        &["all", "a.com"],
        "error: `tcpurge all` purges everything of a zone, so it needs the zone\n \
         help: add `--zone a.com`; `tcpurge zones` lists them\n",
    ),
    (
        &["all", "https://a.com/b", "--zone", "a.com"],
        "error: `tcpurge all` purges everything of the zone, and not only `https://a.com/b`\n \
         help: remove the target, or use `tcpurge urls`, `dirs`, `hosts` or `tags`\n",
    ),
    (
        &["all", "--zone", "zone-1"],
        "purge everything on EdgeOne, zone zone-1, soft\n\
         error: this purges everything of zone-1, and there is no terminal to ask for confirmation\n \
         help: add `--yes`\n",
    ),
    (
        &["urls", "https://a.com/", "--zone", "a.com", "--area", "mainland"],
        "error: EdgeOne has no areas: a purge or prefetch is carried out wherever the zone is accelerated\n \
         help: remove `--area`\n",
    ),
    (
        &["urls", "https://a.com/", "--area", "global"],
        "error: `--area global` is for prefetches\n \
         help: remove `--area`: a purge is carried out wherever the domain is accelerated\n",
    ),
    (
        &["prefetch", "https://a.com/", "--then-prefetch"],
        "error: `--then-prefetch` is for purges, and this is a prefetch\n help: remove it\n",
    ),
    (
        &["dirs", "https://a.com/", "--then-prefetch"],
        "error: `--then-prefetch` needs URLs: the service cannot prefetch directories\n \
         help: wait with `--wait`, and prefetch the URLs with `tcpurge prefetch`\n",
    ),
    (
        &["hosts", "a.com", "--base", "https://a.com/"],
        "error: `--base` is for paths, and host names have none\n \
         help: remove it, or use `tcpurge urls` or `tcpurge dirs`\n",
    ),
    (
        &["wait", "1", "--product", "teo"],
        "error: a task of EdgeOne belongs to a zone\n help: add `--zone`; `tcpurge zones` lists them\n",
    ),
    (
        &["urls", "https://a.com/", "--secret-key", "abc"],
        "error: a key on the command line is visible to other users of this machine, and in the shell's history\n \
         help: set TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or name a profile with --profile; \
         if the key is real, replace it\n",
    ),
];

#[test]
fn nonsense_is_refused_with_what_to_write_instead() {
    let setup = Setup::new();
    for (arguments, error) in REFUSED {
        let ran = setup.run(arguments).expect(2);
        assert_eq!(ran.err, error, "{arguments:?}");
    }
    assert!(setup.emulator.received().is_empty());
}

#[test]
fn an_area_that_a_zone_does_not_have_is_refused_when_the_zone_is_found() {
    let setup = Setup::new();
    let ran = setup.run(&["urls", "https://www.example.com/", "--area", "mainland"]).expect(2);
    assert!(ran.err.contains("EdgeOne has no areas"), "{}", ran.err);
    assert_eq!(setup.actions(), ["DescribeZones"]);
}
