//! Lays out tables.

use console::{Alignment, measure_text_width, pad_str, truncate_str};

use super::Paint;

/// Spaces between two columns.
const GAP: usize = 2;
/// Minimum width of a column that is shortened, in columns of the terminal. 12: less shows nothing
/// of a URL but its scheme.
const MIN_WIDTH: usize = 12;

/// Rows of cells under a header, in columns.
#[derive(Debug)]
pub(crate) struct Table<const N: usize> {
    header: [&'static str; N],
    right: [bool; N],
    /// The column that is shortened if the rows are too long.
    flexible: usize,
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(crate) fn new(header: [&'static str; N]) -> Self {
        Self { header, right: [false; N], flexible: N - 1, rows: Vec::new() }
    }

    /// Aligns columns with numbers to the right.
    pub(crate) fn numbers(mut self, columns: impl IntoIterator<Item = usize>) -> Self {
        for column in columns {
            if let Some(right) = self.right.get_mut(column) {
                *right = true;
            }
        }
        self
    }

    /// Sets the column that is shortened if the rows are too long for a terminal.
    pub(crate) fn flexible(mut self, column: usize) -> Self {
        self.flexible = column;
        self
    }

    pub(crate) fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as lines. Only a terminal gets shortened ones: a log keeps every character.
    pub(crate) fn layout(&self, paint: &Paint) -> String {
        let mut widths = self.header.map(measure_text_width);
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(measure_text_width(cell));
            }
        }
        if paint.is_live {
            self.shorten(&mut widths, paint.columns);
        }
        let header = self.header.map(|cell| paint.dim(cell));
        let lines = std::iter::once(&header).chain(&self.rows).map(|cells| self.line(cells, &widths, paint));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn shorten(&self, widths: &mut [usize; N], columns: usize) {
        let total: usize = widths.iter().sum::<usize>() + GAP * N.saturating_sub(1);
        let excess = total.saturating_sub(columns);
        if let Some(width) = widths.get_mut(self.flexible) {
            *width = width.saturating_sub(excess).max(MIN_WIDTH.min(*width));
        }
    }

    fn line(&self, cells: &[String; N], widths: &[usize; N], paint: &Paint) -> String {
        let mut line = String::new();
        for (index, ((cell, width), right)) in cells.iter().zip(widths).zip(self.right).enumerate() {
            if index > 0 {
                line.push_str(&" ".repeat(GAP));
            }
            let cell = truncate_str(cell, *width, paint.ellipsis());
            let alignment = if right { Alignment::Right } else { Alignment::Left };
            line.push_str(&pad_str(&cell, *width, alignment, None));
        }
        line.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table<3> {
        let mut table = Table::new(["target", "left", "state"]).numbers([1]).flexible(0);
        table.row(["https://www.example.com/a.html".to_owned(), "1".to_owned(), "done".to_owned()]);
        table.row(["图".to_owned(), "10".to_owned(), "failed".to_owned()]);
        table
    }

    #[test]
    fn columns_are_aligned_by_what_the_terminal_shows() {
        let expected = "\
target                          left  state
https://www.example.com/a.html     1  done
图                                10  failed";
        assert_eq!(table().layout(&Paint::plain(40)), expected);
    }

    #[test]
    fn rows_that_are_too_long_for_a_terminal_are_shortened() {
        let expected = "\
target               left  state
https://www.exam...     1  done
图                     10  failed";
        assert_eq!(table().layout(&Paint::plain(33).live()), expected);
    }
}
