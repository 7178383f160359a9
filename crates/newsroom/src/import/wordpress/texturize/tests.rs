use super::*;

fn english(text: &str) -> String {
    texturize(text, ENGLISH, &|name| matches!(name, "gallery" | "caption"))
}

#[track_caller]
fn assert_set(rows: &[(&str, &str)]) {
    for (written, set) in rows {
        assert_eq!(english(written), *set, "{written}");
    }
}

#[test]
fn dashes_by_their_length_and_spaces() {
    assert_set(&[
        ("Port Merrin -- boo", "Port Merrin — boo"),
        ("1999--2004", "1999–2004"),
        ("so---no", "so—no"),
        ("so --- no", "so — no"),
        ("the bridge - closed", "the bridge – closed"),
        ("half-open", "half-open"),
        ("- at the start", "– at the start"),
        ("at the end -", "at the end –"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("a&nbsp;--&nbsp;b", "a&nbsp;—&nbsp;b"),
        ("----", "—-"),
        ("-----", "—–"),
        ("------", "——"),
        ("<!-- a -- b -->--", "<!-- a -- b -->—"),
        ("<a href=\"http://a--b\">a--b</a>", "<a href=\"http://a--b\">a–b</a>"),
    ]);
}

#[test]
fn double_quotes_open_and_close() {
    assert_set(&[
        ("\"Quoted.\"", "“Quoted.”"),
        ("He said \"no\", and left", "He said “no”, and left"),
        ("(\"so\")", "(“so”)"),
        ("\"one\" \"two\"", "“one” “two”"),
        ("<p>\"Text.\"</p>", "<p>“Text.”</p>"),
        ("&lt;\"x\"&gt;", "&lt;“x”&gt;"),
        ("``TeX''", "“TeX”"),
        ("\"42\"", "“42”"),
        ("a \"4.5\" b", "a “4.5” b"),
        ("-\"so\"", "-“so”"),
    ]);
}

#[test]
fn single_quotes_and_apostrophes_are_told_apart() {
    assert_set(&[
        ("don't", "don’t"),
        ("the harbour's", "the harbour’s"),
        ("the ships' masts", "the ships’ masts"),
        ("'so' he said", "‘so’ he said"),
        ("rock 'n' roll", "rock ‘n’ roll"),
        ("'tis 'twas 'em 'cause", "’tis ’twas ’em ’cause"),
        ("class of '99", "class of ’99"),
        ("the '70s", "the ’70s"),
        ("'0.42'", "‘0.42’"),
        ("\"'So,' he said.\"", "“‘So,’ he said.”"),
        ("\"He said 'no'\"", "“He said ‘no’”"),
        ("O'Brien's", "O’Brien’s"),
        ("'Class of '99'", "‘Class of ’99’"),
        ("\"Class of '99\"", "“Class of ’99”"),
    ]);
}

#[test]
fn primes_after_numbers() {
    assert_set(&[
        ("9'", "9′"),
        ("9\"", "9″"),
        ("a 6'2\" man", "a 6’2″ man"),
        ("6 ft 2\" tall", "6 ft 2″ tall"),
        ("\"He is 9\" tall\"", "“He is 9″ tall”"),
        ("\"It was 12\".", "“It was 12”."),
        ("\"Ends in 1999\"", "“Ends in 1999”"),
    ]);
}

#[test]
fn products_ellipses_and_trade_marks() {
    assert_set(&[
        ("9x9", "9×9"),
        ("1,024x768 pixels", "1,024×768 pixels"),
        ("0x9999", "0x9999"),
        ("0.5x0.5", "0.5×0.5"),
        ("3x3x3", "3x3x3"),
        ("a3x3", "a3x3"),
        ("box 4xa", "box 4xa"),
        ("and so on...", "and so on…"),
        ("Merrin (tm)", "Merrin ™"),
    ]);
}

#[test]
fn code_tags_and_shortcodes_are_left_alone() {
    for kept in [
        "<pre>\"a\" -- 'b'...</pre>",
        "<code>9x9</code>",
        "<kbd>'</kbd>",
        "<tt>--</tt>",
        "<script>\"--\"</script>",
        "<style>'</style>",
        "<pre><code>'</code>'</pre>",
        "<img alt=\"a 'b' -- > c\">",
        "[gallery ids='1,2' size=\"large\"]",
        "[caption width=\"9\"]",
    ] {
        assert_eq!(english(kept), kept);
    }
    assert_set(&[
        ("<code>'a'</code> 'b'", "<code>'a'</code> ‘b’"),
        ("[sic 'a']", "[sic ‘a’]"),
        ("<pre>'</pre>'a'", "<pre>'</pre>‘a’"),
        ("a < b 'c'", "a < b ‘c’"),
        ("</code>'a'", "</code>‘a’"),
    ]);
}

#[test]
fn every_language_has_its_quotes() {
    for (language, set) in [
        ("en-US", "“So,” and ‘so’."),
        ("de", "„So,“ and ‚so‘."),
        ("de_CH", "«So,» and ‹so›."),
        ("fr-FR", "«\u{a0}So,\u{a0}» and ‘so’."),
        ("es", "«So,» and ‘so’."),
        ("es-MX", "“So,” and ‘so’."),
        ("pl-PL", "„So,” and ‚so’."),
        ("sv-SE", "”So,” and ’so’."),
        ("ja", "“So,” and ‘so’."),
        ("", "“So,” and ‘so’."),
    ] {
        let found = texturize("\"So,\" and 'so'.", Signs::of(language), &|_| false);
        assert_eq!(found, set, "{language}");
    }
}

#[test]
fn absurd_texts_are_set_too() {
    for text in ["<a<a", "\"", "'", "[gallery", "<", "-", "\"'", "9x", "<a \"", "[gallery ["] {
        let long = text.repeat(20_000);
        assert!(english(&long).len() >= long.len() / 3);
    }
}
