//! Every picture of `tests/pictures` through everything that is done with pictures: the right answer, or a clear fault.

#![expect(clippy::unwrap_used, reason = "a test without its pictures has to fail")]

use newsroom::picture::{
    Cut, DECODED_BYTES_MAX, FRAMES_MAX, Facts, Fault, Format, PICTURE_BYTES_MAX, SIDE_MAX,
    SVG_BYTES_MAX, caption_and_credit, cut, probe, scale, without_metadata,
};
use proptest::prelude::{Just, Strategy, any, prop, proptest};
use proptest::test_runner::Config;

/// A picture by its name.
fn picture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/pictures/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The names of all pictures.
fn names() -> Vec<String> {
    let folder = format!("{}/tests/pictures", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    let mut names: Vec<String> = files.map(|name| name.into_string().unwrap()).collect();
    names.retain(|name| !name.ends_with(".py"));
    names.sort();
    assert!(names.len() > 30, "{names:?}");
    names
}

/// What is no picture, or not the one that it says.
const REFUSED: [&str; 4] = ["bomb.png", "lying.webp", "empty.jpg", "words.jpg"];

fn good() -> Vec<String> {
    names().into_iter().filter(|name| !REFUSED.contains(&name.as_str())).collect()
}

#[test]
fn every_picture_is_as_large_as_it_is_seen() {
    for name in good() {
        let facts = probe(&picture(&name)).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert_eq!((facts.width, facts.height), (60, 40), "{name}");
        assert_eq!(facts.animated, name.starts_with("moving"), "{name}");
        let has_alpha =
            ["alpha", "palette", "sized", "unsized"].iter().any(|known| name.starts_with(known));
        // GIF may have a transparent colour wherever it moves.
        assert!(facts.has_alpha == has_alpha || facts.format == Format::Gif, "{name}");
        let turned =
            name.strip_prefix("turned-").and_then(|rest| rest.split('.').next()?.parse().ok());
        assert_eq!(facts.orientation, turned.unwrap_or(1), "{name}");
    }
}

/// The colours of the four corners, from a WebP.
fn corners(webp: &[u8]) -> [[u8; 4]; 4] {
    let pixels =
        image::load_from_memory_with_format(webp, image::ImageFormat::WebP).unwrap().into_rgba8();
    let (right, bottom) = (pixels.width() - 3, pixels.height() - 3);
    [(2, 2), (right, 2), (2, bottom), (right, bottom)].map(|(x, y)| pixels.get_pixel(x, y).0)
}

fn is_near(one: [u8; 4], other: [u8; 4]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) < 40)
}

const SEEN: [[u8; 4]; 4] =
    [[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [255, 255, 255, 255]];

#[test]
fn every_picture_is_scaled_as_it_is_seen_and_never_up() {
    for name in good() {
        let bytes = picture(&name);
        if name.ends_with("svg") {
            assert_eq!(scale(&bytes, 30), Err(Fault::Drawing), "{name}");
            continue;
        }
        for (asked, sides) in
            [(30, (30, 20)), (60, (60, 40)), (1_600, (60, 40)), (1, (1, 1)), (0, (1, 1))]
        {
            let webp = scale(&bytes, asked).unwrap_or_else(|fault| panic!("{name}: {fault}"));
            let facts = probe(&webp).unwrap();
            let Facts { format, width, height, animated, orientation, .. } = facts;
            assert_eq!((format, width, height), (Format::WebP, sides.0, sides.1), "{name} {asked}");
            assert_eq!((animated, orientation), (false, 1), "{name}");
            assert_eq!(caption_and_credit(&webp), None, "{name}");
            if width >= 30 && !name.starts_with("gray") && !name.starts_with("alpha") {
                let found = corners(&webp);
                // The palette's first colour is transparent, and the others are what they are.
                let same =
                    found.iter().zip(SEEN).filter(|(found, seen)| is_near(**found, *seen)).count();
                assert!(
                    same == 4 || name == "palette.png" && same == 3,
                    "{name} {asked}: {found:?}"
                );
            }
        }
    }
}

#[test]
fn colours_that_cannot_be_seen_do_not_shine_through() {
    for name in ["alpha.png", "alpha.webp"] {
        for width in [15, 30, 60] {
            let webp = scale(&picture(name), width).unwrap();
            let pixels = image::load_from_memory(&webp).unwrap().into_rgba8();
            assert_eq!(pixels.get_pixel(0, 0).0[3], 0, "{name}");
            let magenta = |pixel: &&image::Rgba<u8>| {
                let [red, green, blue, alpha] = pixel.0;
                alpha > 128 && red > 150 && blue > 150 && green < 90
            };
            assert_eq!(pixels.pixels().filter(magenta).count(), 0, "{name} {width}");
        }
    }
}

#[test]
fn what_is_not_what_it_says_is_refused() {
    assert_eq!(probe(&picture("bomb.png")), Err(Fault::Side(30_000, 30_000)));
    assert_eq!(scale(&picture("bomb.png"), 160), Err(Fault::Side(30_000, 30_000)));
    assert_eq!(probe(&picture("words.jpg")), Err(Fault::Unknown));
    assert!(matches!(probe(&picture("empty.jpg")), Err(Fault::Broken(Format::Jpeg, _))));
    let fault = scale(&picture("lying.webp"), 160).unwrap_err();
    assert!(matches!(fault, Fault::Broken(Format::WebP, _)), "{fault}");
    assert_eq!(probe(b""), Err(Fault::Unknown));
}

/// A PNG that ends after its header.
fn claims(width: u32, height: u32, depth: u8, colour: u8) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([depth, colour, 0, 0, 0, 0, 0, 0, 0]);
    bytes
}

