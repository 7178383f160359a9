//! Any path: a page's own address, another spelling of one, or nothing; never a way out of the site, never a second step.
//! And a page's own address in another spelling leads back to that page, or nowhere.

#![no_main]

use libfuzzer_sys::fuzz_target;
use web::{Spelled, spelled};

fuzz_target!(|path: &str| {
    match spelled(path) {
        Spelled::Here(pages) => {
            assert!(!pages.is_empty());
            assert!(path.starts_with('/') && !path.starts_with("//"));
            assert!(path.bytes().all(|byte| byte.is_ascii_graphic()));
            assert!(!path.contains(['\\', '%', ';', '?', '#']) && !path.contains("/../"));
            otherwise(path);
        }
        Spelled::Otherwise(address) => {
            assert_ne!(address, path, "a redirect to itself");
            assert!(matches!(spelled(&address), Spelled::Here(_)), "a second step: {address}");
            assert!(address.starts_with('/') && !address.starts_with("//"), "{address}");
        }
        Spelled::Nowhere => {}
    }
});

/// Spells an address otherwise. A name with an ending may lose it on the way, so those are left alone.
fn otherwise(path: &str) {
    if path.contains('.') {
        return;
    }
    let encoded: String = path.bytes().map(|byte| match byte {
        b'/' => "/".to_owned(),
        byte => format!("%{byte:02x}"),
    }).collect();
    let spellings = [
        format!("{path}/"),
        format!("{path}.html"),
        format!("/{path}"),
        path.replace('/', "//"),
        path.to_ascii_uppercase(),
        format!("{path}/index.php"),
        encoded,
    ];
    for spelling in spellings {
        match spelled(&spelling) {
            Spelled::Otherwise(address) => assert_eq!(address, path, "{spelling} is another page"),
            Spelled::Here(_) => assert!(spelling == path || spelling.contains('.'), "{spelling} too"),
            // Beyond the length that an address may have, or an ending on the front page.
            Spelled::Nowhere => {}
        }
    }
}
