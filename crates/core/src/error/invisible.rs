//! Recognizes characters that have no glyph of their own.
//!
//! They are the line separators, the controls of interlinear annotation, and Unicode's
//! `Default_Ignorable_Code_Point`.

/// Whether a character is invisible.
pub(crate) fn is_invisible(c: char) -> bool {
    is_invisible_control(c) || is_invisible_part(c)
}

/// Whether a character is invisible, and no part of a word or an emoji: zero-width spaces, byte
/// order marks, line separators, and the controls of text direction, annotation and musical
/// notation.
pub(crate) fn is_invisible_control(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
    )
}

/// Whether a character is invisible, but can be a part of a word or an emoji: joiners, fillers,
/// vowels that are not written, variation selectors and tags.
fn is_invisible_part(c: char) -> bool {
    matches!(c,
        '\u{34f}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200c}'..='\u{200d}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}'
    )
}
