use super::*;

fn clock() -> Clock {
    Clock::standing_at("2026-03-07T09:05:01Z".parse().unwrap())
}

fn entry(path: &str) -> Entry<'_> {
    Entry {
        address: "192.0.2.77".parse().unwrap(),
        method: "GET",
        path,
        protocol: "HTTP/1.1",
        status: 200,
        bytes: 1_234,
        referrer: None,
        agent: None,
    }
}

fn line(entry: &Entry<'_>, addresses: Addresses) -> String {
    let mut line = Vec::new();
    entry.write(&mut line, addresses, clock().now());
    String::from_utf8(line).unwrap()
}

/// A log in a folder, and its file.
fn open(folder: &Path) -> (AccessLog, Writing, PathBuf) {
    let path = folder.join("access.log");
    let (log, writing) = AccessLog::open(&path, Addresses::Short, clock()).unwrap();
    (log, writing, path)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn a_line_is_the_combined_form() {
    let told = Entry {
        referrer: Some(b"https://search.example/find?q=secret#here"),
        agent: Some(b"Mozilla/5.0 (X11)"),
        ..entry("/harbour/forty-one-calls")
    };
    assert_eq!(
        line(&told, Addresses::Short),
        "192.0.2.0 - - [07/Mar/2026:09:05:01 +0000] \"GET /harbour/forty-one-calls HTTP/1.1\" \
         200 1234 \"https://search.example/find\" \"Mozilla/5.0 (X11)\"\n"
    );
    let bare = line(&entry("/search?q=words"), Addresses::Whole);
    assert!(bare.starts_with("192.0.2.77 - - ["), "{bare}");
    assert!(bare.ends_with("\"GET /search HTTP/1.1\" 200 1234 \"-\" \"-\"\n"), "{bare}");
}

#[test]
fn an_address_is_its_network_unless_it_is_wanted_whole() {
    for (address, short) in [
        ("203.0.113.255", "203.0.113.0"),
        ("::ffff:203.0.113.9", "203.0.113.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ("::1", "::"),
        ("255.255.255.255", "255.255.255.0"),
    ] {
        assert_eq!(network(address.parse().unwrap()).to_string(), short, "{address}");
    }
}

#[test]
fn nothing_ends_its_quotes_or_its_line() {
    let bad = "a\" \"b\\\r\n127.0.0.1 - - \u{e9}\u{1b}[31m\u{7f}\0";
    let told = Entry { agent: Some(bad.as_bytes()), referrer: Some(bad.as_bytes()), ..entry(bad) };
    let line = line(&told, Addresses::Short);
    assert_eq!(line.matches('\n').count(), 1);
    assert!(line.is_ascii() && !line.trim_end().contains(|c: char| c.is_control()), "{line}");
    let escaped = "a\\\" \\\"b\\\\\\x0d\\x0a127.0.0.1 - - \\xc3\\xa9\\x1b[31m\\x7f\\x00";
    assert_eq!(line.matches(escaped).count(), 3, "{line}");
}

#[test]
fn a_line_has_an_end_however_long_its_parts_are() {
    let long = "\u{1}".repeat(100_000);
    let told = Entry {
        method: &long,
        agent: Some(long.as_bytes()),
        referrer: Some(long.as_bytes()),
        ..entry(&long)
    };
    let parts = METHOD_BYTES_MAX + PATH_BYTES_MAX + REFERRER_BYTES_MAX + AGENT_BYTES_MAX;
    assert!(line(&told, Addresses::Short).len() < parts * 4 + 200);
}

#[test]
fn a_stop_writes_what_waits() {
    let folder = tempfile::tempdir().unwrap();
    let (log, writing, path) = open(folder.path());
    for number in 0..1_000 {
        log.record(&entry(&format!("/{number}")));
    }
    writing.stop();
    assert_eq!(read(&path).lines().count(), 1_000);
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
    assert_eq!(mode & 0o007, 0, "nobody else's");
}

#[test]
fn lines_that_find_no_room_are_counted() {
    // Nobody writes: the thread is not started.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.log");
    let shared = Arc::new(Shared {
        addresses: Addresses::Short,
        clock: clock(),
        waiting: Mutex::default(),
        wake: Condvar::new(),
    });
    let log = AccessLog { shared: Arc::clone(&shared) };
    let one = line(&entry("/a"), Addresses::Short).len();
    let fit = WAITING_BYTES_MAX / one;
    for _ in 0..fit + 7 {
        log.record(&entry("/a"));
    }
    assert!(shared.waiting().lines.len() <= WAITING_BYTES_MAX);
    shared.waiting().stop = true;
    write_batches(&shared, LogFile::open(&path).unwrap());
    let text = read(&path);
    assert!(text.starts_with("# 7 requests are missing here\n"));
    assert_eq!(text.lines().count(), fit + 1);
}

#[test]
fn a_file_that_was_moved_or_removed_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("access.log");
    let mut file = LogFile::open(&path).unwrap();
    file.write(b"one\n");
    let moved = folder.path().join("access.log.1");
    std::fs::rename(&path, &moved).unwrap();
    file.write(b"two\n");
    std::fs::remove_file(&path).unwrap();
    file.write(b"three\n");
    assert_eq!((read(&moved), read(&path)), ("one\n".to_owned(), "three\n".to_owned()));
    // As logrotate does with copytruncate.
    File::options().write(true).truncate(true).open(&path).unwrap();
    file.write(b"four\n");
    assert_eq!(read(&path), "four\n");
}

#[test]
fn a_place_that_is_gone_loses_lines_counts_them_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (inside, aside) = (folder.path().join("logs"), folder.path().join("aside"));
    std::fs::create_dir(&inside).unwrap();
    let path = inside.join("access.log");
    let mut file = LogFile::open(&path).unwrap();
    std::fs::rename(&inside, &aside).unwrap();
    file.write(b"one\ntwo\n");
    file.write(b"three\n");
    std::fs::rename(&aside, &inside).unwrap();
    file.write(b"four\n");
    assert_eq!(read(&path), "# 3 requests are missing here\nfour\n");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_lines_and_counts_them() {
    let mut file = LogFile::open(Path::new("/dev/full")).unwrap();
    file.write(b"one\ntwo\n");
    assert_eq!((file.lost, file.told), (2, true));
    file.write(b"three\n");
    assert_eq!(file.lost, 3);
    let folder = tempfile::tempdir().unwrap();
    file.path = folder.path().join("access.log");
    // As after a batch of which half was written.
    file.torn = true;
    file.write(b"four\n");
    assert_eq!(read(&file.path), "\n# 3 requests are missing here\nfour\n");
    assert!(!file.told);
}

#[test]
fn what_is_no_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |path: &Path| AccessLog::open(path, Addresses::Short, clock()).is_err();
    assert!(refused(folder.path()));
    assert!(refused(&folder.path().join("missing/access.log")));
    let socket = folder.path().join("socket");
    let _listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    assert!(refused(&socket));
}
