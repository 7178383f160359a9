//! Any path: a page's own address, another spelling of one, or nothing; never a way out of the site, never a second step.

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
        }
        Spelled::Otherwise(address) => {
            assert_ne!(address, path, "a redirect to itself");
            assert!(matches!(spelled(&address), Spelled::Here(_)), "a second step: {address}");
            assert!(address.starts_with('/') && !address.starts_with("//"), "{address}");
        }
        Spelled::Nowhere => {}
    }
});
