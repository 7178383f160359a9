use proptest::prelude::*;

use super::*;

const TYPE: &str = "multipart/form-data; boundary=\"--edge\"";

fn folder() -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("masthead-parcel-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn packed(text: &[u8], step: usize) -> Result<Parcel, ParcelFault> {
    let mut packing = Packing::begin(&folder()).unwrap();
    text.chunks(step.max(1)).for_each(|piece| packing.add(piece).unwrap());
    packing.close(TYPE)
}

fn file(field: &str, name: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "----edge\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
         Content-Type: image/png\r\n\r\n"
    );
    [head.as_bytes(), bytes, b"\r\n"].concat()
}

fn text(field: &str, value: &str) -> Vec<u8> {
    format!("----edge\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
        .into_bytes()
}

const END: &[u8] = b"----edge--\r\n";

#[test]
fn fields_and_files_are_found_and_nothing_stays_in_the_folder() {
    let bytes = b"\r\n----edg\r\n\0\r\n";
    let form = [
        text("headline", "Grüße & 100 %"),
        file("files", "C:\\\\pictures\\a %22b%22.png", bytes),
        file("files", "", b""),
        file("other", "c.png", b""),
        END.to_vec(),
    ]
    .concat();
    for step in [1, 7, form.len()] {
        let parcel = packed(&form, step).unwrap();
        let field = crate::shell::form::field(parcel.fields(), "headline");
        assert_eq!(field.as_deref(), Some("Grüße & 100 %"));
        let files: Vec<&Enclosed> = parcel.files("files").collect();
        assert_eq!(files.len(), 1, "a field without a file is none");
        assert_eq!(files[0].name, "a \"b\".png");
        assert_eq!(parcel.bytes(files[0]).unwrap(), bytes);
        assert_eq!(parcel.files("other").map(|file| file.length).collect::<Vec<_>>(), [0]);
    }
    assert_eq!(std::fs::read_dir(folder().join(ARRIVING)).unwrap().count(), 0);
}

#[test]
fn what_is_cut_off_or_no_form_is_refused() {
    let whole = [text("a", "1"), file("f", "x.png", b"bytes"), END.to_vec()].concat();
    for end in 0..whole.len() - 4 {
        assert!(matches!(packed(&whole[..end], 64), Err(ParcelFault::Broken(_))), "{end}");
    }
    for strange in [
        "",
        "junk",
        "----edge\r\n\r\n----edge--",
        "x\r\n----edge--",
        "----edge\r\nno colon\r\n\r\n\r\n----edge--",
    ] {
        assert!(packed(strange.as_bytes(), 64).is_err(), "{strange}");
    }
    for media_type in ["multipart/form-data", "multipart/form-data; boundary=", "text/plain"] {
        assert!(Packing::begin(&folder()).unwrap().close(media_type).is_err(), "{media_type}");
    }
}

#[test]
fn too_many_files_fields_and_too_much_text_are_refused() {
    let many = |count: usize, one: &dyn Fn() -> Vec<u8>| {
        let all: Vec<u8> = (0..count).flat_map(|_| one()).collect();
        packed(&[all, END.to_vec()].concat(), 1 << 16)
    };
    assert!(many(PARCEL_FILES_MAX, &|| file("f", "x.png", b"1")).is_ok());
    assert!(matches!(
        many(PARCEL_FILES_MAX + 1, &|| file("f", "x.png", b"1")),
        Err(ParcelFault::TooMuch(_))
    ));
    assert!(matches!(many(PARTS_MAX + 1, &|| text("a", "1")), Err(ParcelFault::TooMuch(_))));
    let long = "a".repeat(PARCEL_FIELDS_BYTES_MAX / 3 + 1);
    assert!(matches!(many(1, &|| text("a", &long)), Err(ParcelFault::TooMuch(_))));
    assert!(many(1, &|| text("a", &long[1..])).is_ok());
}

proptest! {
    #[test]
    fn nothing_that_comes_breaks_it(bytes in proptest::collection::vec(any::<u8>(), 0..300), step in 1_usize..40) {
        let _ = packed(&bytes, step);
        let form = [file("f", "x.png", &bytes), END.to_vec()].concat();
        let has_line = memmem::find(&bytes, b"\r\n----edge").is_some();
        if !has_line {
            let parcel = packed(&form, step).unwrap();
            let file = parcel.files("f").next().unwrap();
            prop_assert_eq!(parcel.bytes(file).unwrap(), bytes);
        }
    }
}
