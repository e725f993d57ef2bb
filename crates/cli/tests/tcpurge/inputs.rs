//! Tests every way to pass targets.

use crate::harness::Setup;

#[test]
fn targets_are_read_from_arguments_files_and_the_standard_input() {
    let setup = Setup::new();
    setup.write("b.txt", "https://a.com/2\n");
    let arguments = ["urls", "https://a.com/1", "--file", "b.txt", "-f", "-", "--product", "cdn"];
    setup.run_with_input(&arguments, b"https://a.com/3\n").expect(0);
    assert_eq!(setup.purged(), ["https://a.com/1", "https://a.com/2", "https://a.com/3"]);
}

#[test]
fn without_arguments_and_files_the_standard_input_is_read() {
    let setup = Setup::new();
    setup.run_with_input(&["urls", "--product", "cdn"], b"https://a.com/1\nhttps://a.com/2").expect(0);
    assert_eq!(setup.purged(), ["https://a.com/1", "https://a.com/2"]);
}

#[test]
fn comments_blank_lines_a_bom_and_carriage_returns_do_no_harm() {
    let setup = Setup::new();
    setup.write("list.txt", b"\xEF\xBB\xBFhttps://a.com/1\r\n\r\n  # comment\r\nhttps://a.com/2\r\n");
    setup.run(&["urls", "--file", "list.txt", "--product", "cdn"]).expect(0);
    assert_eq!(setup.purged(), ["https://a.com/1", "https://a.com/2"]);
}

#[test]
fn a_target_that_is_given_again_is_sent_once() {
    let setup = Setup::new();
    let ran = setup.run(&["urls", "https://a.com/1", "https://a.com/1", "--product", "cdn"]).expect(0);
    assert!(ran.out.starts_with("1 accepted, 1 duplicate left out\n"), "{}", ran.out);
    assert_eq!(setup.purged(), ["https://a.com/1"]);
}

#[test]
fn each_refused_line_is_named_with_its_number() {
    let setup = Setup::new();
    setup.write("list.txt", b"# first\nhttps://a.com/1\na.com/2\n\nhttps://a.com/a b\n\xFF\nhttps://a.com/#x\n");
    let ran = setup.run(&["urls", "--file", "list.txt", "--product", "cdn"]).expect(1);
    let lines: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("list.txt:")).collect();
    assert_eq!(
        lines,
        [
            "list.txt:3  a.com/2            refused  has no scheme",
            "list.txt:5  https://a.com/a b  refused  contains the white space U+0020",
            "list.txt:6  \u{fffd}                  refused  the line is not UTF-8",
            "list.txt:7  https://a.com/#x   refused  contains a fragment",
        ]
    );
    assert_eq!(setup.purged(), ["https://a.com/1"]);
}

#[test]
fn relative_paths_follow_the_base_and_index_files_bring_their_directory() {
    let setup = Setup::new();
    let paths = b"blog/index.html\n\"blog/\\345\\233\\276 1.png\"\nhttps://b.com/x\n";
    let arguments = ["urls", "--base", "https://a.com/", "--index", "--product", "cdn"];
    setup.run_with_input(&arguments, paths).expect(0);
    assert_eq!(
        setup.purged(),
        [
            "https://a.com/blog/index.html",
            "https://a.com/blog/",
            "https://a.com/blog/%E5%9B%BE%201.png",
            "https://b.com/x",
        ]
    );
}

#[test]
fn directories_can_be_relative_too() {
    let setup = Setup::new();
    setup.run(&["dirs", "blog/", "--base", "https://a.com", "--product", "cdn"]).expect(0);
    assert_eq!(setup.purged(), ["https://a.com/blog/"]);
}

#[test]
fn the_urls_of_a_sitemap_are_targets() {
    let setup = Setup::new();
    let sitemap = "<urlset>\n<url><loc>https://a.com/?a&amp;b</loc></url>\n<url><loc>a.com</loc></url></urlset>";
    setup.write("sitemap.xml", sitemap);
    let ran = setup.run(&["prefetch", "--sitemap", "sitemap.xml", "--product", "cdn"]).expect(1);
    assert!(ran.out.contains("sitemap.xml:3  a.com   refused"), "{}", ran.out);
    assert_eq!(setup.purged(), ["https://a.com/?a&b"]);
}

#[test]
fn a_list_that_is_larger_than_a_request_is_sent_in_several() {
    let setup = Setup::new();
    let list: String = (0..2_500).map(|number| format!("https://a.com/{number}\n")).collect();
    setup.run_with_input(&["urls", "--product", "cdn"], list.as_bytes()).expect(0);
    assert_eq!(setup.actions(), ["PurgeUrlsCache"; 3]);
    assert_eq!(setup.purged().len(), 2_500);
}
