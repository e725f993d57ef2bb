//! Reads URLs from sitemaps.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, Event};

use super::list::{Source, Targets};
use crate::failure::Failure;

/// Maximum size of a sitemap's element, in bytes. 64 KiB, as of a line.
const MAX_TEXT_BYTES: usize = 64 * 1024;

/// Maximum size of a sitemap, in bytes. 50 MiB is what <https://www.sitemaps.org> allows. It bounds
/// the memory that an element takes.
const MAX_SITEMAP_BYTES: u64 = 50 * 1024 * 1024;
/// Maximum depth of an element. 32: those of a sitemap have a depth of four at most.
const MAX_DEPTH: usize = 32;

/// Adds the URLs of a sitemap: each `loc` in a `url`.
pub(super) fn read(input: impl BufRead, source: Source, name: &str, targets: &mut Targets) -> Result<(), Failure> {
    let mut lines = CountLines { input: input.take(MAX_SITEMAP_BYTES + 1), lines: 1 };
    if is_gzip(&mut lines) {
        return Err(Failure::usage(format!("the sitemap `{name}` is compressed"), "decompress it with `gunzip`"));
    }
    let mut reader = Reader::from_reader(lines);
    let mut buffer = Vec::new();
    // The names of the open elements, without their prefix.
    let mut path: Vec<String> = Vec::new();
    let mut text = String::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        if reader.get_ref().input.limit() == 0 {
            return Err(not_a_sitemap(name, "it is larger than 50 MiB"));
        }
        let event = event.map_err(|error| not_a_sitemap(name, &error.to_string()))?;
        let is_url = matches!(path.as_slice(), [.., parent, element] if parent == "url" && element == "loc");
        match event {
            Event::Eof if path.is_empty() => return Ok(()),
            Event::Eof => return Err(not_a_sitemap(name, "it ends within an element")),
            Event::Start(element) => {
                let element = element.local_name().as_ref().to_owned();
                check_root(&path, &element, name)?;
                path.push(element);
                text.clear();
            }
            Event::End(_) => {
                if is_url && !text.trim().is_empty() {
                    targets.add(source, reader.get_ref().lines, text.trim());
                }
                path.pop();
                text.clear();
            }
            Event::Text(part) if is_url => text.push_str(&part),
            Event::CData(part) if is_url => text.push_str(&part),
            Event::GeneralRef(reference) if is_url => push_reference(&reference, &mut text, name)?,
            _ => {}
        }
        if text.len() > MAX_TEXT_BYTES {
            return Err(not_a_sitemap(name, "a URL in it is longer than 64 KiB"));
        }
    }
}

fn check_root(path: &[String], element: &str, name: &str) -> Result<(), Failure> {
    match (path, element) {
        ([], "urlset") => Ok(()),
        ([], "sitemapindex") => Err(Failure::usage(
            format!("`{name}` is an index of sitemaps"),
            "download the sitemaps that it lists, and name each with `--sitemap`",
        )),
        ([], _) => Err(not_a_sitemap(name, "its root is not `urlset`")),
        (path, _) if path.len() >= MAX_DEPTH => Err(not_a_sitemap(name, "its elements are nested too deeply")),
        _ => Ok(()),
    }
}

fn push_reference(reference: &BytesRef<'_>, text: &mut String, name: &str) -> Result<(), Failure> {
    let character = reference.resolve_char_ref().map_err(|error| not_a_sitemap(name, &error.to_string()))?;
    if let Some(character) = character {
        text.push(character);
        return Ok(());
    }
    let entity: &str = reference;
    let resolved = resolve_predefined_entity(entity);
    text.push_str(resolved.ok_or_else(|| not_a_sitemap(name, &format!("unknown entity `&{entity};`")))?);
    Ok(())
}

fn not_a_sitemap(name: &str, why: &str) -> Failure {
    Failure::usage(
        format!("`{name}` is not a sitemap: {why}"),
        "write it as https://www.sitemaps.org says, or list the URLs in a file for `--file`",
    )
}

fn is_gzip(input: &mut impl BufRead) -> bool {
    // An error is reported when the file is read.
    input.fill_buf().is_ok_and(|start| start.starts_with(b"\x1F\x8B"))
}

/// Counts the lines that were read.
struct CountLines<R> {
    input: R,
    lines: u32,
}

impl<R: BufRead> std::io::Read for CountLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = {
            let available = self.fill_buf()?;
            let length = available.len().min(buffer.len());
            if let (Some(to), Some(from)) = (buffer.get_mut(..length), available.get(..length)) {
                to.copy_from_slice(from);
            }
            length
        };
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for CountLines<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // The buffer is filled, so this reads nothing.
        if let Ok(buffer) = self.input.fill_buf() {
            let used = buffer.get(..amount).unwrap_or_default();
            let ends = used.iter().filter(|byte| **byte == b'\n').count();
            self.lines = self.lines.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        }
        self.input.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(xml: &str) -> Result<Vec<(String, u32)>, String> {
        let mut targets = Targets::new(None, None, false);
        let source = targets.source("sitemap.xml");
        read(xml.as_bytes(), source, "sitemap.xml", &mut targets).map_err(|failure| failure.message)?;
        let line = |index| targets.origin(index).and_then(|origin| targets.place(origin)).map_or(0, |(_, line)| line);
        Ok(targets.iter().enumerate().map(|(index, text)| (text.to_owned(), line(index))).collect())
    }

    #[test]
    fn the_locations_are_the_urls_and_those_of_images_are_not() {
        let xml = r#"<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://a.com/image">
  <url><loc>https://a.com/?a=1&amp;b=&#x32;</loc><lastmod>2026-01-01</lastmod></url>
  <!-- <url><loc>https://a.com/comment</loc></url> -->
  <url>
    <loc>
      <![CDATA[https://a.com/2]]>
    </loc>
    <image:image><image:loc>https://a.com/image.png</image:loc></image:image>
  </url>
</urlset>
"#;
        let expected = [("https://a.com/?a=1&b=2".to_owned(), 3), ("https://a.com/2".to_owned(), 8)];
        assert_eq!(urls(xml).unwrap(), expected);
    }

    #[test]
    fn what_is_not_a_sitemap_is_refused() {
        let index = "<sitemapindex><sitemap><loc>https://a.com/1.xml</loc></sitemap></sitemapindex>";
        assert_eq!(urls(index).unwrap_err(), "`sitemap.xml` is an index of sitemaps");
        assert_eq!(urls("<html></html>").unwrap_err(), "`sitemap.xml` is not a sitemap: its root is not `urlset`");
        assert_eq!(urls("<urlset><url>").unwrap_err(), "`sitemap.xml` is not a sitemap: it ends within an element");
        assert!(urls("<urlset><url></loc></urlset>").is_err());
        let deep = format!("<urlset>{}", "<a>".repeat(100));
        assert_eq!(urls(&deep).unwrap_err(), "`sitemap.xml` is not a sitemap: its elements are nested too deeply");
        let large = format!("<urlset><url {}", "a".repeat(60 * 1024 * 1024));
        assert_eq!(urls(&large).unwrap_err(), "`sitemap.xml` is not a sitemap: it is larger than 50 MiB");
        let entity =
            r#"<!DOCTYPE urlset [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><urlset><url><loc>&c;</loc></url></urlset>"#;
        assert_eq!(urls(entity).unwrap_err(), "`sitemap.xml` is not a sitemap: unknown entity `&c;`");
        assert!(urls("<urlset><url><loc>&nbsp;</loc></url></urlset>").is_err());
    }
}