#[test]
fn every_limit_holds_before_anything_is_decoded() {
    assert!(probe(&claims(SIDE_MAX, 5_000, 8, 2)).is_ok());
    assert_eq!(probe(&claims(SIDE_MAX + 1, 1, 8, 2)), Err(Fault::Side(SIDE_MAX + 1, 1)));
    assert_eq!(probe(&claims(1, u32::MAX, 8, 2)), Err(Fault::Side(1, u32::MAX)));
    assert_eq!(probe(&claims(SIDE_MAX, 5_001, 8, 2)), Err(Fault::Pixels(SIDE_MAX, 5_001)));
    assert!(matches!(probe(&claims(0, 5, 8, 2)), Err(Fault::Broken(Format::Png, _))));
    let mut large = picture("plain.jpg");
    large.resize(PICTURE_BYTES_MAX, 0);
    assert!(probe(&large).is_ok());
    large.push(0);
    assert_eq!(probe(&large), Err(Fault::Bytes(PICTURE_BYTES_MAX + 1)));
    let mut drawing = picture("sized.svg");
    drawing.resize(SVG_BYTES_MAX + 1, b' ');
    assert_eq!(probe(&drawing), Err(Fault::Bytes(SVG_BYTES_MAX + 1)));
}

#[test]
fn sixteen_bits_a_channel_count_twice() {
    // 60,000,000 pixels of 8 bytes, well-formed up to the first of them.
    let sixteen = picture("sixteen.png");
    let mut bytes = claims(SIDE_MAX, 5_000, 16, 6);
    let header = crc(&bytes[12..29]);
    bytes.truncate(29);
    bytes.extend(header.to_be_bytes());
    bytes.extend_from_slice(&sixteen[33..]);
    let fault = scale(&bytes, 160).unwrap_err();
    assert!(matches!(fault, Fault::Decoded(bytes) if bytes > DECODED_BYTES_MAX), "{fault}");
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 }
        })
    })
}

#[test]
fn frames_are_counted() {
    let start = b"GIF89a\x01\0\x01\0\0\0\0".to_vec();
    let frame = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x01\0\0";
    let gif = |frames: u32| {
        let frames = frame.repeat(usize::try_from(frames).unwrap());
        [start.clone(), frames, b"\x3b".to_vec()].concat()
    };
    assert!(matches!(probe(&gif(0)), Err(Fault::Broken(Format::Gif, _))));
    assert!(probe(&gif(FRAMES_MAX)).unwrap().animated);
    assert_eq!(probe(&gif(FRAMES_MAX + 1)), Err(Fault::Frames));
    // A frame that is larger than its screen.
    let large = [start, b"\x2c\0\0\0\0\xff\xff\xff\xff\0\x02\0".to_vec()].concat();
    assert_eq!(probe(&large), Err(Fault::Side(65_535, 65_535)));
}

#[test]
fn captions_and_credits_are_read_where_agencies_write_them() {
    let noted = |name: &str| {
        let noted = caption_and_credit(&picture(name)).unwrap_or_default();
        (noted.caption.unwrap_or_default(), noted.credit.unwrap_or_default())
    };
    let told = |caption: &str, credit: &str| (caption.to_owned(), credit.to_owned());
    let long = "From left, the harbour master Ruth Kemp, center left, and Per Å at the quay";
    assert_eq!(noted("iptc-utf8.jpg"), told(long, "AP"));
    assert_eq!(noted("iptc-latin1.jpg"), told("Die Brücke im Nebel", "Zoë Müller"));
    let xmp = told("The pilot boat, center left, écrit <here>", "Agence & Fils");
    for name in ["xmp.jpg", "commented.png", "lossy.webp"] {
        assert_eq!(noted(name), xmp, "{name}");
    }
    for name in ["plain.jpg", "turned-6.jpg", "plain.png", "moving.gif", "sized.svg", "words.jpg"] {
        assert_eq!(caption_and_credit(&picture(name)), None, "{name}");
    }
}

#[test]
fn metadata_goes_and_the_picture_stays() {
    for name in good() {
        let bytes = picture(&name);
        let bare = without_metadata(&bytes).unwrap();
        for secret in [&b"SECRET"[..], b"adobe", b"Agence", b"Br\xFCcke", b"harbour master"] {
            assert!(!bare.windows(secret.len()).any(|part| part == secret), "{name}");
        }
        assert_eq!(probe(&bare), probe(&bytes), "{name}");
        assert_eq!(caption_and_credit(&bare), None, "{name}");
        assert_eq!(without_metadata(&bare).as_ref(), Ok(&bare), "{name}");
        if !name.ends_with("svg") {
            assert_eq!(scale(&bare, 30), scale(&bytes, 30), "{name}");
            let (one, other) = (pixels(&bare), pixels(&bytes));
            assert_eq!(one, other, "{name}: other decoders see the same");
        }
    }
}

fn pixels(bytes: &[u8]) -> Vec<u8> {
    image::load_from_memory(bytes).unwrap().into_rgba8().into_raw()
}

/// Everything that is done with a picture that a newsroom sends in. Faults are fine; a panic is not.
fn try_everything(bytes: &[u8]) {
    let _ = caption_and_credit(bytes);
    let facts = probe(bytes);
    if let Ok(bare) = without_metadata(bytes) {
        assert!(bare.len() <= bytes.len() + 64);
    }
    // Larger ones are left to the limits, which have tests of their own.
    if facts.is_ok_and(|facts| facts.width * facts.height < 250_000)
        && let Ok(webp) = scale(bytes, 32)
    {
        assert!(probe(&webp).unwrap().width <= 32);
    }
}

#[test]
fn a_picture_that_is_cut_off_anywhere_is_no_danger() {
    for name in names().iter().filter(|name| *name != "bomb.png" && *name != "lying.webp") {
        let bytes = picture(name);
        for end in 0..bytes.len() {
            // Decoding every one of them takes long: each is probed, every seventh goes the whole way.
            let _ = probe(&bytes[..end]);
            if end % 7 == 0 {
                try_everything(&bytes[..end]);
            }
        }
    }
}

fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let files: Vec<Vec<u8>> = good().iter().map(|name| picture(name)).collect();
    let flips = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6);
    (prop::sample::select(files), flips, Just(())).prop_map(|(mut bytes, flips, ())| {
        for (place, value) in flips {
            let place = place.index(bytes.len());
            bytes[place] ^= value;
        }
        bytes
    })
}

proptest! {
    #![proptest_config(Config { cases: 1_500, ..Config::default() })]

    #[test]
    fn a_damaged_picture_is_no_danger(bytes in damaged()) {
        try_everything(&bytes);
    }

    #[test]
    fn bytes_that_nobody_wrote_are_no_danger(
        head in prop::sample::select(vec![&b"\xff\xd8"[..], b"GIF89a", b"RIFF\0\0\0\0WEBPVP8X", b"\x89PNG\r\n\x1a\n", b"<svg "]),
        rest in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        try_everything(&[head, &rest].concat());
    }
}

#[test]
fn a_part_of_a_picture_is_what_is_seen_there() {
    for (left, top, width, height) in [
        (0, 0, 9, 500),
        (0, 0, 500, 9),
        (501, 0, 500, 500),
        (0, 999, 500, 10),
        (1_001, 0, 10, 10),
        (u16::MAX, 0, 10, 10),
    ] {
        assert_eq!(Cut::new(left, top, width, height), None, "{left} {top} {width} {height}");
    }
    let whole = Cut::new(0, 0, 1_000, 1_000).unwrap();
    let quarter = Cut::new(500, 500, 500, 500).unwrap();
    for name in ["plain.jpg", "turned-6.jpg", "alpha.png", "gray.jpg", "plain.png"] {
        let bytes = picture(name);
        let seen = probe(&bytes).unwrap();
        let (all, sides) = cut(&bytes, whole).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert_eq!(sides, (seen.width, seen.height), "{name} is whole, as it is seen");
        let facts = probe(&all).unwrap();
        assert_eq!(
            (facts.width, facts.height, facts.orientation),
            (seen.width, seen.height, 1),
            "{name}"
        );
        let (part, sides) = cut(&bytes, quarter).unwrap();
        let facts = probe(&part).unwrap();
        assert_eq!((facts.width, facts.height), sides, "{name}");
        assert_eq!(sides, ((seen.width / 2).max(1), (seen.height / 2).max(1)), "{name}");
        // The lower right of the part is that of the whole.
        let corner = |bytes: &[u8]| {
            let image = image::load_from_memory(bytes).unwrap().into_rgb8();
            image.get_pixel(image.width() - 1, image.height() - 1).0
        };
        let apart =
            corner(&all).iter().zip(corner(&part)).map(|(one, other)| one.abs_diff(other)).max();
        assert!(apart < Some(40), "{name}: {:?} {:?}", corner(&all), corner(&part));
    }
    assert_eq!(cut(&picture("bomb.png"), whole), Err(Fault::Side(30_000, 30_000)));
}
